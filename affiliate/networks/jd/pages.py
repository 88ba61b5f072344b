"""Walks the order report of one window: at most an hour a query, page after page, halved where JD finds it too full."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from affiliate.networks.clocks import BEIJING
from affiliate.networks.errors import BadInput, NetworkError, NotFound
from affiliate.networks.jd.client import JdClient
from affiliate.networks.jd.codes import NOTHING_FOUND, WINDOW_TOO_LARGE
from affiliate.networks.jd.orders import read_rows
from affiliate.networks.jd.parsing import rows_of
from affiliate.networks.jd.recognise import SLUG
from affiliate.networks.paging import follow, halved, stretches
from affiliate.networks.types import OrderPage, TimeType, Window

METHOD = "jd.union.open.order.row.query"
HOUR = timedelta(hours=1)
PAGE_SIZE = 200
MOST_PAGES = 60
"""JD gives out 10,000 rows a window; more pages than that hold is an answer gone wrong."""
TIME_TYPES = {TimeType.CREATED: 1, TimeType.FINISHED: 2, TimeType.UPDATED: 3}


def order_pages(client: JdClient, window: Window, now: Callable[[], datetime]) -> Iterator[OrderPage]:
    """The pages of a window, in order of time. Raises after the pages that came well. Where JD says that a stretch
    holds too much, be it on a late page, its halves are read: rows that came before come again, one line each.
    """
    for stretch in stretches(window, HOUR):
        yield from halved(stretch, lambda part: _pages(client, part, now), _too_full)


def _pages(client: JdClient, window: Window, now: Callable[[], datetime]) -> Iterator[OrderPage]:
    def ask(index: int) -> tuple[list[Any], int | None]:
        answer = _answer(client, window, index)
        return rows_of(answer.get("data"), "orderRowResp"), index + 1 if has_more(answer.get("hasMore")) else None

    for first_line, rows in follow(SLUG, ask, 1, MOST_PAGES):
        if rows or first_line == 1:
            yield OrderPage(*read_rows(rows, now(), first_line=first_line))


def _too_full(error: NetworkError) -> bool:
    return isinstance(error, BadInput) and error.code in WINDOW_TOO_LARGE


def _answer(client: JdClient, window: Window, index: int) -> dict[str, Any]:
    """One page as JD gives it. That there is nothing, or nothing more, is an answer too."""
    try:
        return client.call(METHOD, {"orderReq": _request(window, index)})
    except NotFound as error:
        if error.code in NOTHING_FOUND:
            return {}
        raise


def _request(window: Window, index: int) -> dict[str, Any]:
    return {
        "pageIndex": index,
        "pageSize": PAGE_SIZE,
        "type": TIME_TYPES[window.time_type],
        "startTime": window.start.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
        "endTime": window.end.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
        "fields": "goodsInfo,categoryInfo",
    }


def has_more(value: Any) -> bool:
    """JD's flag, given as a boolean or as a word."""
    return value is True or str(value).lower() in ("true", "1")
