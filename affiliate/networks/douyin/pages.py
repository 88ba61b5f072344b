"""Walks /order/search: products, live rooms and activities one after the other, page after page by Pangle's cursor."""

from __future__ import annotations

from collections.abc import Iterator

from affiliate.networks.douyin.client import PangleClient
from affiliate.networks.douyin.orders import read_rows
from affiliate.networks.douyin.parsing import as_list
from affiliate.networks.douyin.recognise import SLUG
from affiliate.networks.types import OrderPage, TimeType, Window
from affiliate.networks.unrepeated import Pages, Unrepeated

PAGE_SIZE = 50
MOST_PAGES = 4_000
PRODUCTS, LIVE, ACTIVITIES = 1, 2, 3
TIME_TYPES = {TimeType.CREATED: "pay", TimeType.UPDATED: "update"}


def order_pages(client: PangleClient, window: Window) -> Iterator[OrderPage]:
    """The pages of a window. Raises after the pages that came well."""
    for order_type in (PRODUCTS, LIVE, ACTIVITIES):
        yield from _pages(client, window, order_type)


def _pages(client: PangleClient, window: Window, order_type: int) -> Iterator[OrderPage]:
    unrepeated, report = Unrepeated(), Pages(SLUG)
    cursor, first = "0", 1
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
        fresh = unrepeated.fresh(lines)
        report.fresh_rows(rows)
        if fresh or rejected:
            yield OrderPage(fresh, rejected)
        cursor = str(data.get("cursor") or "")
        if cursor in ("", "0"):
            return
        report.goes_on()
    raise report.endless()
