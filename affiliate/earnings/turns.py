"""Turns at writing: long work on the book is cut into short transactions with a breath between them.

SQLite has one place to write, and a reader's click is answered only when it is stored: whoever holds that place for
seconds, or gives it back for a moment too short to be noticed, holds up every reader.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from django.db import connection

T = TypeVar("T")

HOLD_SECONDS = 0.1
BREATH_SECONDS = 0.05
"""As long as SQLite's own pauses between two looks whether the place is free."""
MOST_LINES = 80
"""With event, order line, conversion and three entries each, no turn writes more than 500 rows."""


def one_turn(things: Iterable[T]) -> Iterator[T]:
    """The first of these things, at least one, until the turn is over. Called inside the turn's transaction."""
    over = time.monotonic() + HOLD_SECONDS
    for thing in things:
        yield thing
        if time.monotonic() > over:
            return


def let_others_write() -> None:
    """Called between two turns. Where many may write at once there is nothing to wait for."""
    if connection.vendor == "sqlite":
        time.sleep(BREATH_SECONDS)
