"""The move: a snapshot of the SQLite file is copied into a schema that nobody sees, proved, and shown in one step.

Whatever fails before that leaves the target as empty as it was; the SQLite file is only ever read.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from config.backup import postgres
from config.backup import sqlite as lite
from config.backup.django_side import Installation
from config.installation import Refused
from config.moving.tables import Table, set_sequences, shared_tables

ANEW = ("wagtailsearch_indexentry", "modelsearch_indexentry")
"""Wagtail's index of the admin's search: kept differently by the two databases, and made anew."""

OURS = "search_words"
"""The readers' index: the same words in both, each in its own kind of index."""

Tell = Callable[[str], object]


@dataclass
class Moved:
    """What was moved."""

    tables: dict[str, int] = field(default_factory=dict)
    sums: dict[str, str] = field(default_factory=dict)
    sequences: int = 0
    triggers: list[str] = field(default_factory=list)


def move(source: Path, url: str, encryption_keys: list[str], tell: Tell) -> Moved:
    """Move everything. Raises Refused, leaving both databases as they were."""
    with postgres.connect(url) as target, tempfile.TemporaryDirectory(prefix="zhongcao-move-") as folder:
        mine = postgres.current_schema(target)
        if postgres.tables(target, mine):
            raise Refused(f"{postgres.hidden(url)} is not empty: a move overwrites nothing. Name an empty database.")
        tell("Taking a snapshot of the SQLite file ...")
        copy = Path(folder) / "snapshot.sqlite3"
        lite.snapshot(source, copy)
        with postgres.building(target) as schema, closing(sqlite3.connect(copy)) as rows:
            _check_source(rows)
            installation = Installation(Path(folder), postgres.in_schema(url, schema), encryption_keys)
            tell("Making the tables ...")
            installation.manage("migrate", "--no-input", "-v", "0")
            tables = shared_tables(rows, _names(rows), target, schema)
            done = _fill(rows, target, schema, tables, tell)
            _prove(rows, target, schema, tables, done, tell)
            tell("Making the index of the admin's search ...")
            installation.manage("update_index", "-v", "0")
            if wrong := installation.audit():
                raise Refused(f"audit_ledger finds the copy unsound: {wrong[0]}. Look what it says of the SQLite file.")
            done.triggers = postgres.triggers(target, schema)
            with target.transaction():
                postgres.take_place(target, schema, mine, "zhongcao_before_move")
        target.execute("ANALYZE")
    return done


def _check_source(rows: sqlite3.Connection) -> None:
    if broken := rows.execute("PRAGMA foreign_key_check").fetchone():
        raise Refused(f"{broken[0]} has a row ({broken[1]}) that names one of {broken[2]} that is not there.")


def _names(rows: sqlite3.Connection) -> list[str]:
    """Tables that are copied row by row."""
    indexes = lite.indexes(rows) - {OURS}
    return [name for name in lite.tables(rows) if name not in indexes and name not in ANEW]


def _fill(
    rows: sqlite3.Connection, target: psycopg.Connection[Any], schema: str, tables: list[Table], tell: Tell
) -> Moved:
    """All tables in one transaction, at whose end PostgreSQL looks at every foreign key."""
    done = Moved()
    moving = ""
    try:
        with target.transaction():
            _check_migrations(rows, target, schema)
            postgres.clear(target, schema)
            for table in tables:
                moving = table.name
                table.copy(rows, target, schema)
                tell(f"  {moving}")
            moving = "the check of foreign keys"
            done.sequences = set_sequences(rows, target, schema, tables)
    except psycopg.Error as error:
        raise Refused(f"PostgreSQL refused {moving}: {postgres.brief(error)}.") from error
    return done


def _check_migrations(rows: sqlite3.Connection, target: psycopg.Connection[Any], schema: str) -> None:
    mine = set(rows.execute("SELECT app, name FROM django_migrations"))
    theirs = set(target.execute(f"SELECT app, name FROM {schema}.django_migrations").fetchall())  # noqa: S608
    if mine != theirs:
        app, name = sorted(mine ^ theirs)[0]
        raise Refused(f"The SQLite file is not at this version ({app}.{name}). Run manage.py migrate first.")


def _prove(
    rows: sqlite3.Connection,
    target: psycopg.Connection[Any],
    schema: str,
    tables: list[Table],
    done: Moved,
    tell: Tell,
) -> None:
    """Read both databases again, row by row, and compare."""
    tell("Comparing every row ...")
    for table in tables:
        before, after = table.sum_of(table.rows_of(rows)), table.sum_of(table.rows_in(target, schema))
        if before != after:
            raise Refused(f"{table.name} is not the same after the move ({before[0]} rows before, {after[0]} after).")
        done.tables[table.name], done.sums[table.name] = after
