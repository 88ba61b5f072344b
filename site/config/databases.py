"""From DATABASE_URL to Django's setting, with SQLite set up as a real database."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

SCHEMES = {"sqlite", "postgres", "postgresql"}
SQLITE_OPTIONS = {
    # Readers never block the one writer, and a writer waits for its turn instead of failing.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000; "
        # Each thread keeps a connection of its own: what all of them cache together is what a worker holds.
        "PRAGMA cache_size=-4000; PRAGMA foreign_keys=ON;"
    ),
}


def from_url(url: str, data_dir: Path) -> dict[str, Any]:
    """Django's DATABASES["default"]. An empty URL means the SQLite file under DATA_DIR."""
    url = url or f"sqlite:///{data_dir / 'zhongcao.sqlite3'}"
    if url.partition("://")[0] not in SCHEMES:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgres:// or sqlite:///, or be left out.")
    database: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    if database["ENGINE"].endswith("sqlite3"):
        database["OPTIONS"] = {**database.get("OPTIONS", {}), **SQLITE_OPTIONS}
        database["CONN_MAX_AGE"] = None
        # Threads and several processes meet in the tests, which a database in memory cannot serve.
        database["TEST"] = {"NAME": str(data_dir / "test.sqlite3")}
    else:
        # A server that swallows packets would hold every thread, and whoever asks whether we are ready, for minutes.
        database["OPTIONS"] = {"connect_timeout": 5, **database.get("OPTIONS", {})}
    return database


def keep_private(connection: Any, **_signal: Any) -> None:
    """Called when a connection is made: an SQLite file, and what stands beside it, is for its owner alone."""
    if connection.vendor != "sqlite" or connection.is_in_memory_db():
        return
    path = Path(connection.settings_dict["NAME"])
    for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        with contextlib.suppress(OSError):  # not there, or another's, whom `check --deploy` names
            if file.stat().st_mode & 0o077:
                file.chmod(0o600)
