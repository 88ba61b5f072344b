"""What copies and moves need of PostgreSQL: a table dump of one moment, and building a database beside the one in use.

What is brought in is built in a schema of its own and takes its place in one transaction: it is there whole, or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

from config.installation import Refused

INCOMING = "zhongcao_incoming"
ONE_AT_A_TIME = 7_305_204_118
"""Key of the advisory lock that a move and a restore hold."""

PLAIN = (
    "SET client_encoding = 'UTF8'; SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; "
    "SET extra_float_digits = 1; SET bytea_output = 'hex'"
)
"""How values are written, whatever the server's own habits."""

TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = {schema} AND c.relkind IN ('r', 'p') ORDER BY c.relname
"""
COLUMNS = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = {schema} AND c.relname = {table} AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
ORDER BY a.attnum
"""
MOVABLE = """
SELECT 'TABLE', quote_ident(c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = {schema} AND (c.relkind IN ('r', 'p') OR (c.relkind = 'S' AND NOT EXISTS (
    SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i'))))
UNION ALL
SELECT 'FUNCTION', quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')'
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = {schema} AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""

Connection = psycopg.Connection[Any]


def connect(url: str) -> Connection:
    """A connection that reads and writes values plainly. Raises Refused where the server lets us not in."""
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.Error as error:
        raise Refused(f"{hidden(url)} cannot be used: {' '.join(str(error).split())[:300]}") from error
    connection.execute(PLAIN)
    return connection


def hidden(url: str) -> str:
    """The address without user, password and options, as it may be shown."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"


def in_schema(url: str, schema: str) -> str:
    """The same address, with everything done in this schema."""
    option = quote(f"-c search_path={schema}", safe="")
    return f"{url}{'&' if urlsplit(url).query else '?'}options={option}"


def tables(connection: Connection, schema: str) -> list[str]:
    return [row[0] for row in connection.execute(sql.SQL(TABLES).format(schema=sql.Literal(schema)))]


def columns(connection: Connection, schema: str, table: str) -> dict[str, str]:
    """Name → type, generated ones left out."""
    query = sql.SQL(COLUMNS).format(schema=sql.Literal(schema), table=sql.Literal(table))
    return {row[0]: row[1] for row in connection.execute(query)}


def current_schema(connection: Connection) -> str:
    row = connection.execute("SELECT current_schema()").fetchone()
    if row is None or row[0] is None:
        raise Refused("The database has no schema that this user may write to. Create one, or name another user.")
    return str(row[0])


def sequences(connection: Connection, schema: str) -> dict[str, list[Any]]:
    """Where each sequence stands: its last value, and whether that was handed out."""
    names = connection.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = %s ORDER BY 1", [schema])
    found = {}
    for (name,) in names.fetchall():
        row = connection.execute(
            sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(schema, name))
        ).fetchone()
        found[name] = list(row or (1, False))
    return found


def triggers(connection: Connection, schema: str) -> list[str]:
    """Triggers that somebody made, named with their table."""
    found = connection.execute(
        "SELECT c.relname || '.' || t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s AND NOT t.tgisinternal ORDER BY 1",
        [schema],
    )
    return [row[0] for row in found]


def dump(connection: Connection, folder: Path) -> dict[str, Any]:
    """Write every table of one moment into a file of its own, in COPY's text form. Returns what it holds.

    Writers are not held up. Sequences are read last, so that none stands behind a row that was copied.
    """
    schema = current_schema(connection)
    counts: dict[str, int] = {}
    names: dict[str, list[str]] = {}
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for table in tables(connection, schema):
            names[table] = list(columns(connection, schema, table))
            select = sql.SQL("COPY (SELECT {columns} FROM {table}) TO STDOUT").format(
                columns=_list(names[table]), table=sql.Identifier(schema, table)
            )
            with (folder / f"{table}.copy").open("xb") as file, connection.cursor() as cursor:
                with cursor.copy(select) as copy:
                    for chunk in copy:
                        file.write(chunk)
                counts[table] = cursor.rowcount
        applied = connection.execute(
            sql.SQL("SELECT app, name FROM {} ORDER BY id").format(sql.Identifier(schema, "django_migrations"))
        ).fetchall()
        made = triggers(connection, schema)
    return {
        "tables": counts,
        "columns": names,
        "sequences": sequences(connection, schema),
        "triggers": made,
        "migrations": [list(row) for row in applied],
    }


@contextmanager
def building(connection: Connection) -> Iterator[str]:
    """A schema to build in, alone; what an attempt that was killed left is thrown away first. Gone afterwards unless
    `take_place` has moved everything out of it.
    """
    (alone,) = connection.execute("SELECT pg_try_advisory_lock(%s)", [ONE_AT_A_TIME]).fetchone() or (False,)
    if not alone:
        raise Refused("Another restore or move is filling this database. Wait until it has ended.")
    try:
        connection.execute(f"DROP SCHEMA IF EXISTS {INCOMING} CASCADE")
        connection.execute(f"CREATE SCHEMA {INCOMING}")
    except psycopg.Error as error:
        connection.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])
        raise Refused(f"This user may not create a schema in the database: {str(error).strip()}.") from error
    try:
        yield INCOMING
    finally:
        if not connection.closed:
            connection.execute(f"DROP SCHEMA IF EXISTS {INCOMING} CASCADE")
            connection.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])


