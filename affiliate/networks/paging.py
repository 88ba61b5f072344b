"""Walks reports that come in numbered pages, whose rows move on while they are read.

A row that changes leaves its window, and every row behind it moves towards the first page: read from the last page to
the first, none is missed. What repeats is told apart from what ends.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from affiliate.networks.errors import ProtocolError

SECOND = timedelta(seconds=1)
MOST_UNCOUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Answer:
    """One page as the network gives it; `total` is None where it does not count."""

    rows: list[Any]
    total: int | None = None


Ask = Callable[[int], Answer]
"""The page of this number, from 1."""


@dataclass(frozen=True, slots=True)
class Report:
    """How one network's report is read: its page size, and how many pages of one stretch are read at most."""

    network: str
    size: int
    most_pages: int = 100

    def read(
        self, asker: Callable[[datetime, datetime], Ask], start: datetime, end: datetime
    ) -> Iterator[tuple[int, list[Any]]]:
        """The new rows of each page, with the number of its first row; at least one page, be it empty. A stretch that
        holds too much is read in halves, so that little has to be kept in mind. Raises ProtocolError where the
        pages repeat.
        """
        ask = asker(start, end)
        first = ask(1)
        if first.total is None:
            yield from self._forwards(first, ask)
            return
        pages = -(-first.total // self.size)
        if pages <= self.most_pages:
            yield from self._backwards(first, ask, pages)
            return
        half = timedelta(seconds=int((end - start).total_seconds()) // 2)
        if half < SECOND:
            raise self.repeats()
        yield from self.read(asker, start, start + half)
        yield from self.read(asker, start + half, end)

    def _backwards(self, first: Answer, ask: Ask, pages: int) -> Iterator[tuple[int, list[Any]]]:
        """From the last page to the first. One without anything new is asked once more before it counts as broken."""
        sieve = Sieve()
        if pages <= 1 and len(first.rows) <= self.size:
            yield 1, sieve.fresh(first.rows)
            return
        for number in range(max(pages, 1), 0, -1):
            answer = ask(number)
            fresh = sieve.fresh(answer.rows)
            if answer.rows and not fresh and not (fresh := sieve.fresh(ask(number).rows)):
                raise self.repeats()
            if fresh or number == 1:
                yield (number - 1) * self.size + 1, fresh

    def _forwards(self, first: Answer, ask: Ask) -> Iterator[tuple[int, list[Any]]]:
        """From the first page on, where no count came: there is no other end than a page that is not full."""
        sieve, answer, stale = Sieve(), first, 0
        for number in range(1, MOST_UNCOUNTED + 1):
            fresh = sieve.fresh(answer.rows)
            if fresh or number == 1:
                yield (number - 1) * self.size + 1, fresh
            if len(answer.rows) < self.size:
                return
            stale = 0 if fresh else stale + 1
            if stale == 2:
                break  # one doubled page happens; two say that the paging itself is broken
            answer = ask(number + 1)
        raise self.repeats()

    def repeats(self) -> ProtocolError:
        """The error for a report whose pages repeat."""
        return ProtocolError(
            "The network's order report does not come to an end: its pages repeat. What came was kept; this window is "
            "read again.",
            network=self.network,
            code="endless",
        )


class Sieve:
    """Lets every form of a row through once. Keeps a number a row, not the row: windows may hold many."""

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def fresh(self, rows: list[Any]) -> list[Any]:
        """The rows not seen before; one that moved on meanwhile is new in its newer form."""
        found = []
        for row in rows:
            mark = hash(json.dumps(row, sort_keys=True, default=str))
            if mark not in self._seen:
                self._seen.add(mark)
                found.append(row)
        return found


def whole_seconds(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """The stretch, no smaller, between whole seconds."""
    if end.microsecond:
        end = end.replace(microsecond=0) + SECOND
    return start.replace(microsecond=0), end


def stretches(start: datetime, end: datetime, longest: timedelta) -> Iterator[tuple[datetime, datetime]]:
    """The time from start to end in pieces no longer than the network takes."""
    while start < end:
        until = min(start + longest, end)
        yield start, until
        start = until
