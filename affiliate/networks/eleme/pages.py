"""Walks the order report of one window, orders by share (CPS) and by action (CPA), and the 维权 report beside it.

Source: docs of alibaba.alsc.union.kbcpx.positive.order.get and .refund.order.get: at most 31 days a query and 50 pages
of 50, so that a full window is halved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from affiliate.networks.eleme.codes import SETTLED, TOO_FULL
from affiliate.networks.eleme.orders import read_rows
from affiliate.networks.eleme.recognise import SLUG
from affiliate.networks.errors import BadInput, NetworkError, PermissionNeeded
from affiliate.networks.paging import SECOND, NumberedRows, Sieve, follow, halved, stretches
from affiliate.networks.top import TopClient
from affiliate.networks.top_reading import beijing_time, listed, rows_of, stamp
from affiliate.networks.types import OrderPage, RejectedRow, TimeType, Window
from affiliate.networks.wording import Said, reason_of

ORDERS = "alibaba.alsc.union.kbcpx.positive.order.get"
CLAIMS = "alibaba.alsc.union.kbcpx.refund.order.get"
LONGEST = timedelta(days=31)
CLAIMS_BACK = timedelta(days=30)
"""How far back 维权 are read for orders that are read again: their own rows never show them."""
AROUND = timedelta(minutes=1)
PAGE_SIZE, MOST_PAGES = 50, 50
TIME_TYPES = {TimeType.PAID: 1, TimeType.CREATED: 2, TimeType.SETTLED: 3, TimeType.UPDATED: 4}
BY_UPDATE = 4
SHARE, ACTION = 2, 1
"""biz_unit CPS and CPA: each is a report of its own."""

Row = Mapping[str, Any]


class OrderReport:
    """One account's reports. Lives as long as one window is read."""

    def __init__(self, client: TopClient) -> None:
        self._client = client
        self._claims: dict[str, list[Row]] | None = None
        self._may_read_claims = True
        self._until: datetime | None = None

    def pages(self, window: Window) -> Iterator[OrderPage]:
        """The pages of a window, then the orders that a 维权 changed in it. Raises after what came well."""
        self._until = window.end
        sieve = Sieve()
        for unit in (SHARE, ACTION):
            for stretch in stretches(window, LONGEST):
                yield from halved(stretch, partial(self._stretch, unit=unit, sieve=sieve), too_full)
        if window.time_type is TimeType.UPDATED:
            yield from self._claimed(window, sieve)

    def _stretch(self, window: Window, unit: int, sieve: Sieve) -> Iterator[OrderPage]:
        query = {"date_type": TIME_TYPES[window.time_type], "biz_unit": unit}
        for first_line, rows in self._report(ORDERS, query, window):
            lines, rejected = read_rows(rows, self._claims_of, first_line)
            fresh = tuple(sieve.fresh(lines))
            if fresh or rejected or (first_line == 1 and unit == SHARE):
                yield OrderPage(fresh, rejected)

    def _report(self, method: str, query: dict[str, Any], window: Window) -> Iterator[NumberedRows]:
        """Page after page of either report. Raises BadInput with TOO_FULL where the window holds more than is given."""
        end = max(window.end, window.start + SECOND)
        asked = query | {"start_date": stamp(window.start), "end_date": stamp(end), "page_size": PAGE_SIZE}

        def ask(index: int) -> tuple[list[Any], int | None]:
            if index > MOST_PAGES:
                raise _too_full()
            root = self._client.call(method, asked | {"page_number": index})
            count = str(root.get("total_count") or "")
            total = int(count) if count.isdecimal() else None
            if total is not None and total > PAGE_SIZE * MOST_PAGES:
                raise _too_full()
            rows = self._rows(root, count)
            last = len(rows) < PAGE_SIZE or (total is not None and index * PAGE_SIZE >= total)
            return rows, None if last else index + 1

        return follow(SLUG, ask, 1, MOST_PAGES + 1)

    def _rows(self, root: Row, total: str) -> list[Any]:
        """The rows of a page. One that counts rows and shows none under any name is an answer gone wrong."""
        found = self._client.inside(root, "result")
        rows = listed(found)
        if isinstance(found, Mapping) and found and not rows and total not in ("", "0"):
            raise self._client.strange(root)
        return rows

    # --- 维权 ---

    def _claims_of(self, row: Row) -> Sequence[Row]:
        """The 维权 of an order. Only what was settled can have one."""
        if str(row.get("settle_state") or "") != str(SETTLED):
            return ()
        if self._claims is None:
            end = self._until or datetime.now().astimezone()
            self._claims = self._read_claims(Window(end - CLAIMS_BACK, end + timedelta(hours=1)))
        return self._claims.get(str(row.get("biz_order_id") or ""), ())

    def _read_claims(self, window: Window) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        if not self._may_read_claims:
            return found
        try:
            for unit in (SHARE, ACTION):
                query = {"date_type": BY_UPDATE, "biz_unit": unit}
                for _first_line, rows in self._report(CLAIMS, query, window):
                    for row in rows_of(rows):
                        found.setdefault(str(row.get("biz_order_id") or ""), []).append(row)
        except PermissionNeeded:
            self._may_read_claims = False
        return found

    def _claimed(self, window: Window, sieve: Sieve) -> Iterator[OrderPage]:
        """Orders whose 维权 moved in this window: asked for anew, since their own rows say nothing of it."""
        moved = self._read_claims(window)
        if not self._may_read_claims:
            reason = Said("the account may not read refunds (维权): ask the union's operations for the permission")
            yield OrderPage((), (RejectedRow(0, reason),))
        for order, claims in moved.items():
            try:
                at = beijing_time(claims[0].get("settle_time"))
            except ValueError as exc:
                yield OrderPage((), (RejectedRow(0, reason_of(exc)),))
                continue
            lines, rejected = read_rows(self._rows_of(order, at), self._claims_of)
            if not lines and not rejected:
                reason = Said("order %(order)s was refunded, but Ele.me does not give it out any more", order=order)
                rejected = (RejectedRow(0, reason),)
            if (fresh := tuple(sieve.fresh(lines))) or rejected:
                yield OrderPage(fresh, rejected)

    def _rows_of(self, order: str, at: datetime | None) -> list[Row]:
        """One order's own row, found by its number around the time it was settled."""
        if at is None:
            return []
        own: list[Row] = []
        for unit in (SHARE, ACTION):
            query = {"date_type": TIME_TYPES[TimeType.SETTLED], "biz_unit": unit, "order_id": order}
            for _first_line, rows in self._report(ORDERS, query, Window(at - AROUND, at + AROUND)):
                own += [row for row in rows_of(rows) if str(row.get("biz_order_id")) == order]
        return own


def too_full(error: NetworkError) -> bool:
    """True where a shorter window may be answered."""
    return error.code == TOO_FULL


def _too_full() -> BadInput:
    return BadInput(
        "The order window holds more rows than Ele.me gives out. Ask for a shorter one.", network=SLUG, code=TOO_FULL
    )