def clear(connection: Connection, schema: str) -> None:
    """Take out what migrations put in: everything is about to come from elsewhere. Call it inside the transaction that
    fills the tables again; foreign keys are looked at when that ends.
    """
    for table in tables(connection, schema):
        connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(schema, table)))


def load(connection: Connection, schema: str, folder: Path, manifest: dict[str, Any]) -> None:
    """Fill the tables of a schema from the files of a dump, in one transaction, and set the sequences."""
    known = set(tables(connection, schema))
    if unknown := sorted(manifest["columns"].keys() - known):
        raise Refused(f"The backup holds a table {unknown[0]} that this version does not have. Nothing was changed.")
    try:
        with connection.transaction():
            clear(connection, schema)
            for table, names in manifest["columns"].items():
                _load_table(connection, sql.Identifier(schema, table), names, folder / f"{table}.copy")
            for name, (last, called) in manifest["sequences"].items():
                connection.execute("SELECT setval(%s::regclass, %s, %s)", [f'{schema}."{name}"', last, called])
    except psycopg.Error as error:
        raise Refused(f"The backup does not fit into this database: {brief(error)}. Nothing was changed.") from error


def set_back(connection: Connection, schema: str, recorded: dict[str, list[Any]]) -> None:
    """Sequences as they were recorded, where no row has got a later number since: what runs after every migration asks
    them for numbers that it does not use.
    """
    for table in tables(connection, schema):
        for column in columns(connection, schema, table):
            query = "SELECT pg_get_serial_sequence(%s, %s)"
            (name,) = connection.execute(query, [f'{schema}."{table}"', column]).fetchone() or (None,)
            last, called = recorded.get(str(name).rpartition(".")[2].strip('"'), (None, None))
            if name is None or last is None:
                continue
            (most,) = connection.execute(
                sql.SQL("SELECT max({}) FROM {}").format(sql.Identifier(column), sql.Identifier(schema, table))
            ).fetchone() or (None,)
            if (most or 0) <= last:
                connection.execute("SELECT setval(%s::regclass, %s, %s)", [name, last, called])


def _load_table(connection: Connection, table: sql.Identifier, names: list[str], path: Path) -> None:
    statement = sql.SQL("COPY {table} ({columns}) FROM STDIN").format(table=table, columns=_list(names))
    with path.open("rb") as file, connection.cursor() as cursor, cursor.copy(statement) as copy:
        while chunk := file.read(1024 * 1024):
            copy.write(chunk)


def counts(connection: Connection, schema: str) -> dict[str, int]:
    """Rows of every table."""
    found = {}
    for table in tables(connection, schema):
        row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))).fetchone()
        found[table] = int(row[0]) if row else 0
    return found


def others(connection: Connection) -> int:
    """How many other connections are in this database."""
    row = connection.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    ).fetchone()
    return int(row[0]) if row else 0


def take_place(connection: Connection, built: str, schema: str, aside: str) -> None:
    """Move what stands in `schema` into `aside`, where there is anything, and what was built into `schema`. Call it
    inside a transaction.
    """
    old = _movable(connection, schema)
    if old:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(aside)))
        _move(connection, old, schema, aside)
    _move(connection, _movable(connection, built), built, schema)


def _movable(connection: Connection, schema: str) -> list[tuple[str, str]]:
    return list(connection.execute(sql.SQL(MOVABLE).format(schema=sql.Literal(schema))).fetchall())


def _move(connection: Connection, things: list[tuple[str, str]], old: str, new: str) -> None:
    for kind, name in things:
        where = sql.Identifier(old)
        connection.execute(
            sql.SQL("ALTER {kind} {where}.{name} SET SCHEMA {new}").format(
                kind=sql.SQL(kind),  # type: ignore[arg-type]  one of two words of ours
                where=where,
                name=sql.SQL(name),  # type: ignore[arg-type]  quoted by the database
                new=sql.Identifier(new),
            )
        )


def brief(error: psycopg.Error) -> str:
    """What the server said, without any value of a row."""
    said = error.diag.message_primary or str(error).partition("\n")[0]
    where = ", ".join(
        part for part in (error.diag.table_name, error.diag.column_name, error.diag.constraint_name) if part
    )
    if not where and error.diag.context:
        # "COPY people_author, line 3, column name: …": what follows is the row itself.
        where = error.diag.context.partition(":")[0]
    return f"{said} ({where})" if where else said


def _list(names: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(name) for name in names)
