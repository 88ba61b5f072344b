"""Walks the order report of one window: each business that is asked for by itself, page after page by scroll id."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from affiliate.networks.errors import NetworkError, NotFound, ProtocolError
from affiliate.networks.meituan.client import MeituanClient
from affiliate.networks.meituan.orders import read_rows
from affiliate.networks.meituan.recognise import SLUG
from affiliate.networks.paging import follow, whole
from affiliate.networks.reading import part, rows_of
from affiliate.networks.types import OrderPage, TimeType, Window

PAGE_SIZE = 100
MOST_PAGES = 2_000
TIME_TYPES = {TimeType.CREATED: 1, TimeType.UPDATED: 2}

BUSINESSES: tuple[dict[str, Any], ...] = (
    {"platform": 1},
    {"platform": 1, "businessLine": [7]},
    {"platform": 1, "businessLine": [12]},
    {"platform": 2, "businessLine": [1, 2, 3, 4, 5, 6, 15, 1301, 1302]},
)
"""Home delivery as a whole leaves out 券包 (7) and 省钱包 (12); in-store answers only for what is named."""


def order_pages(client: MeituanClient, window: Window) -> Iterator[OrderPage]:
    """The pages of a window. One business that Meituan refuses does not hide the others: its error comes at the end."""
    failed: NetworkError | None = None
    for business in BUSINESSES:
        try:
            yield from _scrolled(client, whole(window), business)
        except NetworkError as error:
            if error.retryable or isinstance(error, ProtocolError):
                raise
            failed = failed or error
    if failed is not None:
        raise failed


def one_order(client: MeituanClient, order_id: str) -> OrderPage:
    """One order by its number, asked of each business in turn. Raises NotFound where none has it."""
    missing: NetworkError = NotFound("The network's report does not show this order.", network=SLUG, code="no_order")
    for business in BUSINESSES:
        asked = {**business, "orderId": order_id, "searchType": 2, "page": 1, "limit": PAGE_SIZE}
        try:
            found = part(client.call("query_order", asked), "data").get("dataList")
        except NetworkError as error:
            if error.retryable or isinstance(error, ProtocolError):
                raise
            missing = error
            continue
        rows = [row for row in rows_of(found) if str(row.get("orderId")) == order_id]
        if rows:
            return OrderPage(*read_rows(rows))
    raise missing


def _scrolled(client: MeituanClient, window: Window, business: dict[str, Any]) -> Iterator[OrderPage]:
    def ask(scroll: str) -> tuple[list[Any], str | None]:
        data = part(client.call("query_order", _request(window, business, scroll)), "data")
        found = data.get("dataList")
        rows = found if isinstance(found, list) else []
        following = str(data.get("scrollId") or "")
        return rows, following if following and len(rows) >= PAGE_SIZE else None

    for first_line, rows in follow(SLUG, ask, "", MOST_PAGES):
        if rows:
            yield OrderPage(*read_rows(rows, first_line))


def _request(window: Window, business: dict[str, Any], scroll: str) -> dict[str, Any]:
    asked = {
        **business,
        "startTime": int(window.start.timestamp()),
        "endTime": int(window.end.timestamp()),
        "queryTimeType": TIME_TYPES[window.time_type],
        "searchType": 2,
        "page": 1,
        "limit": PAGE_SIZE,
    }
    return asked | ({"scrollId": scroll} if scroll else {})
