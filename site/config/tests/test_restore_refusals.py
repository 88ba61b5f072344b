"""Archives that are not what they should be are refused in one sentence, and nothing is touched."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest

from config.backup import archive, restoring
from config.backup.archive import HEAD, MANIFEST, Writer
from config.tests.installed import Site, environment


@pytest.fixture
def target(tmp_path):
    """A folder with something in it, that must stay as it is."""
    site = Site(tmp_path / "target")
    (site.data / "media").mkdir(parents=True)
    (site.data / "media/picture.webp").write_bytes(b"mine")
    return site


@pytest.fixture
def refused(target, capsys):
    """Restore into the target; what was said. Nothing may have changed."""

    def attempt(path: Path, *arguments: str) -> str:
        before = target.tree()
        with environment(target):
            assert restoring.main([str(path), "--replace", *arguments]) == 2
        assert {name: digest for name, digest in target.tree().items() if name != ".serving"} == before
        said = capsys.readouterr().err
        sentence, kept = said.strip().splitlines()
        assert kept == "Nothing was restored, and nothing was changed." and "Traceback" not in said
        return sentence

    return attempt


def by_hand(path: Path, entries: list[tuple[tarfile.TarInfo, bytes]], head: dict | None = None) -> Path:
    """An archive as a hostile hand would make it: whatever entries, and a manifest that agrees with them."""
    said = {"product": "zhongcao", "kind": "data", "format": 1, "version": archive.product_version()} | (head or {})
    with tarfile.open(path, "w:gz") as tar:
        for info, content in [(tarfile.TarInfo(HEAD), json.dumps(said).encode()), *entries]:
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info, b"x" if kind == tarfile.REGTYPE else b""


def test_what_is_no_archive_of_ours_is_not_one(refused, tmp_path):
    text, empty, packed, other = (tmp_path / name for name in ("text", "empty", "packed.zip", "other.tar.gz"))
    text.write_text("hello")
    empty.write_bytes(b"")
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("x", "x")
    with tarfile.open(other, "w:gz") as made:
        made.addfile(*[entry("etc/passwd")[0]])
    for path in (text, empty, packed, other):
        assert "is not a backup made by Zhongcao" in refused(path)
    assert "is not there" in refused(tmp_path / "nowhere")
    assert "is not there, or is not a file" in refused(tmp_path)


@pytest.mark.parametrize(
    "hostile",
    [
        entry("media/../../escaped"),
        entry("../escaped"),
        entry("/tmp/escaped"),
        entry("media//escaped"),
        entry("keys/secret_key"),
        entry("media"),
        entry("media/a\\..\\b"),
        entry("media/link", tarfile.SYMTYPE, "/etc/passwd"),
        entry("media/link", tarfile.LNKTYPE, "media/../../x"),
        entry("media/device", tarfile.CHRTYPE),
        entry("media/folder", tarfile.DIRTYPE),
    ],
    ids=lambda hostile: f"{hostile[0].name}-{hostile[0].type.decode()}",
)
def test_names_that_lead_out_of_their_folder_and_links_are_refused(refused, tmp_path, hostile):
    manifest = (tarfile.TarInfo(MANIFEST), json.dumps({"files": []}).encode())
    assert "which no backup of ours does" in refused(by_hand(tmp_path / "a.tar.gz", [hostile, manifest]))
    assert not (tmp_path / "escaped").exists()


def test_an_archive_of_a_newer_version_is_refused_and_says_what_to_do(refused, tmp_path):
    for newer in ({"version": "99.0.0"}, {"format": 2}, {"version": "next"}):
        path = by_hand(tmp_path / "a.tar.gz", [], newer)
        assert "newer version" in refused(path) and "Bring the code up to date" in refused(path)


@pytest.mark.timeout(300)
def test_an_archive_with_a_migration_that_is_not_known_here_is_refused(refused, tmp_path):
    path = tmp_path / "a.tar.gz"
    facts = {"vendor": "sqlite", "tables": {}, "migrations": [["people", "0001_initial"], ["people", "0999_future"]]}
    with Writer(path, "data") as writer:
        writer.add_bytes("database/zhongcao.sqlite3", b"x")
        writer.finish({"media": "included", "database": facts})
    assert "newer version than this one: people.0999_future" in refused(path)


def test_an_archive_whose_end_is_missing_is_truncated(refused, tmp_path):
    assert "truncated" in refused(by_hand(tmp_path / "a.tar.gz", [entry("media/one")]))
    whole = tmp_path / "b.tar.gz"
    with Writer(whole, "data") as writer:
        writer.add_bytes("media/one", b"x" * 3000)
        writer.finish({})
    whole.write_bytes(whole.read_bytes()[:-4])
    assert "truncated" in refused(whole)


def test_an_archive_that_holds_other_than_its_manifest_says_is_refused(refused, tmp_path):
    wrong = {"files": [{"path": "media/one", "size": 1, "sha256": "0" * 64}]}
    manifest = (tarfile.TarInfo(MANIFEST), json.dumps(wrong).encode())
    path = tmp_path / "a.tar.gz"
    assert "media/one is not what its manifest says" in refused(by_hand(path, [entry("media/one"), manifest]))
    assert "damaged: media/one" in refused(by_hand(path, [manifest]))
    assert "twice" in refused(by_hand(path, [entry("media/one"), entry("media/one"), manifest]))
    assert "behind its manifest" in refused(by_hand(path, [manifest, entry("media/two")]))
    assert "manifest cannot be read" in refused(by_hand(path, [(tarfile.TarInfo(MANIFEST), b"{}")]))
    assert "cannot be read" in refused(by_hand(path, [(tarfile.TarInfo(MANIFEST), b"[")]))


def test_keys_and_data_are_not_taken_for_each_other(refused, tmp_path):
    keys, data = tmp_path / "k.tar.gz", tmp_path / "a.tar.gz"
    with Writer(keys, "keys") as writer:
        writer.add_bytes("keys/encryption_key", b"not a key")
        writer.finish({})
    with Writer(data, "data") as writer:
        writer.finish({"database": {"vendor": "sqlite", "tables": {}}})
    assert "holds keys, not data" in refused(keys)
    assert "holds data, not keys" in refused(data, "--keys", str(data))
    assert "no encryption key" in refused(data, "--keys", str(keys))


def test_a_backup_of_the_other_database_is_refused_and_says_how(refused, tmp_path):
    path = tmp_path / "a.tar.gz"
    with Writer(path, "data") as writer:
        writer.finish({"media": "included", "database": {"vendor": "postgresql", "tables": {}}})
    assert "PostgreSQL database, this is SQLite: set DATABASE_URL to it" in refused(path)


def test_checking_an_archive_changes_nothing(target, tmp_path, capsys):
    path = tmp_path / "a.tar.gz"
    with Writer(path, "data") as writer:
        writer.add_bytes("media/one", b"x")
        writer.finish({"database": {"vendor": "sqlite", "tables": {"people_user": 3}}})
    before = target.tree()
    with environment(target):
        assert restoring.main([str(path), "--check"]) == 0
    assert target.tree() == before and "is whole: 3 rows in 1 tables, 1 files" in capsys.readouterr().out
