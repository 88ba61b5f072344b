"""One thread that writes the clicks of all others: whoever waits while it commits goes into the next transaction."""

from __future__ import annotations

import logging
import threading
import time

from affiliate.tracking.exit import clicks
from affiliate.tracking.exit.clicks import Click, Written
from affiliate.tracking.exit.database import PASSING, Connection

logger = logging.getLogger("zhongcao.exit")

WAIT_SECONDS = 5.0
GIVE_UP_SECONDS = 60.0
MOST_PENDING = 5_000
PAUSES = (0.02, 0.05, 0.1, 0.25, 0.5, 1.0)


class _Ticket:
    """A click and the lock that its request waits at."""

    __slots__ = ("click", "done", "written")

    def __init__(self, click: Click) -> None:
        self.click = click
        self.written: Written | None = None
        self.done = threading.Lock()
        self.done.acquire()


class Writer:
    """Start it after the fork: the thread begins with the first click."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._wake = threading.Semaphore(0)
        self._pending: list[_Ticket] = []
        self._thread: threading.Thread | None = None
        self._asleep = True
        self._failing_since = 0.0

    def record(self, click: Click) -> Written | None:
        """Store the click and return what became of it; None where that could not be done in time.

        A click that was not stored in time stays in the queue for a minute. Its reader goes on to the shop meanwhile,
        and the token's beginning credits the author even where the row is lost.
        """
        ticket = _Ticket(click)
        with self._lock:
            if len(self._pending) >= MOST_PENDING:
                return None
            self._pending.append(ticket)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="click-writer", daemon=True)
                self._thread.start()
            wake, self._asleep = self._asleep, False
        if wake:
            self._wake.release()
        ticket.done.acquire(timeout=0.05 if self._is_stuck() else WAIT_SECONDS)
        return ticket.written

    def _is_stuck(self) -> bool:
        """Once a transaction has failed for longer than anybody waits, nobody else needs to wait as long."""
        return bool(self._failing_since) and time.monotonic() - self._failing_since > WAIT_SECONDS

    def _run(self) -> None:
        while True:
            with self._lock:
                batch = self._pending[: clicks.MOST_IN_ONE]
                del self._pending[: len(batch)]
                self._asleep = not batch
            if not batch:
                self._wake.acquire()
                continue
            written = self._write([ticket.click for ticket in batch])
            for ticket, outcome in zip(batch, written, strict=True):
                ticket.written = outcome
                ticket.done.release()

    def _write(self, batch: list[Click]) -> list[Written] | list[None]:
        """Try until it is stored, for a minute at most."""
        started = time.monotonic()
        tries = 0
        while True:
            try:
                written = clicks.write(self._connection, batch)
            except PASSING as error:
                self._failing_since = self._failing_since or time.monotonic()
                if time.monotonic() - started > GIVE_UP_SECONDS:
                    logger.error("%d clicks are lost: %s. Their tokens still name the author.", len(batch), error)
                    return [None] * len(batch)
                if not self._connection.is_busy(error):
                    logger.warning("Clicks cannot be stored (%s); trying again.", error)
                    self._connection.close()
                time.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
                tries += 1
            except Exception:
                logger.exception("%d clicks are lost. Their tokens still name the author.", len(batch))
                return [None] * len(batch)
            else:
                self._failing_since = 0.0
                return written
