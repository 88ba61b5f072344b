"""Walks kwaimoney.order.list: one query a window, page after page by Kuaishou's cursor."""

from __future__ import annotations

from collections.abc import Iterator

from affiliate.networks.errors import ProtocolError
from affiliate.networks.kuaishou.client import KuaishouClient
from affiliate.networks.kuaishou.orders import read_rows
from affiliate.networks.kuaishou.parsing import as_list
from affiliate.networks.types import OrderLine, OrderPage, TimeType, Window

PAGE_SIZE = 100
MOST_PAGES = 2_000
ALL_STATES, ASCENDING = 0, 2
TIME_TYPES = {TimeType.CREATED: 1, TimeType.UPDATED: 2}
LAST = "nomore"


def order_pages(client: KuaishouClient, window: Window) -> Iterator[OrderPage]:
    """The pages of a window, oldest first. Raises after the pages that came well."""
    seen: dict[str, OrderLine] = {}
    cursor, stale, first = "", 0, 1
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
        # An order that moved on while its page was being read comes again, and its newer form must not be lost.
        fresh = tuple(line for line in lines if seen.get(line.line_id) != line)
        seen.update((line.line_id, line) for line in fresh)
        if fresh or rejected:
            yield OrderPage(fresh, rejected)
        cursor = str(data.get("pcursor") or "")
        if cursor in ("", LAST):
            return
        stale = 0 if fresh else stale + 1
        if stale == 2:
            break  # one doubled page happens; two say that the paging itself is broken
    raise ProtocolError(
        "Kuaishou's order report does not come to an end: its pages repeat. "
        "What came was kept; this window is read again.",
        network="kuaishou",
        code="endless",
    )
