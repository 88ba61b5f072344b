"""Walks kwaimoney.order.list: one query a window, page after page by Kuaishou's cursor."""

from __future__ import annotations

from collections.abc import Iterator

from affiliate.networks.kuaishou.client import KuaishouClient
from affiliate.networks.kuaishou.orders import read_rows
from affiliate.networks.kuaishou.parsing import as_list
from affiliate.networks.kuaishou.recognise import SLUG
from affiliate.networks.types import OrderPage, TimeType, Window
from affiliate.networks.unrepeated import Pages, Unrepeated

PAGE_SIZE = 100
MOST_PAGES = 2_000
ALL_STATES, ASCENDING = 0, 2
TIME_TYPES = {TimeType.CREATED: 1, TimeType.UPDATED: 2}
LAST = "nomore"


def order_pages(client: KuaishouClient, window: Window) -> Iterator[OrderPage]:
    """The pages of a window, oldest first. Raises after the pages that came well."""
    unrepeated, report = Unrepeated(), Pages(SLUG)
    cursor, first = "", 1
    for _ in range(MOST_PAGES):
        data = client.call(
            "order.list",
            {
                "cpsOrderStatus": ALL_STATES,
                "pageSize": PAGE_SIZE,
                "sortType": ASCENDING,
                "queryType": TIME_TYPES[window.time_type],
                "beginTime": int(window.start.timestamp() * 1000),
                "endTime": int(window.end.timestamp() * 1000),
                "pcursor": cursor,
            },
        )
        data = data if isinstance(data, dict) else {}
        rows = as_list(data.get("orderList"))
        lines, rejected = read_rows(rows, first)
        first += len(rows)
        fresh = unrepeated.fresh(lines)
        report.fresh_rows(rows)
        if fresh or rejected:
            yield OrderPage(fresh, rejected)
        cursor = str(data.get("pcursor") or "")
        if cursor in ("", LAST):
            return
        report.goes_on()
    raise report.endless()
