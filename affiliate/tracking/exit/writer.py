"""One thread that writes the clicks of all others: whoever waits while it commits goes into the next transaction."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from affiliate.tracking.exit import clicks, counts
from affiliate.tracking.exit.clicks import Click, Written
from affiliate.tracking.exit.database import PASSING, Connection

logger = logging.getLogger("zhongcao.exit")

WAIT_SECONDS = 5.0
GIVE_UP_SECONDS = 60.0
MOST_PENDING = 5_000
Tell = Callable[[Written | None], None]
PAUSES = (0.02, 0.05, 0.1, 0.25, 0.5, 1.0)


class _Ticket:
    """A click, when it came, and whom to tell what became of it."""

    __slots__ = ("click", "came_at", "tell")

    def __init__(self, click: Click, tell: Tell | None) -> None:
        self.click = click
        self.came_at = time.monotonic()
        self.tell = tell

    def answer(self, written: Written | None) -> None:
        """Tell once; whoever listens must not be able to stop the writer."""
        tell, self.tell = self.tell, None
        if tell is not None:
            try:
                tell(written)
            except Exception:
                logger.exception("The answer to the click %s failed.", self.click.token)


class Writer:
    """Start it after the fork: the thread begins with the first click."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._wake = threading.Semaphore(0)
        self._pending: list[_Ticket] = []
        self._thread: threading.Thread | None = None
        self._asleep = True
        self._is_late = False

    def record(self, click: Click) -> Written | None:
        """Store the click and return what became of it; None where that could not be done in time."""
        done = threading.Lock()
        done.acquire()
        outcome: list[Written | None] = []

        def tell(written: Written | None) -> None:
            outcome.append(written)
            done.release()

        self.submit(click, tell)
        done.acquire(timeout=2 * WAIT_SECONDS)
        return outcome[0] if outcome else None

    def submit(self, click: Click, tell: Tell) -> None:
        """Store the click, then call `tell` in the writer's thread: with None where that takes too long.

        A click that was not stored in time stays in the queue for a minute. Its reader goes on to the shop meanwhile,
        and the token's beginning credits the author even where the row is lost. Once that has happened nobody else
        waits either, until something is stored again.
        """
        with self._lock:
            full = len(self._pending) >= MOST_PENDING
            at_once = full or self._is_late
            if not full:
                self._pending.append(_Ticket(click, None if at_once else tell))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="click-writer", daemon=True)
                self._thread.start()
            wake, self._asleep = self._asleep, False
        if wake:
            self._wake.release()
        if at_once:
            tell(None)

    def _run(self) -> None:
        while True:
            with self._lock:
                batch = self._pending[: clicks.MOST_IN_ONE]
                del self._pending[: len(batch)]
                self._asleep = not batch
            if not batch:
                counts.queue(0, 0.0)
                self._wake.acquire()
                continue
            self._show(batch)
            for ticket, written in zip(batch, self._write(batch), strict=True):
                ticket.answer(written)

    def _write(self, batch: list[_Ticket]) -> list[Written] | list[None]:
        """Try until it is stored, for a minute at most."""
        started = time.monotonic()
        tries = 0
        while True:
            try:
                written = clicks.write(self._connection, [ticket.click for ticket in batch])
                self._is_late = False
                counts.stored(one.kind for one in written)
                return written
            except PASSING as error:
                if time.monotonic() - started > GIVE_UP_SECONDS:
                    logger.error("%d clicks are lost: %s. Their tokens still name the author.", len(batch), error)
                    counts.lost(len(batch))
                    return [None] * len(batch)
                if not self._connection.is_busy(error):
                    logger.warning("Clicks cannot be stored (%s); trying again.", error)
                    self._connection.close()
                self._let_go(batch)
                self._show(batch)
                time.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
                tries += 1
            except Exception:
                logger.exception("%d clicks are lost. Their tokens still name the author.", len(batch))
                counts.lost(len(batch))
                return [None] * len(batch)

    def _let_go(self, batch: list[_Ticket]) -> None:
        """Nobody waits longer than WAIT_SECONDS for a database that does not come back."""
        with self._lock:
            waiting = batch + self._pending
        patience = time.monotonic() - WAIT_SECONDS
        for ticket in waiting:
            if ticket.came_at < patience:
                self._is_late = True
                ticket.answer(None)

    def _show(self, batch: list[_Ticket]) -> None:
        """Publish how long the queue is and how old: once a transaction, which is cheaper than once a click."""
        counts.queue(len(batch) + len(self._pending), time.time() - (time.monotonic() - batch[0].came_at))
