"""Tells apart what is new on a page of a report, and notices reports that never end."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from affiliate.networks.errors import NetworkError, ProtocolError
from affiliate.networks.types import OrderLine, OrderPage, Window

SECOND = timedelta(seconds=1)
STALE_PAGES = 2
"""One doubled page happens; two in a row say that the paging itself is broken."""


class Unrepeated:
    """Passes each line of a window once, and again where it comes back changed: a row that moved on while its page was
    being read must not be lost in its newer form. Keeps a short digest of each line, whatever the line holds.
    """

    def __init__(self) -> None:
        self._seen: dict[str, bytes] = {}

    def fresh(self, lines: Iterable[OrderLine]) -> tuple[OrderLine, ...]:
        """The lines that say something new."""
        new = []
        for line in lines:
            digest = _digest(line)
            if self._seen.get(line.line_id) != digest:
                self._seen[line.line_id] = digest
                new.append(line)
        return tuple(new)


class Pages:
    """Watches the pages of one report, so that one which never ends is noticed. A window that is read again in halves
    is other reports: what repeats between them is no fault.
    """

    def __init__(self, network: str) -> None:
        self._network = network
        self._seen: set[bytes] = set()
        self._stale = 0
        self._news = False

    def fresh_rows(self, rows: Iterable[Any]) -> list[Mapping[str, Any]]:
        """The rows of a page that did not come before; what is no object is left out."""
        digests = {_digest(row): row for row in rows}
        new = [row for digest, row in digests.items() if digest not in self._seen]
        self._seen.update(digests)
        self._news = bool(new)
        return [row for row in new if isinstance(row, Mapping)]

    def goes_on(self) -> None:
        """Called where a page says that there is more. Raises ProtocolError where pages only repeat."""
        self._stale = 0 if self._news else self._stale + 1
        if self._stale >= STALE_PAGES:
            raise self.endless()

    def endless(self) -> ProtocolError:
        return ProtocolError(
            "The order report does not come to an end: its pages repeat. What came was kept; the window is read again.",
            network=self._network,
            code="endless",
        )


def _digest(value: object) -> bytes:
    return hashlib.blake2b(repr(value).encode("utf-8", "replace"), digest_size=16).digest()


def stretches(window: Window, longest: timedelta) -> Iterator[Window]:
    """The window in whole seconds, cut to what one query accepts."""
    start, end = window.start.replace(microsecond=0), _whole(window.end)
    while start < end:
        until = min(start + longest, end)
        yield Window(start, until, window.time_type)
        start = until


def halved(
    window: Window, read: Callable[[Window], Iterator[OrderPage]], full: Callable[[NetworkError], bool]
) -> Iterator[OrderPage]:
    """Read a window; where the network says that it is too long or too full, its halves one after the other."""
    try:
        yield from read(window)
        return
    except NetworkError as error:
        half = timedelta(seconds=int((window.end - window.start).total_seconds()) // 2)
        if not full(error) or half < SECOND:
            raise
    middle = window.start + half
    yield from halved(Window(window.start, middle, window.time_type), read, full)
    yield from halved(Window(middle, window.end, window.time_type), read, full)


def _whole(at: datetime) -> datetime:
    return at.replace(microsecond=0) + SECOND if at.microsecond else at
