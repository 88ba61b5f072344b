"""Walks youzan.salesman.trades.get, one salesman after the other, and goes back to older orders.

Youzan finds orders by the time they were placed and has no clock of changes. So each window is read together with
those of a day and of 8, 20 and 40 days before: an order comes again when it must have been paid, received, settled,
or shrunk by a refund.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from affiliate.networks.errors import BadInput, NetworkError, ProtocolError
from affiliate.networks.paging import Answer, Ask, Report, whole_seconds
from affiliate.networks.types import OrderPage, RejectedRow, TimeType, Window
from affiliate.networks.wording import Said
from affiliate.networks.youzan.client import YouzanClient
from affiliate.networks.youzan.codes import NO_SALESMAN
from affiliate.networks.youzan.orders import read_rows
from affiliate.networks.youzan.recognise import SLUG
from affiliate.networks.youzan.salesmen import Salesman

BEFORE = tuple(timedelta(days=days) for days in (0, 1, 8, 20, 40))
REPORT = Report(SLUG, size=100)
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


def _pages_of(client: YouzanClient, salesman: Salesman, window: Window) -> Iterator[OrderPage]:
    for before in BEFORE:
        first, last = whole_seconds(window.start - before, window.end - before)
        for first_line, rows in REPORT.read(lambda a, b: _ask(client, salesman, a, b), first, last):
            lines, rejected = read_rows(rows, salesman.seller, first_line)
            if lines or rejected:
                yield OrderPage(lines, rejected)


def _ask(client: YouzanClient, salesman: Salesman, start: datetime, end: datetime) -> Ask:
    def ask(page: int) -> Answer:
        clocks = {"start_time": int(start.timestamp()), "end_time": int(end.timestamp())}
        paged = {"page_no": page, "page_size": REPORT.size}
        data = client.call(*TRADES, salesman.asked | clocks | paged)
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
