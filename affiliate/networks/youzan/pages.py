"""Walks youzan.salesman.trades.get, one salesman after the other, and goes back to older orders.

Youzan finds orders by the time they were placed and has no clock of changes. So each window is read together with
those of a day and of 8, 20 and 40 days before: an order comes again when it must have been paid, received, settled,
or shrunk by a refund.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from affiliate.networks.clocks import BEIJING
from affiliate.networks.errors import BadInput, NetworkError, NotFound, ProtocolError
from affiliate.networks.paging import Answer, Ask, Report, whole
from affiliate.networks.types import OrderPage, RejectedRow, TimeType, Window
from affiliate.networks.wording import Said
from affiliate.networks.youzan.client import YouzanClient
from affiliate.networks.youzan.codes import NO_SALESMAN
from affiliate.networks.youzan.orders import read_rows
from affiliate.networks.youzan.recognise import SLUG
from affiliate.networks.youzan.salesmen import Salesman

BEFORE = tuple(timedelta(days=days) for days in (0, 1, 8, 20, 40))
REPORT = Report(SLUG, size=100)
NEAR = timedelta(hours=1)
"""How far an order's time may be from the one in its number."""
TRADES = ("youzan.salesman.trades.get", "3.0.1")


def order_pages(client: YouzanClient, salesmen: Sequence[Salesman], window: Window) -> Iterator[OrderPage]:
    """The pages of a window and of those before it. Raises after the pages that came well; of a salesman whom Youzan
    does not know any more it is only said, for the others' orders must go on coming.
    """
    if window.time_type is not TimeType.CREATED:
        raise BadInput("Youzan has no orders by this time.", network=SLUG, code="time_type")
    for salesman in salesmen:
        try:
            yield from _pages_of(client, salesman, window)
        except NetworkError as error:
            if error.template != NO_SALESMAN:
                raise
            said = Said("salesman %(seller)s: %(reason)s", seller=salesman.seller, reason=Said(error.template))
            yield OrderPage((), (RejectedRow(0, said),))


def one_order(client: YouzanClient, salesmen: Sequence[Salesman], number: str) -> OrderPage:
    """One order by its number, asked of each salesman in turn. Raises NotFound where none sold it, and for a number
    that does not tell when it was placed: Youzan asks for that time too.
    """
    missing = NotFound("The network's report does not show this order.", network=SLUG, code="no_order")
    try:
        placed = placed_at(number)
    except ValueError:
        raise missing from None
    for salesman in salesmen:
        page = one_page(client, salesman, number, Window(placed - NEAR, placed + NEAR))
        if page.lines or page.rejected:
            return page
    raise missing


def one_page(client: YouzanClient, salesman: Salesman, number: str, window: Window) -> OrderPage:
    """What one salesman's report shows of the order; nothing for a salesman whom Youzan does not know any more."""
    try:
        rows = _ask(client, salesman, window, {"order_no": number})(1).rows
    except NetworkError as error:
        if error.template != NO_SALESMAN:
            raise
        rows = []
    named = [row for row in rows if isinstance(row, dict) and row.get("order_no") == number]
    return OrderPage(*read_rows(named, salesman.seller, 1))


def placed_at(number: str) -> datetime:
    """When an order was placed, as its number says: `E` and the time in China, to the second. Raises ValueError."""
    if not number.startswith("E"):
        raise ValueError(number)
    return datetime.strptime(number[1:15], "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)


def _pages_of(client: YouzanClient, salesman: Salesman, window: Window) -> Iterator[OrderPage]:
    for before in BEFORE:
        earlier = whole(Window(window.start - before, window.end - before, window.time_type))
        for first_line, rows in REPORT.read(partial(_ask, client, salesman), earlier):
            lines, rejected = read_rows(rows, salesman.seller, first_line)
            if lines or rejected:
                yield OrderPage(lines, rejected)


def _ask(client: YouzanClient, salesman: Salesman, window: Window, more: dict[str, Any] | None = None) -> Ask:
    def ask(page: int) -> Answer:
        clocks = {"start_time": int(window.start.timestamp()), "end_time": int(window.end.timestamp())}
        paged = {"page_no": page, "page_size": REPORT.size}
        data = client.call(*TRADES, salesman.asked | clocks | paged | (more or {}))
        rows = data.get("list") if "list" in data else data.get("trades")
        total = str(data.get("total") if "total" in data else data.get("total_results") or "")
        count = int(total) if total.isascii() and total.isdecimal() and len(total) < 12 else None
        if not isinstance(rows, list) and (rows is not None or count != 0):
            raise _unreadable(data)
        return Answer(rows or [], count)

    return ask


def _unreadable(data: Any) -> ProtocolError:
    """Says the names of the answer's fields alone: its values may be about people."""
    return ProtocolError(
        "Youzan's answer has a form that is not known here.",
        network=SLUG,
        code="envelope",
        detail=str(sorted(data))[:300],
    )
