"""What copies and moves need of an SQLite file: a consistent snapshot, what it holds, whether somebody has it open."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from config.installation import Refused


def snapshot(source: Path, copy: Path) -> None:
    """A consistent copy of one moment, while others read and write; writers are not held up.

    Raises Refused where the file is no database, or is not sound.
    """
    copy.touch(mode=0o600)
    try:
        with closing(sqlite3.connect(source, timeout=20)) as old, closing(sqlite3.connect(copy)) as new:
            old.backup(new, pages=-1)
            # One file, without what stands beside it in WAL mode.
            new.execute("PRAGMA journal_mode=DELETE")
            check(new, source)
    except sqlite3.Error as error:
        raise Refused(f"The database {source} cannot be copied: {error}.") from error


def check(database: sqlite3.Connection, named: Path) -> None:
    """Raises Refused where the pages of the file do not hang together."""
    (said,) = database.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        raise Refused(f"The database {named} is damaged ({said}). Restore the last good backup.")


def facts(path: Path) -> dict[str, Any]:
    """Rows of every table, highest ids ever given, triggers, and migrations."""
    with closing(sqlite3.connect(path)) as database:
        rows = {name: _count(database, name) for name in tables(database)}
        has_ids = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'").fetchone()
        ids = dict(database.execute("SELECT name, seq FROM sqlite_sequence")) if has_ids else {}
        triggers = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        migrations = [list(row) for row in database.execute("SELECT app, name FROM django_migrations ORDER BY id")]
    return {"tables": rows, "sequences": ids, "triggers": sorted(triggers), "migrations": migrations}


def tables(database: sqlite3.Connection) -> list[str]:
    """Names of all tables, SQLite's own left out."""
    found = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    return sorted(row[0] for row in found)


def indexes(database: sqlite3.Connection) -> set[str]:
    """Tables of full-text indexes, with those that they keep behind them."""
    virtual = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL%'")
    heads = [row[0] for row in virtual]
    parts = ("", "_config", "_content", "_data", "_docsize", "_idx")
    return {f"{head}{part}" for head in heads for part in parts}


def is_empty(path: Path) -> bool:
    """Whether there is no file, or none with a table in it. A file that is no database is not empty."""
    if not path.exists() or path.stat().st_size == 0:
        return True
    try:
        with closing(sqlite3.connect(path)) as database:
            return not tables(database)
    except sqlite3.Error:
        return False


def is_open_elsewhere(path: Path) -> bool:
    """Whether another connection has the file open. The mode can only be changed by whoever is alone; Django sets it
    again when it connects. A file that is no database is nobody's.
    """
    try:
        with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as database:
            return bool(database.execute("PRAGMA journal_mode=DELETE").fetchone()[0] != "delete")
    except sqlite3.OperationalError:
        return True
    except sqlite3.DatabaseError:
        return False


def _count(database: sqlite3.Connection, table: str) -> int:
    (rows,) = database.execute(f'SELECT count(*) FROM "{table}"').fetchone()  # noqa: S608  a name of the database
    return int(rows)
