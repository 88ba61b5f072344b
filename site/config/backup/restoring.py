"""`bin/restore`: puts a backup back. The archive is read to its end first; what it holds is made ready beside what is
there, brought up to this version and looked at; only then it takes its place, and what was there is kept aside.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from config import env
from config.backup import archive, postgres, sqlite
from config.backup.archive import Archive
from config.backup.django_side import Installation
from config.backup.place import Place, here, is_filled, usable
from config.backup.swap import Swap
from config.installation import Refused
from config.keys import ENCRYPTION, SIGNING, new_encryption_key

WORDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def parser() -> argparse.ArgumentParser:
    described = argparse.ArgumentParser(
        prog="bin/restore",
        description="Puts a backup back into DATA_DIR and DATABASE_URL. Stop web and worker first. The whole archive "
        "is verified before anything is touched; what was there is kept aside, never deleted.",
    )
    described.add_argument("file", type=Path, help="the archive that bin/backup made")
    described.add_argument("--keys", type=Path, metavar="FILE", help="the archive of the keys, where they are lost too")
    described.add_argument("--replace", action="store_true", help="put it in the place of what is there")
    described.add_argument("--check", action="store_true", help="verify the archive and change nothing")
    described.add_argument("--json", action="store_true", help="print one JSON document")
    return described


def main(arguments: list[str] | None = None) -> int:
    """The exit status: 0 where everything stands, 2 where it was refused and nothing was changed."""
    told = parser().parse_args(arguments)
    try:
        said = restore(told)
    except (Refused, OSError) as reason:
        if told.json:
            sys.stdout.write(
                json.dumps({"error": {"kind": "bad_input", "message": str(reason), "retry_at": None}}) + "\n"
            )
        sys.stderr.write(f"{reason}\nNothing was restored, and nothing was changed.\n")
        return 2
    if told.json:
        sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("\n".join(_lines(said)) + "\n")
    return 0


@dataclass
class Work:
    """One restore on its way."""

    place: Place
    data: Archive
    keys: dict[str, list[str]]
    """What will stand under DATA_DIR/keys; empty where the backup brings none."""
    stamp: str
    scratch: Path
    said: dict[str, Any] = field(default_factory=dict)

    @property
    def facts(self) -> dict[str, Any]:
        """What the manifest says of the database."""
        found: dict[str, Any] = self.data.manifest["database"]
        return found

    @property
    def encryption_keys(self) -> list[str]:
        """What secrets will be read with: the environment wins over files, as it will when the site starts."""
        return env.words("ENCRYPTION_KEYS") or self.keys.get(ENCRYPTION) or self.place.encryption_keys()

    def installation(self, url: str) -> Installation:
        """The copy that is being made ready. Without any key, one that fits nothing."""
        return Installation(self.scratch, url, self.encryption_keys or [new_encryption_key()])


def restore(told: argparse.Namespace) -> dict[str, Any]:
    """Everything, in order. Raises Refused before the last step, which is taken whole."""
    data = archive.verify(told.file, "data")
    brought = _keys_of(archive.verify(told.keys, "keys")) if told.keys else {}
    said: dict[str, Any] = {"archive": str(told.file), "made_at": data.manifest["made_at"], "checked": True}
    if told.check:
        return said | {"restored": False, **_contents(data)}
    place = here()
    _check_target(place, data, replace=told.replace)
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    with _folder(place, data, stamp) as scratch:
        work = Work(place, data, _joined(brought, place), stamp, scratch, said)
        data.unpack("database", _made(scratch / "database"))
        data.unpack("media", _made(scratch / "media"))
        if place.sqlite:
            _restore_sqlite(work)
        else:
            _restore_postgres(work)
    _forget_cached(place)
    return said | {"restored": True, **_contents(data)}


def _contents(data: Archive) -> dict[str, Any]:
    rows = data.manifest["database"]["tables"]
    return {"tables": len(rows), "rows": sum(rows.values()), "media_files": len(data.files("media"))}


def _keys_of(found: Archive) -> dict[str, list[str]]:
    held = [name for name in (SIGNING, ENCRYPTION) if f"keys/{name}" in found.files("keys")]
    keys = {name: found.content(f"keys/{name}").decode().split() for name in held}
    if not usable(keys.get(ENCRYPTION, [])):
        raise Refused(f"{found.path.name} holds something that is no encryption key.")
    return keys


def _joined(brought: dict[str, list[str]], place: Place) -> dict[str, list[str]]:
    """The keys of the backup first, those that are here behind them: no secret becomes unreadable by a restore."""
    if not brought:
        return {}
    kept = place.encryption_keys()
    return {**brought, ENCRYPTION: list(dict.fromkeys([*brought.get(ENCRYPTION, []), *kept]))}


def _check_target(place: Place, data: Archive, *, replace: bool) -> None:
    vendor = data.manifest["database"]["vendor"]
    mine = "sqlite" if place.sqlite else "postgresql"
    if vendor != mine:
        how = "set DATABASE_URL to it" if vendor == "postgresql" else "leave DATABASE_URL out, and move it afterwards"
        raise Refused(f"The backup holds a {WORDS.get(vendor, vendor)} database, this is {WORDS[mine]}: {how}.")
    filled = "the database" if not _database_is_empty(place) else ""
    if not filled and data.files("media") and is_filled(place.media):
        filled = str(place.media)
    if filled and not replace:
        raise Refused(
            f"{filled[0].upper()}{filled[1:]} is not empty. With --replace the backup takes its place, "
            "and what is there is kept aside."
        )
    if filled and (busy := _busy(place)):
        raise Refused(f"{busy} Stop web and worker first: what they write would be lost.")


def _database_is_empty(place: Place) -> bool:
    if place.sqlite:
        return sqlite.is_empty(place.sqlite)
    with postgres.connect(place.url) as connection:
        return not postgres.tables(connection, postgres.current_schema(connection))


def _busy(place: Place) -> str:
    if place.sqlite:
        open_elsewhere = place.sqlite.exists() and sqlite.is_open_elsewhere(place.sqlite)
        return f"{place.sqlite} is open in another process." if open_elsewhere else ""
    with postgres.connect(place.url) as connection:
        others = postgres.others(connection)
    return f"{others} other connection(s) use the database." if others else ""


@contextmanager
def _folder(place: Place, data: Archive, stamp: str) -> Iterator[Path]:
    """Where things are made ready, on the disk they will lie on, gone afterwards. While it stands nobody can start
    `bin/serve` on the folder.
    """
    existed = place.data.exists()
    place.data.mkdir(parents=True, exist_ok=True, mode=0o750)
    scratch = place.data / f".restoring-{stamp}"
    try:
        needed = int(data.size * 1.2)
        if shutil.disk_usage(place.data).free < needed:
            raise Refused(f"The disk of {place.data} has no room: {needed // 1_000_000 + 1} MB are needed.")
        with (place.data / ".serving").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise Refused(f"bin/serve is running on {place.data}. Stop it first.") from error
            scratch.mkdir(mode=0o700)
            yield scratch
    except BaseException:
        if not existed:
            shutil.rmtree(place.data, ignore_errors=True)
        raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _check_known(work: Work, installation: Installation) -> None:
    if unknown := installation.unknown(work.facts["migrations"]):
        raise Refused(
            f"The backup was made by a newer version than this one: {unknown[0]} is not known here. "
            "Bring the code up to date first."
        )


def _restore_sqlite(work: Work) -> None:
    assert work.place.sqlite is not None  # noqa: S101  the caller asked
    made = work.scratch / "database" / "zhongcao.sqlite3"
    installation = work.installation(f"sqlite:///{made}")
    _check_known(work, Installation(work.scratch, "", [new_encryption_key()]))
    if not made.exists() or sqlite.facts(made)["tables"] != work.facts["tables"]:
        raise Refused("The database of the backup does not hold the rows that its manifest names.")
    made.chmod(0o600)
    _bring_up(work, installation)
    sqlite.is_open_elsewhere(made)  # alone with it: one file again, nothing beside it
    target = work.place.sqlite
    with Swap(work.place.data, work.stamp) as swap:
        _swap_files(work, swap)
        if target.exists() and sqlite.is_open_elsewhere(target):
            raise Refused(f"{target} was opened by another process meanwhile. Stop web and worker first.")
        for beside in (f"{target.name}-wal", f"{target.name}-shm"):
            swap.put_aside(target.with_name(beside))
        swap.put(made, target)
    work.said["kept_aside"] = swap.kept


def _restore_postgres(work: Work) -> None:
    url = work.place.url
    with postgres.connect(url) as connection, postgres.building(connection) as schema:
        installation = work.installation(postgres.in_schema(url, schema))
        _check_known(work, installation)
        installation.migrate_to(work.facts["migrations"])
        postgres.load(connection, schema, work.scratch / "database", work.facts)
        if postgres.counts(connection, schema) != work.facts["tables"]:
            raise Refused("The database of the backup does not hold the rows that its manifest names.")
        _bring_up(work, installation)
        postgres.set_back(connection, schema, work.facts["sequences"])
        aside = f"before_restore_{work.stamp.lower()}"
        mine = postgres.current_schema(connection)
        had = bool(postgres.tables(connection, mine))
        with Swap(work.place.data, work.stamp) as swap:
            _swap_files(work, swap)
            with connection.transaction():
                postgres.take_place(connection, schema, mine, aside)
        connection.execute("ANALYZE")
    work.said["kept_aside"] = [*swap.kept, *([f"schema {aside}"] if had else [])]


def _bring_up(work: Work, installation: Installation) -> None:
    """Migrate what is being made ready, and look at it: what is not as it should be is said, not hidden."""
    installation.manage("migrate", "--no-input", "-v", "0")
    work.said["audit"] = installation.audit()
    work.said["unreadable"] = installation.secrets()["unreadable"]
    work.said["keys"] = bool(work.encryption_keys)


def _swap_files(work: Work, swap: Swap) -> None:
    if work.data.manifest["media"] == "included":
        swap.put(work.scratch / "media", work.place.media)
    for name, values in work.keys.items():
        made = work.scratch / name
        made.touch(mode=0o600)
        made.write_text("\n".join(values) + "\n", encoding="utf-8")
        swap.put(made, work.place.keys / name)
    # What was prepared for the old database is prepared again.
    (work.place.data / ".prepared").unlink(missing_ok=True)


def _forget_cached(place: Place) -> None:
    """Pages and states that a cache server keeps belong to what was there before."""
    if url := env.text("CACHE_URL"):
        import redis

        try:
            with redis.Redis.from_url(url) as client:
                for key in client.scan_iter("zhongcao:*", count=500):
                    client.delete(key)
        except redis.RedisError:
            sys.stderr.write("The cache server did not answer: empty it before the site starts.\n")


def _lines(said: dict[str, Any]) -> list[str]:
    held = f"{said['rows']} rows in {said['tables']} tables, {said['media_files']} files, of {said['made_at']}"
    if not said["restored"]:
        return [f"{said['archive']} is whole: {held}. Nothing was changed."]
    lines = [f"Restored: {held}."]
    lines += [f"Kept aside: {name}" for name in said["kept_aside"]]
    lines += [f"The book is not sound, and was not when the backup was taken: {wrong}" for wrong in said["audit"]]
    if not said["keys"]:
        lines.append("No encryption key is here: one will be made at the start, which reads nothing of what is kept.")
    if said["unreadable"]:
        lines.append("Not readable with the keys that are here: " + ", ".join(said["unreadable"]) + ".")
        if env.words("ENCRYPTION_KEYS"):
            lines.append("ENCRYPTION_KEYS of the environment is what counts: put the lost key behind the others there.")
        lines.append("Restore the keys too (--keys FILE), or enter these credentials again. Everything else works.")
    lines.append("Start it with bin/serve, or manage.py prepare and then web and worker; then look at /readyz.")
    return lines


if __name__ == "__main__":
    sys.exit(main())
