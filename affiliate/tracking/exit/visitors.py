"""Visitors without addresses: a keyed hash whose salt lives one day and is the same in every process."""

from __future__ import annotations

import logging
import os
import threading
from datetime import UTC, date, datetime
from hashlib import blake2b

from affiliate.tracking.exit.database import ERRORS, Connection

logger = logging.getLogger("zhongcao.exit")

RETRY_SECONDS = 30


class Visitors:
    """Hashes visitors with the salt of today (UTC)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._day: date | None = None
        self._salt = b""
        self._retry_at = 0.0

    def hash_of(self, address: str, user_agent: str, at: datetime) -> str:
        """32 hex digits that stand for address and user agent until the day is over."""
        if self._day != at.date() or self._retry_at:
            self._renew(at)
        said = f"{address}\n{user_agent}".encode(errors="replace")
        return blake2b(said, digest_size=16, key=self._salt).hexdigest()

    def _renew(self, at: datetime) -> None:
        with self._lock:
            today = at.astimezone(UTC).date()
            if self._day == today and (not self._retry_at or at.timestamp() < self._retry_at):
                return
            try:
                salt, self._retry_at = self._shared(today), 0.0
            except ERRORS:
                # A salt of this process alone: a visitor may be counted twice, which is better than not answering.
                logger.exception("The exit cannot share today's salt; trying again in %d seconds.", RETRY_SECONDS)
                self._connection.close()
                salt = self._salt if self._day == today else os.urandom(32)
                self._retry_at = at.timestamp() + RETRY_SECONDS
            self._salt, self._day = salt, today

    def _shared(self, today: date) -> bytes:
        """The first process to ask decides."""
        day = today.isoformat()
        read = "SELECT salt FROM tracking_visitorsalt WHERE day = ?"
        row = self._connection.execute(read, (day,)).fetchone()
        if row is None:
            offered = "INSERT INTO tracking_visitorsalt (day, salt) VALUES (?, ?) ON CONFLICT (day) DO NOTHING"
            self._connection.execute(offered, (day, os.urandom(32).hex()))
            row = self._connection.execute(read, (day,)).fetchone()
        return bytes.fromhex(row[0])
