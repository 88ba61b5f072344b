"""Walks the order report of one window, and the 维权 report beside it, which the order rows never reflect.

Source: open.taobao.com docIds 43328 and 65180: windows of three hours (twenty minutes around big sales), pages of 100,
from the second on with `position_index`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from affiliate.networks.errors import NetworkError, PermissionNeeded, ProtocolError
from affiliate.networks.paging import SECOND, NumberedRows, Sieve, follow, halved, stretches
from affiliate.networks.taobao.codes import TOO_OLD, WINDOW_TOO_LONG
from affiliate.networks.taobao.orders import line_id, read_rows
from affiliate.networks.taobao.recognise import SLUG
from affiliate.networks.top import TopClient
from affiliate.networks.top_reading import beijing_time, listed, rows_of, stamp
from affiliate.networks.types import OrderPage, RejectedRow, TimeType, Window
from affiliate.networks.wording import Said, reason_of

ORDERS = "taobao.tbk.order.details.get"
REFUNDS = "taobao.tbk.order.refund.get"
LONGEST = timedelta(hours=3)
AROUND = timedelta(minutes=1)
PAGE_SIZE = 100
MOST_PAGES = 3_000
TIME_TYPES = {TimeType.CREATED: 1, TimeType.PAID: 2, TimeType.SETTLED: 3, TimeType.UPDATED: 4}
REFUND_BY_ORDER_CREATED, REFUND_BY_UPDATE = 4, 5
EVERY_MEMBER = 4
"""不限, in the coding of the 维权 report; the order report leaves the parameter out for it."""

Row = Mapping[str, Any]


class OrderReport:
    """One account's reports. Lives as long as one window is read."""

    def __init__(self, client: TopClient, pid: str) -> None:
        self._client = client
        self._pid = pid
        self._may_read_refunds = True

    def pages(self, window: Window) -> Iterator[OrderPage]:
        """The pages of a window, then the orders that a 维权 changed in it. Raises after what came well."""
        sieve = Sieve()
        for stretch in stretches(window, LONGEST):
            yield from halved(stretch, lambda part_: self._stretch(part_, sieve), too_long)
        if window.time_type is TimeType.UPDATED:
            yield from self._refunded(window, sieve)

    def _stretch(self, window: Window, sieve: Sieve) -> Iterator[OrderPage]:
        query = {"query_type": TIME_TYPES[window.time_type]} | span(window)
        for first_line, rows in self._report(ORDERS, query):
            lines, rejected = read_rows(rows, self._pid, self._refunds_of, first_line)
            fresh = tuple(sieve.fresh(lines))
            if fresh or rejected or first_line == 1:
                yield OrderPage(fresh, rejected)

    def _report(self, method: str, query: dict[str, Any]) -> Iterator[NumberedRows]:
        """Page after page of either report; from the second on they are found by `position_index`."""

        def ask(mark: tuple[int, str]) -> tuple[list[Any], tuple[int, str] | None]:
            index, position = mark
            where = {"position_index": position, "jump_type": 1} if position else {}
            data = self._ask(method, query | {"page_no": index, "page_size": PAGE_SIZE} | where)
            marks = data if isinstance(data, Mapping) else {}
            following = (index + 1, str(marks.get("position_index") or ""))
            return _rows(data), following if has_more(marks.get("has_next")) else None

        return follow(SLUG, ask, (1, ""), MOST_PAGES)

    def _ask(self, method: str, asked: dict[str, Any]) -> Any:
        if method == REFUNDS:
            asked = {"publisher_refund_order_query_option": asked | {"member_type": EVERY_MEMBER, "order_scene": 1}}
        return self._client.inside(self._client.call(method, asked), "data", "result")

    # --- 维权 ---

    def _refunds_of(self, row: Row) -> Sequence[Row] | None:
        """The 维权 of an order, found by the day it was placed; None where the account may not ask."""
        created = beijing_time(row.get("tk_create_time"))
        trade = str(row.get("trade_id") or "")
        if created is None:
            return ()
        window = Window(created - AROUND, created + AROUND)
        found = [one for one in self._read_refunds(window, REFUND_BY_ORDER_CREATED) if _trade(one) == trade]
        if not self._may_read_refunds:
            return None
        own = line_id(trade, row.get("tk_order_role"))
        return [one for one in found if line_id(trade, one.get("tk_order_role")) == own]

    def _read_refunds(self, window: Window, query_type: int) -> list[Row]:
        if not self._may_read_refunds:
            return []
        found: list[Row] = []
        try:
            for _first_line, rows in self._report(REFUNDS, {"query_type": query_type} | span(window)):
                found += rows_of(rows)
        except PermissionNeeded:
            self._may_read_refunds = False
        return found

    def _refunded(self, window: Window, sieve: Sieve) -> Iterator[OrderPage]:
        """Orders whose 维权 moved in this window: asked for anew, since their own rows may say nothing of it."""
        moved: list[Row] = []
        for stretch in stretches(window, LONGEST):
            moved += self._read_refunds(stretch, REFUND_BY_UPDATE)
        if not self._may_read_refunds:
            reason = Said("the account may not read refunds (维权): refunded orders are held; apply for the permission")
            yield OrderPage((), (RejectedRow(0, reason),))
        for trade, created in {_trade(row): str(row.get("tb_trade_create_time") or "") for row in moved}.items():
            try:
                at = beijing_time(created)
            except ValueError as exc:
                yield OrderPage((), (RejectedRow(0, reason_of(exc)),))
                continue
            yield from self._order(trade, at, sieve)

    def _order(self, trade: str, at: datetime | None, sieve: Sieve) -> Iterator[OrderPage]:
        """The lines of one refunded order, found by the time it was placed."""
        own = self._rows_around(at, trade) if at is not None else []
        if not own:
            reason = Said("order %(order)s was refunded, but Taobao does not give it out any more", order=trade)
            yield OrderPage((), (RejectedRow(0, reason),))
            return
        lines, rejected = read_rows(own, self._pid, self._refunds_of)
        if (fresh := tuple(sieve.fresh(lines))) or rejected:
            yield OrderPage(fresh, rejected)

    def _rows_around(self, at: datetime, trade: str) -> list[Row]:
        """The order's own rows, marked as refunded; none where it is older than Taobao gives out."""
        query = {"query_type": TIME_TYPES[TimeType.CREATED]} | span(Window(at - AROUND, at + AROUND))
        own: list[Row] = []
        try:
            for _first_line, rows in self._report(ORDERS, query):
                own += [{**row, "refund_tag": 1} for row in rows_of(rows) if _trade(row) == trade]
        except NetworkError as error:
            if error.code != TOO_OLD:
                raise
        return own


def too_long(error: NetworkError) -> bool:
    """True where a shorter window may be answered."""
    return error.code == WINDOW_TOO_LONG


def span(window: Window) -> dict[str, str]:
    """Start and end as Taobao takes them; the end is the last second of the window."""
    return {"start_time": stamp(window.start), "end_time": stamp(max(window.end, window.start + SECOND))}


def has_more(value: Any) -> bool:
    """The flag, given as a boolean or as a word."""
    return value is True or str(value).lower() in ("true", "1")


def _trade(row: Row) -> str:
    return str(row.get("tb_trade_id") or row.get("trade_id") or "")


def _rows(data: Any) -> list[Any]:
    """The rows of a page. Data that holds rows under another name would read as an empty page, so it is refused."""
    if isinstance(data, list):
        return data
    for name in ("results", "result"):
        if name in data:
            return listed(data[name])
    if rows_of(data):
        raise ProtocolError(
            "The gateway's answer has a form that is not known here.",
            network=SLUG,
            code="envelope",
            detail=repr(data)[:300],
        )
    return []
