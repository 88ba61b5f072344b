"""Collected where the suite runs on PostgreSQL: the move from SQLite, backup and restore, on the real thing."""

from __future__ import annotations

import json
import os
import threading
from contextlib import closing

import psycopg
import pytest

from config.backup import archive, postgres, taking
from config.moving.move import ANEW, OURS
from config.tests.installed import FARM_SECRET, JD_SECRET, Site, environment, tree
from tests.browser.conftest import database

pytestmark = [pytest.mark.xdist_group("installation"), pytest.mark.timeout(900)]


@pytest.fixture
def empty():
    """Makes empty databases, gone afterwards."""
    with database(os.environ["DATABASE_URL"]) as url:
        yield url


@pytest.fixture
def empty_too():
    with database(os.environ["DATABASE_URL"]) as url:
        yield url


def everything_at(url: str) -> dict[str, object]:
    """Every row of every table as text, every sequence, every trigger, every constraint and index."""
    with postgres.connect(url) as connection:
        schema = postgres.current_schema(connection)
        found: dict[str, object] = {"sequences": postgres.sequences(connection, schema)}
        found["triggers"] = postgres.triggers(connection, schema)
        found["indexes"] = sorted(
            connection.execute("SELECT indexdef FROM pg_indexes WHERE schemaname = %s", [schema]).fetchall()
        )
        found["constraints"] = sorted(
            connection.execute(
                "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
                "WHERE connamespace = %s::regnamespace", [schema],
            ).fetchall()
        )  # fmt: skip
        for table in postgres.tables(connection, schema):
            found[table] = sorted(connection.execute(f'SELECT t::text FROM "{table}" t').fetchall())
        return found


