"""Walks kwaimoney.order.list: one query a window, page after page by Kuaishou's cursor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from affiliate.networks.kuaishou.client import KuaishouClient
from affiliate.networks.kuaishou.orders import read_rows
from affiliate.networks.kuaishou.recognise import SLUG
from affiliate.networks.paging import follow
from affiliate.networks.reading import as_list
from affiliate.networks.types import OrderPage, TimeType, Window

PAGE_SIZE = 100
MOST_PAGES = 2_000
ALL_STATES, ASCENDING = 0, 2
TIME_TYPES = {TimeType.CREATED: 1, TimeType.UPDATED: 2}
LAST = "nomore"


def order_pages(client: KuaishouClient, window: Window) -> Iterator[OrderPage]:
    """The pages of a window, oldest first. Raises after the pages that came well."""
    asked = {
        "cpsOrderStatus": ALL_STATES,
        "pageSize": PAGE_SIZE,
        "sortType": ASCENDING,
        "queryType": TIME_TYPES[window.time_type],
        "beginTime": int(window.start.timestamp() * 1000),
        "endTime": int(window.end.timestamp() * 1000),
    }

    def ask(cursor: str) -> tuple[list[Any], str | None]:
        data = client.call("order.list", asked | {"pcursor": cursor})
        data = data if isinstance(data, dict) else {}
        following = str(data.get("pcursor") or "")
        return as_list(data.get("orderList")), None if following in ("", LAST) else following

    for first_line, rows in follow(SLUG, ask, "", MOST_PAGES):
        if rows:
            yield OrderPage(*read_rows(rows, first_line))
