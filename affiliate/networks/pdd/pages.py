"""Walks the order report of one window: by last change in numbered pages, a day a query at most, or by payment from
cursor to cursor (Pinduoduo open platform docs: order.list.increment.get and .range.get).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from affiliate.networks.clocks import BEIJING
from affiliate.networks.paging import Answer, Ask, NumberedRows, Report, follow, stretches
from affiliate.networks.pdd.client import PddClient
from affiliate.networks.pdd.orders import read_rows
from affiliate.networks.pdd.parsing import count
from affiliate.networks.pdd.recognise import SLUG
from affiliate.networks.types import OrderPage, TimeType, Window

CHANGED = "pdd.ddk.order.list.increment.get"
PAID = "pdd.ddk.order.list.range.get"
DAY = timedelta(days=1)
RANGE_SIZE = 300
MOST_CURSORS = 10_000
REPORT = Report(SLUG, size=50)


def order_pages(client: PddClient, window: Window) -> Iterator[OrderPage]:
    """The pages of a window, in order of time. Raises after the pages that came well."""
    walk = _by_change if window.time_type is TimeType.UPDATED else _by_payment
    for stretch in stretches(window, DAY):
        for first_line, rows in walk(client, stretch):
            if rows or first_line == 1:
                yield OrderPage(*read_rows(rows, first_line))


def _by_change(client: PddClient, window: Window) -> Iterator[NumberedRows]:
    def asker(part: Window) -> Ask:
        def ask(page: int) -> Answer:
            fields = {
                "start_update_time": int(part.start.timestamp()),
                "end_update_time": int(part.end.timestamp()),
                "page": page,
                "page_size": REPORT.size,
                "return_count": True,
                "query_order_type": 1,
            }
            answer = client.call(CHANGED, fields)
            return Answer(_rows(answer), count(answer.get("total_count")))

        return ask

    return REPORT.read(asker, window)


def _by_payment(client: PddClient, window: Window) -> Iterator[NumberedRows]:
    def ask(cursor: str) -> tuple[list[Any], str | None]:
        fields = {
            "start_time": window.start.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
            "end_time": window.end.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
            "page_size": RANGE_SIZE,
            "last_order_id": cursor,
            "query_order_type": 1,
        }
        answer = client.call(PAID, fields)
        rows, following = _rows(answer), str(answer.get("last_order_id") or "")[:200]
        return rows, following if rows and following else None

    return follow(SLUG, ask, "", MOST_CURSORS)


def _rows(answer: dict[str, Any]) -> list[Any]:
    found = answer.get("order_list")
    return found if isinstance(found, list) else []
