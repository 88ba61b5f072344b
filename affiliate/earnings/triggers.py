"""Database triggers that refuse to change or delete an entry of the book, or to empty it.

They are made again after every migration, because SQLite rebuilds tables for many of them and drops their triggers.
"""

from __future__ import annotations

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "earnings_ledgerentry"
NAMES = {"UPDATE": "ledger_refuses_update", "DELETE": "ledger_refuses_delete", "TRUNCATE": "ledger_refuses_truncate"}
REFUSAL = "The ledger is append-only: post a reversing entry instead."


def has_book(using: str = DEFAULT_DB_ALIAS) -> bool:
    """Whether the table stands: not so in an earlier state of the migrations."""
    connection = connections[using]
    with connection.cursor() as cursor:
        return TABLE in connection.introspection.table_names(cursor)


def create(using: str = DEFAULT_DB_ALIAS) -> None:
    """Make what is missing, on SQLite and on PostgreSQL."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for statement in _statements(connection):
            cursor.execute(statement)


def drop(using: str = DEFAULT_DB_ALIAS) -> None:
    """For tests that must empty the tables behind them, and for nothing else."""
    connection = connections[using]
    on_table = "" if connection.vendor == "sqlite" else f" ON {TABLE}"
    with connection.cursor() as cursor:
        for name in _names(connection).values():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


def missing(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Names of the triggers that the database does not have."""
    connection = connections[using]
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(%s) AND tgenabled IN ('O', 'A')"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [TABLE])
        present = {row[0] for row in cursor.fetchall()}
    return [name for name in _names(connection).values() if name not in present]


def _names(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """The trigger of each event; SQLite empties a table by DELETE alone."""
    if connection.vendor == "sqlite":
        return {event: name for event, name in NAMES.items() if event != "TRUNCATE"}
    return NAMES


def _statements(connection: BaseDatabaseWrapper) -> list[str]:
    if connection.vendor == "sqlite":
        return [
            f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event} ON {TABLE} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            for event, name in _names(connection).items()
        ]
    function = (
        "CREATE OR REPLACE FUNCTION ledger_refuses() RETURNS trigger AS $$ "
        f"BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$ LANGUAGE plpgsql"
    )
    made = [
        f"CREATE OR REPLACE TRIGGER {name} BEFORE {event} ON {TABLE} "
        f"FOR EACH {'STATEMENT' if event == 'TRUNCATE' else 'ROW'} EXECUTE FUNCTION ledger_refuses()"
        for event, name in _names(connection).items()
    ]
    return [function, *made]
