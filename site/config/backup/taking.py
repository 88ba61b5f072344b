"""`bin/backup`: database and media into one archive, keys into another, while the site serves."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from config.backup import postgres, sqlite
from config.backup.archive import Writer
from config.backup.place import Place, here, is_filled
from config.installation import Refused

PARTS = ("Django", "wagtail")


def parser() -> argparse.ArgumentParser:
    described = argparse.ArgumentParser(
        prog="bin/backup",
        description="Copies database and media into one archive, as they are at one moment, while the site serves. "
        "Keys never go into it: --keys writes them into an archive of their own, to be kept somewhere else.",
    )
    described.add_argument(
        "file", nargs="?", type=Path, help="the archive, or a folder for it; DATA_DIR/backups/zhongcao-<time>.tar.gz"
    )
    described.add_argument("--keys", type=Path, metavar="FILE", help="write the keys there too")
    described.add_argument("--only-keys", action="store_true", help="write nothing but the keys")
    described.add_argument("--without-media", action="store_true", help="the database alone")
    described.add_argument("--json", action="store_true", help="print one JSON document")
    return described


def main(arguments: list[str] | None = None) -> int:
    """The exit status: 0 where everything was written, 2 where it was refused and nothing was."""
    told = parser().parse_args(arguments)
    try:
        said = back_up(told)
    except (Refused, OSError) as reason:
        if told.json:
            sys.stdout.write(
                json.dumps({"error": {"kind": "bad_input", "message": str(reason), "retry_at": None}}) + "\n"
            )
        sys.stderr.write(f"{reason}\nNo backup was made, and nothing was changed.\n")
        return 2
    if told.json:
        sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("\n".join(_lines(said)) + "\n")
    return 0


def back_up(told: argparse.Namespace) -> dict[str, Any]:
    """Write what was asked for. Raises Refused."""
    place = here()
    said: dict[str, Any] = {"archive": None, "keys": None}
    if told.only_keys and not told.keys:
        raise Refused("Say where the keys go: bin/backup --only-keys --keys /another/place/keys.tar.gz")
    target = _target(told.file, place)
    if told.keys:
        if not told.only_keys and told.keys.resolve().parent == target.parent.resolve():
            raise Refused("Keys beside the data they protect protect nothing. Name another folder with --keys.")
        said["keys"] = str(_write_keys(told.keys, place))
    if not told.only_keys:
        try:
            said |= _write_data(target, place, media=not told.without_media)
        except BaseException:
            if told.keys:
                told.keys.unlink(missing_ok=True)  # made a moment ago, by us
            raise
    return said


def _target(file: Path | None, place: Place) -> Path:
    if file is not None:
        if not file.is_dir() and not file.suffixes:
            # A disk that is not mounted: a file in the folder's place would stop every later night.
            raise Refused(f"There is no folder {file}. Make it first, or name the archive itself: {file}.tar.gz")
        return file / _name() if file.is_dir() else file
    return place.data / "backups" / _name()


def _name() -> str:
    return f"zhongcao-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar.gz"


def _write_keys(target: Path, place: Place) -> Path:
    files = place.key_files()
    if not files:
        raise Refused(f"There are no keys to copy: none is set, and {place.keys} holds none.")
    target = target / _name().replace("zhongcao-", "zhongcao-keys-") if target.is_dir() else target
    with Writer(target, "keys") as writer:
        for name, content in files.items():
            writer.add_bytes(f"keys/{name}", content)
        writer.finish({})
    return target


def _write_data(target: Path, place: Place, *, media: bool) -> dict[str, Any]:
    if place.sqlite and sqlite.is_empty(place.sqlite):
        raise Refused(f"There is nothing to copy: {place.sqlite} holds no table.")
    if target.parent == place.data / "backups":
        target.parent.mkdir(mode=0o700, exist_ok=True)
    with Writer(target, "data") as writer, tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as scratch:
        # The database first: whatever file it names is there when the files are read.
        facts = _database(writer, place, Path(scratch))
        left_out = "" if media else "left out as asked"
        if media and _is_elsewhere(place):
            left_out = "kept by another service, which has backups of its own"
        skipped = [] if left_out else _media(writer, place.media)
        facts |= {"media": left_out or "included", "skipped": skipped}
        facts |= {"python": platform.python_version(), **{name.lower(): version(name) for name in PARTS}}
        manifest = writer.finish(facts)
    files = [file for file in manifest["files"] if file["path"].startswith("media/")]
    return {
        "archive": str(target),
        "bytes": target.stat().st_size,
        "database": manifest["database"]["vendor"],
        "tables": len(manifest["database"]["tables"]),
        "rows": sum(manifest["database"]["tables"].values()),
        "media": manifest["media"],
        "media_files": len(files),
        "skipped": skipped,
    }


def _database(writer: Writer, place: Place, scratch: Path) -> dict[str, Any]:
    if place.sqlite:
        copy = scratch / "zhongcao.sqlite3"
        sqlite.snapshot(place.sqlite, copy)
        writer.add("database/zhongcao.sqlite3", copy)
        return {"database": {"vendor": "sqlite", **sqlite.facts(copy)}}
    with postgres.connect(place.url) as connection:
        if not postgres.tables(connection, postgres.current_schema(connection)):
            raise Refused(f"There is nothing to copy: {postgres.hidden(place.url)} holds no table.")
        server = connection.info.server_version
        found = postgres.dump(connection, scratch)
    for path in sorted(scratch.glob("*.copy")):
        writer.add(f"database/{path.name}", path)
    return {"database": {"vendor": "postgresql", "server": server, **found}}


def _media(writer: Writer, folder: Path) -> list[str]:
    """Every file below the folder. Returns the names of those that cannot be read back as they are."""
    skipped = []
    for path in sorted(folder.rglob("*")) if is_filled(folder) else []:
        name = f"media/{path.relative_to(folder).as_posix()}"
        if path.is_dir() and not path.is_symlink():
            continue
        if path.is_symlink() or not path.is_file() or "\\" in name:
            skipped.append(name)
            continue
        try:
            writer.add(name, path)
        except FileNotFoundError:
            continue  # deleted since: what was copied of the database may name it, and shows a gap as the site would
    return skipped


def _is_elsewhere(place: Place) -> bool:
    """Whether uploads go to a service instead of the folder: the settings alone know."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.core.files.storage import FileSystemStorage, default_storage

    return not isinstance(default_storage, FileSystemStorage) and not is_filled(place.media)


def _lines(said: dict[str, Any]) -> list[str]:
    lines = []
    if said["archive"]:
        lines.append(f"{said['archive']}: {said['rows']} rows in {said['tables']} tables, {said['media_files']} files.")
        if said["media"] != "included":
            lines.append(f"Media are not in it: {said['media']}.")
        lines += [f"Left out, no plain file: {name}" for name in said["skipped"]]
    if said["keys"]:
        lines.append(f"{said['keys']}: the keys. Keep it away from the other archive.")
    else:
        lines.append(
            "The keys are not in it. Without them the credentials of networks cannot be read again: copy them once, "
            "to another place, with bin/backup --only-keys --keys FILE."
        )
    return lines


if __name__ == "__main__":
    sys.exit(main())
