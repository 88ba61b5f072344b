"""Walks the order report of one window: at most a day a query, from the last page to the first, halved where too full.

By last change (increment.get) rows wander towards the first page while others change, so that reading backwards, as the
platform advises, misses none. By payment (range.get) a cursor leads from page to page.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from affiliate.networks.errors import ProtocolError
from affiliate.networks.pdd.client import PddClient
from affiliate.networks.pdd.orders import read_rows
from affiliate.networks.pdd.parsing import count, rows_of
from affiliate.networks.types import OrderPage, TimeType, Window

CHANGED = "pdd.ddk.order.list.increment.get"
PAID = "pdd.ddk.order.list.range.get"
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
BEIJING = timezone(timedelta(hours=8))
PAGE_SIZE = 50
RANGE_SIZE = 300
MOST_PAGES = 100
"""More than that in one query: its halves are read one after the other, so that little has to be kept in mind."""
MOST_RANGE_PAGES = 10_000


def order_pages(client: PddClient, window: Window) -> Iterator[OrderPage]:
    """The pages of a window, in order of time. Raises after the pages that came well."""
    start, end = window.start.replace(microsecond=0), window.end
    if end.microsecond:
        end = end.replace(microsecond=0) + SECOND
    walk = _by_change if window.time_type is TimeType.UPDATED else _by_payment
    while start < end:
        until = min(start + DAY, end)
        yield from walk(client, start, until)
        start = until


def _by_change(client: PddClient, start: datetime, end: datetime) -> Iterator[OrderPage]:
    """One query's worth of time by last change."""
    ask = _asker(client, start, end)
    answer = ask(1)
    total = count(answer.get("total_count"))
    if total is None:
        yield from _forwards(answer, ask)
        return
    pages = -(-total // PAGE_SIZE)
    if pages > MOST_PAGES and end - start > SECOND:
        middle = start + timedelta(seconds=int((end - start).total_seconds()) // 2)
        yield from _by_change(client, start, middle)
        yield from _by_change(client, middle, end)
        return
    if pages > MOST_PAGES:
        raise _endless()
    yield from _backwards(answer, ask, pages)


def _asker(client: PddClient, start: datetime, end: datetime) -> Callable[[int], dict[str, Any]]:
    def ask(page: int) -> dict[str, Any]:
        fields = {
            "start_update_time": int(start.timestamp()),
            "end_update_time": int(end.timestamp()),
            "page": page,
            "page_size": PAGE_SIZE,
            "return_count": True,
            "query_order_type": 1,
        }
        return client.call(CHANGED, fields)

    return ask


def _backwards(first: Mapping[str, Any], ask: Callable[[int], Mapping[str, Any]], pages: int) -> Iterator[OrderPage]:
    """From the last page to the first. A page without anything new is asked once more before it counts as broken."""
    sieve = _Sieve()
    if pages <= 1:
        yield sieve.page(first, 1) or OrderPage(())
        return
    for number in range(pages, 0, -1):
        answer = ask(number)
        page = sieve.page(answer, number)
        if page is None and rows_of(answer.get("order_list")):
            page = sieve.page(ask(number), number)
            if page is None:
                raise _endless()
        if page is not None:
            yield page


def _forwards(first: Mapping[str, Any], ask: Callable[[int], Mapping[str, Any]]) -> Iterator[OrderPage]:
    """From the first page on, where no count came: there is no other end than a page that is not full."""
    sieve, answer, stale = _Sieve(), first, 0
    for number in range(1, MOST_PAGES * 100 + 1):
        page = sieve.page(answer, number)
        if page is not None or number == 1:
            yield page or OrderPage(())
        if len(rows_of(answer.get("order_list"))) < PAGE_SIZE:
            return
        stale = 0 if page is not None else stale + 1
        if stale == 2:
            break  # one doubled page happens; two say that the paging itself is broken
        answer = ask(number + 1)
    raise _endless()


def _by_payment(client: PddClient, start: datetime, end: datetime) -> Iterator[OrderPage]:
    """One query's worth of time by payment, from cursor to cursor."""
    cursor, cursors, sieve = "", {""}, _Sieve()
    for number in range(1, MOST_RANGE_PAGES + 1):
        fields = {
            "start_time": start.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
            "end_time": end.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
            "page_size": RANGE_SIZE,
            "last_order_id": cursor,
            "query_order_type": 1,
        }
        answer = client.call(PAID, fields)
        page = sieve.page(answer, number, RANGE_SIZE)
        if page is not None or number == 1:
            yield page or OrderPage(())
        cursor = str(answer.get("last_order_id") or "")[:200]
        if not cursor or not rows_of(answer.get("order_list")):
            return
        if cursor in cursors:
            break
        cursors.add(cursor)
    raise _endless()


class _Sieve:
    """Lets every form of a row through once. Keeps a number a row, not the row: windows may hold many."""

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def page(self, answer: Mapping[str, Any], number: int, size: int = PAGE_SIZE) -> OrderPage | None:
        """What is new on a page; None where nothing is. A row that moved on meanwhile is new in its newer form."""
        fresh = []
        found = answer.get("order_list")
        for row in found if isinstance(found, list) else []:
            mark = hash(json.dumps(row, sort_keys=True, default=str))
            if mark not in self._seen:
                self._seen.add(mark)
                fresh.append(row)
        if not fresh:
            return None
        return OrderPage(*read_rows(fresh, first_line=(number - 1) * size + 1))


def _endless() -> ProtocolError:
    return ProtocolError(
        "Pinduoduo's order report does not come to an end: its pages repeat. What came was kept; this window is read "
        "again.",
        network="pdd",
        code="endless",
    )