def rows_of(source: Site) -> dict[str, int]:
    with closing(source.open()) as lite:
        names = [row[0] for row in lite.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: lite.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


def tables_at(url: str) -> list[str]:
    with postgres.connect(url) as connection:
        schemas = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'zhongcao%'").fetchall()
        assert schemas == []
        return postgres.tables(connection, postgres.current_schema(connection))


def test_a_moved_site_is_backed_up_and_restored_with_every_row_sequence_and_trigger(site, empty, empty_too, tmp_path):
    with psycopg.connect(empty, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA zhongcao_incoming")
        connection.execute("CREATE TABLE zhongcao_incoming.left_by_a_killed_one (id int)")
    untouched = site.tree().keys()
    moved = json.loads(site.manage("move_database", "--to", empty, "--json").partition("\n")[0])
    assert site.tree().keys() == untouched
    before = rows_of(site)
    for name, held in moved["tables"].items():
        assert held["rows"] == before[name], name
    assert moved["tables"].keys() >= before.keys() - {n for n in before if n.startswith((*ANEW, OURS, "sqlite_"))}
    assert moved["tables"]["earnings_ledgerentry"]["rows"] >= 9
    assert sum("ledger_refuses" in name for name in moved["triggers"]) == 3
    here = Site(site.data, empty)
    check_book_and_secrets(here)
    check_sequences(site, empty)
    assert "not empty" in site.manage("move_database", "--to", empty, status=1)

    target = tmp_path / "a.tar.gz"
    here.backup(str(target), "--keys", str(site.data / "k.tar.gz"))
    restored = Site(tmp_path / "new", empty_too)
    said = json.loads(restored.restore(str(target), "--keys", str(site.data / "k.tar.gz"), "--json"))
    assert (said["unreadable"], said["audit"]) == ([], [])
    check_alike(everything_at(empty), everything_at(empty_too))
    assert tree(site.data / "media") == tree(restored.data / "media") != {}
    check_book_and_secrets(restored)

    assert "not empty" in restored.restore(str(target), status=2)
    with psycopg.connect(empty_too):
        assert "other connection" in restored.restore(str(target), "--replace", status=2)
    restored.restore(str(target), "--replace")
    check_alike(everything_at(empty), everything_at(empty_too))
    with psycopg.connect(empty_too) as connection:
        (kept,) = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'before_restore%'").fetchone()
        count = connection.execute(f"SELECT count(*) FROM {kept}.earnings_ledgerentry").fetchone()
        assert count == (moved["tables"]["earnings_ledgerentry"]["rows"],)


def check_alike(before: dict[str, object], after: dict[str, object]) -> None:
    assert before.keys() == after.keys()
    for name in before:
        assert before[name] == after[name], name


def check_book_and_secrets(site: Site) -> None:
    assert json.loads(site.manage("audit_ledger", "--json"))["ok"] is True
    said = site.secrets()
    assert JD_SECRET in said and FARM_SECRET in said
    with psycopg.connect(site.url) as connection, pytest.raises(psycopg.errors.IntegrityError, match="append-only"):
        connection.execute("UPDATE earnings_ledgerentry SET amount_minor = 1")


def check_sequences(source: Site, url: str) -> None:
    """The next id is the one that SQLite would have given: the click that was deleted keeps its number."""
    with closing(source.open()) as lite:
        given = dict(lite.execute("SELECT name, seq FROM sqlite_sequence"))
        assert given["tracking_click"] > lite.execute("SELECT max(id) FROM tracking_click").fetchone()[0]
    with psycopg.connect(url) as connection:
        for table in ("tracking_click", "people_user", "earnings_ledgerentry"):
            assert connection.execute(f"SELECT nextval('{table}_id_seq')").fetchone() == (given[table] + 1,)
        connection.rollback()
        for table in ("tracking_click", "people_user", "earnings_ledgerentry"):
            connection.execute(f"SELECT setval('{table}_id_seq', {given[table]})")


def test_a_move_that_fails_leaves_the_target_empty_for_the_next_try(site, empty):
    with closing(site.open()) as lite, lite:
        lite.execute("UPDATE people_author SET name = 'a' || char(0) || 'b' WHERE id = 1")
    said = site.manage("move_database", "--to", empty, status=1)
    assert "people_author.name, in the row with id 1, holds a NUL character" in said
    assert tables_at(empty) == []
    with closing(site.open()) as lite, lite:
        lite.execute("UPDATE people_author SET name = 'a', user_id = 4711 WHERE id = 1")
    assert "people_author has a row (1) that names one of people_user" in site.manage(
        "move_database", "--to", empty, status=1
    )
    with closing(site.open()) as lite, lite:
        lite.execute("UPDATE people_author SET user_id = NULL, handle = ? WHERE id = 1", ["x" * 200])
    said = site.manage("move_database", "--to", empty, status=1)
    assert "PostgreSQL refused people_author" in said and "xxxx" not in said
    assert tables_at(empty) == []


def test_a_move_from_a_site_that_is_running_is_refused(site, empty):
    with closing(site.open()) as lite:
        lite.execute("PRAGMA journal_mode=WAL")
        lite.execute("SELECT count(*) FROM people_user").fetchone()
        assert "open in another process" in site.manage("move_database", "--to", empty, status=1)
    assert tables_at(empty) == []


def test_a_dump_under_a_load_of_writes_is_of_one_moment(empty, tmp_path):
    with psycopg.connect(empty, autocommit=True) as connection:
        connection.execute("CREATE TABLE django_migrations (id int, app text, name text)")
        connection.execute("CREATE TABLE load_a (n int GENERATED BY DEFAULT AS IDENTITY)")
        connection.execute("CREATE TABLE load_b (n int, filler text)")
    stop = threading.Event()

    def write() -> None:
        with psycopg.connect(empty, autocommit=True) as connection:
            while not stop.is_set():
                with connection.transaction():
                    row = connection.execute("INSERT INTO load_a DEFAULT VALUES RETURNING n").fetchone()
                    connection.execute("INSERT INTO load_b VALUES (%s, repeat('x', 500))", row)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(4):
            target = tmp_path / f"{number}.tar.gz"
            with environment(Site(tmp_path, empty)):
                assert taking.main([str(target), "--without-media"]) == 0
            facts = archive.verify(target, "data").manifest["database"]
            assert facts["tables"]["load_a"] == facts["tables"]["load_b"]
            assert facts["sequences"]["load_a_n_seq"][0] >= facts["tables"]["load_a"]
    finally:
        stop.set()
        writer.join()
