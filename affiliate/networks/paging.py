"""Walks reports that come in pages, whose rows move on while they are read: from mark to mark (`follow`), or by number
from the last page to the first (`Report`). Tells what repeats from what ends, and cuts windows to what a network takes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from affiliate.networks.errors import NetworkError, ProtocolError
from affiliate.networks.types import OrderPage, Window

SECOND = timedelta(seconds=1)
STALE_PAGES = 2
"""One doubled page happens; two in a row say that the paging itself is broken."""
MOST_UNCOUNTED = 10_000

Row = TypeVar("Row")
Mark = TypeVar("Mark")
NumberedRows = tuple[int, list[Any]]
"""The new rows of a page, and the number in the report of the page's first row."""


class Sieve:
    """Lets every form of a row, or of a line, through once: one that moved on meanwhile is new in its newer form.
    Keeps a short digest of each, not the row: windows may hold many.
    """

    def __init__(self) -> None:
        self._seen: set[bytes] = set()
        self._stale = 0

    def fresh(self, rows: Iterable[Row]) -> list[Row]:
        """The rows not seen before."""
        found = []
        for row in rows:
            mark = hashlib.blake2b(_written(row), digest_size=16).digest()
            if mark not in self._seen:
                self._seen.add(mark)
                found.append(row)
        self._stale = 0 if found else self._stale + 1
        return found

    @property
    def only_repeats(self) -> bool:
        """Whether page after page brought nothing new."""
        return self._stale >= STALE_PAGES


def _written(row: object) -> bytes:
    return json.dumps(row, sort_keys=True, default=repr).encode()


def follow(
    network: str, ask: Callable[[Mark], tuple[list[Any], Mark | None]], first: Mark, most_pages: int
) -> Iterator[NumberedRows]:
    """From the first page on. `ask` takes the mark of a page and gives its rows and the mark of the next, None after
    the last. Every page comes, be nothing new on it. Raises ProtocolError where pages only repeat.
    """
    sieve, mark, number = Sieve(), first, 1
    for _ in range(most_pages):
        rows, following = ask(mark)
        yield number, sieve.fresh(rows)
        if following is None:
            return
        if sieve.only_repeats:
            break
        number, mark = number + len(rows), following
    raise endless(network)


@dataclass(frozen=True, slots=True)
class Answer:
    """One page as the network gives it; `total` is None where it does not count."""

    rows: list[Any]
    total: int | None = None


Ask = Callable[[int], Answer]
"""The page of this number, from 1."""


@dataclass(frozen=True, slots=True)
class Report:
    """How one network's numbered pages are read: their size, and how many pages of one window are read at most.

    A row that changes leaves its window, and every row behind it moves towards the first page: read from the last page
    to the first, none is missed.
    """

    network: str
    size: int
    most_pages: int = 100

    def read(self, asker: Callable[[Window], Ask], window: Window) -> Iterator[NumberedRows]:
        """The new rows of each page; at least one page, be it empty. A window that holds too much is read in halves,
        so that little has to be kept in mind. Raises ProtocolError where the pages repeat.
        """
        ask = asker(window)
        first = ask(1)
        if first.total is None:
            yield from self._forwards(first, ask)
            return
        pages = -(-first.total // self.size)
        if pages <= self.most_pages:
            yield from self._backwards(first, ask, pages)
            return
        if not (parts := halves(window)):
            raise endless(self.network)
        for part in parts:
            yield from self.read(asker, part)

    def _backwards(self, first: Answer, ask: Ask, pages: int) -> Iterator[NumberedRows]:
        """From the last page to the first. One without anything new is asked once more before it counts as broken."""
        sieve = Sieve()
        if pages <= 1 and len(first.rows) <= self.size:
            yield 1, sieve.fresh(first.rows)
            return
        for number in range(max(pages, 1), 0, -1):
            answer = ask(number)
            fresh = sieve.fresh(answer.rows)
            if answer.rows and not fresh and not (fresh := sieve.fresh(ask(number).rows)):
                raise endless(self.network)
            if fresh or number == 1:
                yield (number - 1) * self.size + 1, fresh

    def _forwards(self, first: Answer, ask: Ask) -> Iterator[NumberedRows]:
        """From the first page on, where no count came: there is no other end than a page that is not full."""

        def following(number: int) -> tuple[list[Any], int | None]:
            answer = first if number == 1 else ask(number)
            return answer.rows, number + 1 if len(answer.rows) >= self.size else None

        for number, fresh in follow(self.network, following, 1, MOST_UNCOUNTED):
            if fresh or number == 1:
                yield number, fresh


def endless(network: str) -> ProtocolError:
    """The error for a report whose pages repeat."""
    return ProtocolError(
        "The order report does not come to an end: its pages repeat. What came was kept; the window is read again.",
        network=network,
        code="endless",
    )


def whole(window: Window) -> Window:
    """The window, no smaller, between whole seconds."""
    end = window.end.replace(microsecond=0)
    return Window(
        window.start.replace(microsecond=0), end + SECOND if window.end.microsecond else end, window.time_type
    )


def stretches(window: Window, longest: timedelta) -> Iterator[Window]:
    """The window in whole seconds, cut to what one query takes."""
    start, end = (window := whole(window)).start, window.end
    while start < end:
        until = min(start + longest, end)
        yield Window(start, until, window.time_type)
        start = until


def halves(window: Window) -> tuple[Window, ...]:
    """Both halves of a window; none where they would be shorter than a second."""
    half = timedelta(seconds=int((window.end - window.start).total_seconds()) // 2)
    if half < SECOND:
        return ()
    middle: datetime = window.start + half
    return Window(window.start, middle, window.time_type), Window(middle, window.end, window.time_type)


def halved(
    window: Window, read: Callable[[Window], Iterator[OrderPage]], full: Callable[[NetworkError], bool]
) -> Iterator[OrderPage]:
    """Read a window; where the network says that it is too long or too full, its halves one after the other."""
    try:
        yield from read(window)
        return
    except NetworkError as error:
        if not full(error) or not (parts := halves(window)):
            raise
    for part in parts:
        yield from halved(part, read, full)
