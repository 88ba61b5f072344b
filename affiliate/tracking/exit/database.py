"""The exit's own access to the database: two engines, a handful of statements, no ORM."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psycopg

ERRORS: tuple[type[Exception], ...] = (sqlite3.Error, psycopg.Error)
UNREADABLE: tuple[type[Exception], ...] = (*ERRORS, OSError)
"""The same, and what `hosts_of` raises where the hosts of a network cannot be told now."""
PASSING: tuple[type[Exception], ...] = (sqlite3.OperationalError, psycopg.OperationalError, psycopg.InterfaceError)
"""What may be better at the next try: a busy file, a server that restarts."""


@dataclass(frozen=True)
class Address:
    """Where the database is: a SQLite file, or what psycopg connects with."""

    sqlite_path: str = ""
    postgres: Mapping[str, Any] = field(default_factory=dict)


class Connection:
    """One connection, used by one thread at a time. Opened at the first statement, thrown away after a failure."""

    def __init__(self, address: Address, *, busy_seconds: float) -> None:
        self.is_sqlite = bool(address.sqlite_path)
        self._address = address
        self._busy_seconds = busy_seconds
        self._raw: Any = None

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        """Run one statement, written with `?` for its parameters; returns the cursor."""
        raw = self._raw or self._open()
        return raw.execute(self._dialect(sql), parameters)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. When the block is left, what was written survives a power cut."""
        self.execute("BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(*ERRORS):
                self.execute("ROLLBACK")
            raise

    def moment(self, at: datetime) -> Any:
        """A time as the engine stores it: Django's text form on SQLite."""
        return str(at.astimezone(UTC).replace(tzinfo=None)) if self.is_sqlite else at

    def is_busy(self, error: Exception) -> bool:
        """True where another writer held the file for too long and the same statement may simply be tried again."""
        code = getattr(error, "sqlite_errorcode", None)
        return code is not None and code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)

    def close(self) -> None:
        """Forget the connection; the next statement opens another."""
        raw, self._raw = self._raw, None
        if raw is not None:
            with contextlib.suppress(*ERRORS):
                raw.close()

    def _open(self) -> Any:
        if self.is_sqlite:
            raw: Any = sqlite3.connect(
                f"file:{_escaped(self._address.sqlite_path)}?mode=rw",
                uri=True,
                timeout=self._busy_seconds,
                isolation_level=None,
                check_same_thread=False,
            )
            raw.execute("PRAGMA journal_mode=WAL")
            raw.execute("PRAGMA synchronous=FULL")
            raw.execute("PRAGMA cache_size=-16000")
            # Clicks touch scattered pages of indexes: copying the log back every 4 MB would cost more than writing it.
            raw.execute("PRAGMA wal_autocheckpoint=8000")
        else:
            raw = psycopg.connect(
                **self._address.postgres,
                autocommit=True,
                prepare_threshold=None,
                connect_timeout=5,
                tcp_user_timeout=5000,
            )
            raw.execute("SET synchronous_commit TO on")
            raw.execute("SET TIME ZONE 'UTC'")
            raw.execute(f"SET statement_timeout TO {int(self._busy_seconds * 1000)}")
        self._raw = raw
        return raw

    def _dialect(self, sql: str) -> str:
        return sql if self.is_sqlite else sql.replace("?", "%s")


def _escaped(path: str) -> str:
    """A file name as a part of an address."""
    return path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
