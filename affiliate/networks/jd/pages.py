"""Walks the order report of one window: at most an hour a query, page after page, halved where JD finds it too full."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from affiliate.networks.errors import BadInput, NotFound, ProtocolError
from affiliate.networks.jd.client import BEIJING, JdClient
from affiliate.networks.jd.codes import NOTHING_FOUND, WINDOW_TOO_LARGE
from affiliate.networks.jd.orders import read_rows
from affiliate.networks.jd.parsing import rows_of
from affiliate.networks.paging import Sieve
from affiliate.networks.types import OrderPage, TimeType, Window

METHOD = "jd.union.open.order.row.query"
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
PAGE_SIZE = 200
MOST_PAGES = 60
"""JD gives out 10,000 rows a window; more pages than that hold is an answer gone wrong."""
TIME_TYPES = {TimeType.CREATED: 1, TimeType.FINISHED: 2, TimeType.UPDATED: 3}


def order_pages(client: JdClient, window: Window, now: Callable[[], datetime]) -> Iterator[OrderPage]:
    """The pages of a window, in order of time. Raises after the pages that came well."""
    start, end = window.start.replace(microsecond=0), window.end
    if end.microsecond:
        end = end.replace(microsecond=0) + SECOND
    while start < end:
        until = min(start + HOUR, end)
        yield from _stretch(client, Window(start, until, window.time_type), now)
        start = until


def _stretch(client: JdClient, window: Window, now: Callable[[], datetime]) -> Iterator[OrderPage]:
    """One query's worth of time; where JD says it holds too much, be it on a late page, its halves one after the other:
    rows that came before come again, and are one line each all the same.
    """
    try:
        yield from _pages(client, window, now)
        return
    except BadInput as error:
        half = timedelta(seconds=int((window.end - window.start).total_seconds()) // 2)
        if error.code not in WINDOW_TOO_LARGE or half < SECOND:
            raise
    middle = window.start + half
    yield from _stretch(client, Window(window.start, middle, window.time_type), now)
    yield from _stretch(client, Window(middle, window.end, window.time_type), now)


def _pages(client: JdClient, window: Window, now: Callable[[], datetime]) -> Iterator[OrderPage]:
    sieve, stale = Sieve(), 0
    for index in range(1, MOST_PAGES + 1):
        answer = _answer(client, window, index)
        fresh = sieve.fresh(list(rows_of(answer.get("data"), "orderRowResp")))
        if fresh or index == 1:
            yield OrderPage(*read_rows(fresh, now(), first_line=(index - 1) * PAGE_SIZE + 1))
        if not has_more(answer.get("hasMore")):
            return
        stale = 0 if fresh else stale + 1
        if stale == 2:
            break  # one doubled page happens; two say that the paging itself is broken
    raise ProtocolError(
        "JD's order report does not come to an end: its pages repeat. What came was kept; this window is read again.",
        network="jd",
        code="endless",
    )


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
