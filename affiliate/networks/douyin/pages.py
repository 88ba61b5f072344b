"""Walks /order/search: products, live rooms and activities one after the other, page after page by Pangle's cursor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from affiliate.networks.douyin.client import PangleClient
from affiliate.networks.douyin.orders import read_rows
from affiliate.networks.douyin.recognise import SLUG
from affiliate.networks.paging import follow, whole
from affiliate.networks.reading import as_list
from affiliate.networks.types import OrderPage, TimeType, Window

PAGE_SIZE = 50
MOST_PAGES = 4_000
PRODUCTS, LIVE, ACTIVITIES = 1, 2, 3
TIME_TYPES = {TimeType.CREATED: "pay", TimeType.UPDATED: "update"}


def order_pages(client: PangleClient, window: Window) -> Iterator[OrderPage]:
    """The pages of a window. Raises after the pages that came well."""
    for order_type in (PRODUCTS, LIVE, ACTIVITIES):
        yield from _pages(client, whole(window), order_type)


def _pages(client: PangleClient, window: Window, order_type: int) -> Iterator[OrderPage]:
    asked = {
        "size": PAGE_SIZE,
        "start_time": int(window.start.timestamp()),
        "end_time": int(window.end.timestamp()),
        "order_type": order_type,
        "time_type": TIME_TYPES[window.time_type],
    }

    def ask(cursor: str) -> tuple[list[Any], str | None]:
        data = client.call("/order/search", asked | {"cursor": cursor})
        following = str(data.get("cursor") or "")
        return as_list(data.get("orders")), None if following in ("", "0") else following

    for first_line, rows in follow(SLUG, ask, "0", MOST_PAGES):
        if rows:
            yield OrderPage(*read_rows(rows, first_line))
