"""Walks /order/search: products, live rooms and activities one after the other, page after page by Pangle's cursor."""

from __future__ import annotations

from collections.abc import Iterator

from affiliate.networks.douyin.client import PangleClient
from affiliate.networks.douyin.orders import read_rows
from affiliate.networks.douyin.parsing import as_list
from affiliate.networks.errors import ProtocolError
from affiliate.networks.types import OrderLine, OrderPage, TimeType, Window

PAGE_SIZE = 50
MOST_PAGES = 4_000
PRODUCTS, LIVE, ACTIVITIES = 1, 2, 3
TIME_TYPES = {TimeType.CREATED: "pay", TimeType.UPDATED: "update"}


def order_pages(client: PangleClient, window: Window) -> Iterator[OrderPage]:
    """The pages of a window. Raises after the pages that came well."""
    for order_type in (PRODUCTS, LIVE, ACTIVITIES):
        yield from _pages(client, window, order_type)


def _pages(client: PangleClient, window: Window, order_type: int) -> Iterator[OrderPage]:
    seen: dict[str, OrderLine] = {}
    cursor, stale, first = "0", 0, 1
    for _ in range(MOST_PAGES):
        data = client.call(
            "/order/search",
            {
                "size": PAGE_SIZE,
                "cursor": cursor,
                "start_time": int(window.start.timestamp()),
                "end_time": int(window.end.timestamp()) + (1 if window.end.microsecond else 0),
                "order_type": order_type,
                "time_type": TIME_TYPES[window.time_type],
            },
        )
        rows = as_list(data.get("orders"))
        lines, rejected = read_rows(rows, first)
        first += len(rows)
        # An order that moved on while its page was being read comes again, and its newer form must not be lost.
        fresh = tuple(line for line in lines if seen.get(line.line_id) != line)
        seen.update((line.line_id, line) for line in fresh)
        if fresh or rejected:
            yield OrderPage(fresh, rejected)
        cursor = str(data.get("cursor") or "")
        if cursor in ("", "0"):
            return
        stale = 0 if fresh else stale + 1
        if stale == 2:
            break  # one doubled page happens; two say that the paging itself is broken
    raise ProtocolError(
        "Pangle's order report does not come to an end: its pages repeat. "
        "What came was kept; this window is read again.",
        network="douyin",
        code="endless",
    )
