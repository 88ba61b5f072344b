"""A backup holds everything of one moment, and a restored site is the same site."""

from __future__ import annotations

import gzip
import json
import random
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from config.backup import archive, sqlite, taking
from config.backup.archive import Writer
from config.installation import Refused
from config.tests.installed import FARM_SECRET, JD_SECRET, Site, environment, everything_in, tree

pytestmark = [pytest.mark.xdist_group("installation"), pytest.mark.timeout(600)]


@pytest.fixture(scope="session")
def backups(filled_site: Site, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The filled site's backup and its keys."""
    made = {"data": tmp_path_factory.mktemp("data") / "a.tar.gz", "keys": tmp_path_factory.mktemp("keys") / "k.tar.gz"}
    filled_site.backup(str(made["data"]), "--keys", str(made["keys"]))
    return made


def test_a_restored_site_has_every_row_trigger_sequence_and_file_and_reads_its_secrets(filled_site, backups, tmp_path):
    restored = Site(tmp_path / "new")
    said = json.loads(restored.restore(str(backups["data"]), "--keys", str(backups["keys"]), "--json"))
    assert (said["restored"], said["unreadable"], said["audit"]) == (True, [], [])
    before, after = everything_in(filled_site.file), everything_in(restored.file)
    assert before.keys() == after.keys()
    for table in before:
        assert before[table] == after[table], table
    assert len(before["earnings_ledgerentry"]) >= 9 and before["sqlite_sequence"]
    assert {"ledger_refuses_update", "ledger_refuses_delete"} <= {row[1] for row in after["(schema)"]}
    assert tree(filled_site.data / "media") == tree(restored.data / "media") != {}
    assert JD_SECRET in restored.secrets() and FARM_SECRET in restored.secrets()
    assert json.loads(restored.manage("audit_ledger", "--json"))["ok"] is True
    with closing(restored.open()) as database, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        database.execute("UPDATE earnings_ledgerentry SET amount_minor = 1")
    assert (restored.data / "keys/secret_key").read_text() == (filled_site.data / "keys/secret_key").read_text() + "\n"
    for private in (restored.file, restored.data / "keys/secret_key", restored.data / "keys/encryption_key"):
        assert stat.S_IMODE(private.stat().st_mode) == 0o600


def test_keys_are_in_no_archive_of_data_and_archives_are_private(filled_site, backups):
    held = gzip.decompress(backups["data"].read_bytes())
    for name in ("secret_key", "encryption_key"):
        assert (filled_site.data / "keys" / name).read_bytes().strip() not in held
    assert JD_SECRET.encode() not in held
    for path in backups.values():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_manifest_names_versions_counts_and_the_sum_of_every_file(filled_site, backups):
    manifest = archive.verify(backups["data"], "data").manifest
    assert manifest["version"] == archive.product_version() and manifest["django"].startswith("5.2")
    assert manifest["database"]["tables"] == sqlite.facts(filled_site.file)["tables"]
    sums = {file["path"]: file["sha256"] for file in manifest["files"]}
    assert {
        f"media/{path}": digest for path, digest in tree(filled_site.data / "media").items()
    }.items() <= sums.items()


def test_without_the_keys_the_site_is_restored_and_what_cannot_be_read_is_named(backups, tmp_path):
    restored = Site(tmp_path / "new")
    said = restored.restore(str(backups["data"]))
    assert "network account jd/default" in said and "direct merchant 小园" in said
    assert "enter these credentials again" in said


def test_a_site_that_is_there_is_replaced_only_when_told_and_kept_aside(site, backups):
    with closing(site.open()) as database, database:
        database.execute("UPDATE people_author SET name = 'changed'")
    changed, before = everything_in(site.file), site.tree()
    assert "not empty" in site.restore(str(backups["data"]), status=2)
    assert {name: digest for name, digest in site.tree().items() if name != ".serving"} == before
    site.restore(str(backups["data"]), "--replace")
    assert everything_in(site.file) != changed
    (aside,) = site.data.glob("before-restore-*")
    assert everything_in(aside / "zhongcao.sqlite3") == changed
    assert tree(aside / "media") == tree(site.data / "media")


def test_a_site_that_somebody_has_open_is_not_replaced(site, backups):
    with closing(site.open()) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("SELECT count(*) FROM people_user").fetchone()
        assert "open in another process" in site.restore(str(backups["data"]), "--replace", status=2)
    assert not list(site.data.glob("before-restore-*"))


def test_what_fails_in_the_last_step_leaves_everything_as_it_was(tmp_path):
    from config.backup.swap import Swap

    for name in ("media", "made"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    before = tree(tmp_path)
    with pytest.raises(FileNotFoundError), Swap(tmp_path, "now") as swap:
        swap.put(tmp_path / "made", tmp_path / "media")
        assert (tmp_path / "media/file").read_text() == "made"
        swap.put(tmp_path / "never made", tmp_path / "keys")
    assert tree(tmp_path) == before


def write_pairs(path: Path, stop: threading.Event, longest: list[float]) -> None:
    """One row into each of two tables, a transaction each, until told to stop."""
    number = 0
    with closing(sqlite3.connect(path, timeout=20, isolation_level=None)) as database:
        while not stop.is_set():
            number += 1
            started = time.monotonic()
            database.execute("BEGIN IMMEDIATE")
            database.execute("INSERT INTO load_a VALUES (?)", [number])
            database.execute("INSERT INTO load_b VALUES (?, ?)", [number, "x" * 500])
            database.execute("COMMIT")
            longest[0] = max(longest[0], time.monotonic() - started)


def test_a_backup_under_a_load_of_writes_is_of_one_moment(site, tmp_path):
    """Each transaction writes one row to each of two tables: a copy between two of them would hold more of one."""
    with closing(site.open()) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.executescript("CREATE TABLE load_a (n INTEGER); CREATE TABLE load_b (n INTEGER, filler TEXT);")
    stop, longest = threading.Event(), [0.0]
    writer = threading.Thread(target=write_pairs, args=[site.file, stop, longest])
    writer.start()
    held = []
    try:
        for number in range(4):
            time.sleep(0.3)
            target = tmp_path / f"{number}.tar.gz"
            with environment(site):
                assert taking.main([str(target), "--without-media"]) == 0
            unpacked = tmp_path / str(number)
            unpacked.mkdir()
            archive.verify(target, "data").unpack("database", unpacked)
            with closing(sqlite3.connect(unpacked / "zhongcao.sqlite3")) as copy:
                a, b = (copy.execute(f"SELECT count(*), max(n) FROM load_{table}").fetchone() for table in "ab")
                assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert a == b
            held.append(a[0])
    finally:
        stop.set()
        writer.join()
    assert held == sorted(held) and held[-1] > held[0]
    assert longest[0] < 10


def test_a_backup_overwrites_nothing_and_one_that_was_killed_has_no_name(site, tmp_path):
    target = tmp_path / "a.tar.gz"
    target.write_text("precious")
    assert "exists already" in site.backup(str(target), status=2)
    assert target.read_text() == "precious"
    killed = tmp_path / "killed"
    killed.mkdir()
    code = (
        "import os, sys; from pathlib import Path; from config.backup.archive import Writer; "
        "writer = Writer(Path(sys.argv[1]), 'data'); writer.add_bytes('media/x', b'x'); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, str(killed / "b.tar.gz")], env=site.env, check=False)
    assert not (killed / "b.tar.gz").exists() and len(list(killed.iterdir())) == 1


def test_a_folder_that_is_not_there_does_not_become_an_archive(site, tmp_path):
    assert "There is no folder" in site.backup(str(tmp_path / "copies"), status=2)
    assert not (tmp_path / "copies").exists()


def test_keys_do_not_lie_beside_the_data(site, tmp_path):
    said = site.backup(str(tmp_path / "a.tar.gz"), "--keys", str(tmp_path / "k.tar.gz"), status=2)
    assert "Name another folder" in said and not list(tmp_path.glob("*.tar.gz"))


def test_nothing_to_copy_is_said_and_nothing_is_made(tmp_path):
    empty = Site(tmp_path / "nothing")
    assert "nothing to copy" in empty.backup(str(tmp_path / "a.tar.gz"), status=2)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_shrinks_while_it_is_read_fails_the_backup(tmp_path):
    short = tmp_path / "short"
    short.write_bytes(b"x" * 10)
    with (
        pytest.raises(Refused, match="became shorter"),
        Writer(tmp_path / "a.tar.gz", "data") as writer,
        short.open("rb") as file,
    ):
        writer.add_stream("media/short", file, 20)
    assert [path.name for path in tmp_path.iterdir()] == ["short"]


def test_any_cut_and_any_changed_byte_of_an_archive_is_noticed(tmp_path):
    """Seeded: cuts at a hundred places, and a hundred changed bytes."""
    whole = tmp_path / "a.tar.gz"
    with Writer(whole, "data") as writer:
        writer.add_bytes("database/zhongcao.sqlite3", random.Random(1).randbytes(5000))
        writer.add_bytes("media/one.webp", b"picture")
        writer.finish({"database": {"vendor": "sqlite"}})
    content, dice = whole.read_bytes(), random.Random(2)
    archive.verify(whole, "data")
    for _ in range(100):
        whole.write_bytes(content[: dice.randrange(len(content))])
        with pytest.raises(Refused, match="truncated|damaged|not a backup"):
            archive.verify(whole, "data")
        # Behind gzip's ten bytes of head, whose time and system nobody reads.
        place = dice.randrange(10, len(content))
        whole.write_bytes(content[:place] + bytes([content[place] ^ 1 << dice.randrange(8)]) + content[place + 1 :])
        with pytest.raises(Refused):
            archive.verify(whole, "data")
    shutil.rmtree(tmp_path)
