"""Copies tables from an SQLite file into a schema of PostgreSQL, row by row, and proves that they are alike."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from config.backup import postgres
from config.installation import Refused
from config.moving.values import Convert, Unfit, comparable, converter

CHUNK = 2000
"""Rows that are held at once."""


@dataclass(frozen=True)
class Table:
    """One table that both databases have."""

    name: str
    columns: dict[str, str]
    """Name → type in PostgreSQL."""

    def rows_of(self, source: sqlite3.Connection) -> Iterator[list[Any]]:
        """Every row of the SQLite file, converted. Raises Refused for a value that cannot be kept."""
        converters: list[Convert] = [converter(kind) for kind in self.columns.values()]
        names = ", ".join(f'"{name}"' for name in self.columns)
        cursor = source.execute(f'SELECT {names} FROM "{self.name}"')  # noqa: S608  names of the database
        number = 0
        while rows := cursor.fetchmany(CHUNK):
            for row in rows:
                number += 1
                yield self._converted(row, converters, number)

    def _converted(self, row: tuple[Any, ...], converters: list[Convert], number: int) -> list[Any]:
        made: list[Any] = []
        for name, value, convert in zip(self.columns, row, converters, strict=True):
            try:
                made.append(None if value is None else convert(value))
            except (ValueError, TypeError, ArithmeticError) as error:
                why = str(error) if isinstance(error, Unfit) else "no value of this column's type"
                first = next(iter(self.columns))
                raise Refused(f"{self.name}.{name}, in the row with {first} {row[0]!r}, holds {why}.") from error
        return made

    def rows_in(self, target: psycopg.Connection[Any], schema: str) -> Iterator[list[Any]]:
        """Every row of the PostgreSQL table, as `rows_of` gives them."""
        shown = [
            sql.SQL("tsvector_to_array({})" if kind == "tsvector" else "{}::text" if kind == "jsonb" else "{}").format(
                sql.Identifier(name)
            )
            for name, kind in self.columns.items()
        ]
        query = sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(shown), sql.Identifier(schema, self.name))
        with target.transaction(), target.cursor(name="compared") as cursor:
            cursor.itersize = CHUNK
            for row in cursor.execute(query):
                yield list(row)

    def copy(self, source: sqlite3.Connection, target: psycopg.Connection[Any], schema: str) -> None:
        """All rows, in PostgreSQL's bulk form. Call it inside a transaction."""
        names = sql.SQL(", ").join(sql.Identifier(name) for name in self.columns)
        table = sql.Identifier(schema, self.name)
        vectors = [name for name, kind in self.columns.items() if kind == "tsvector"]
        with target.cursor() as cursor:
            if vectors:
                values = sql.SQL(", ").join(
                    sql.SQL("array_to_tsvector(%s::text[])" if name in vectors else "%s") for name in self.columns
                )
                insert = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(table, names, values)
                cursor.executemany(insert, self.rows_of(source))
                return
            with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(table, names)) as copy:
                for row in self.rows_of(source):
                    copy.write_row(row)

    def sum_of(self, rows: Iterable[list[Any]]) -> tuple[int, str]:
        """How many rows, and a sum over all of them that no order changes."""
        count, total = 0, 0
        kinds = list(self.columns.values())
        for row in rows:
            words = "\x1e".join(comparable(value, kind) for value, kind in zip(row, kinds, strict=True))
            total += int.from_bytes(hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest())
            count += 1
        return count, f"{total % 2**256:064x}"


def shared_tables(
    source: sqlite3.Connection, names: list[str], target: psycopg.Connection[Any], schema: str
) -> list[Table]:
    """The named tables. Raises Refused where the two databases differ in a table or a column."""
    found = []
    there = postgres.tables(target, schema)
    if lacking := sorted(set(names) - set(there)):
        raise Refused(
            f"The SQLite file holds a table that this version does not know: {lacking[0]}. Drop it if it is not needed."
        )
    for name in names:
        columns = postgres.columns(target, schema, name)
        mine = {row[1] for row in source.execute(f'PRAGMA table_info("{name}")')} or set()
        if name == "search_words":
            mine = {"rowid", "words"}  # FTS5 names its key nowhere
        if mine != set(columns):
            odd = sorted(mine ^ set(columns))[0]
            raise Refused(f"{name}.{odd} exists in one of the two databases alone. Run manage.py migrate first.")
        found.append(Table(name, columns))
    return found


def set_sequences(source: sqlite3.Connection, target: psycopg.Connection[Any], schema: str, tables: list[Table]) -> int:
    """Let every sequence go on where SQLite would: an id once given is never given again. Returns how many."""
    given = dict(source.execute("SELECT name, seq FROM sqlite_sequence"))
    done = 0
    for table in tables:
        for column in table.columns:
            row = target.execute(
                "SELECT pg_get_serial_sequence(%s, %s)", [f'{schema}."{table.name}"', column]
            ).fetchone()
            if row is None or row[0] is None:
                continue
            (most,) = source.execute(f'SELECT max("{column}") FROM "{table.name}"').fetchone()  # noqa: S608
            last = max(int(given.get(table.name) or 0), int(most or 0))
            target.execute("SELECT setval(%s::regclass, %s, %s)", [row[0], max(last, 1), last > 0])
            done += 1
    return done
