"""Puts files and folders in the place of others, all or none, and keeps what was there."""

from __future__ import annotations

import shutil
from pathlib import Path

from config.backup.archive import sync_folder


class Swap:
    """Renames; a file from another disk is copied beside its place first. Where the block under
    `with` fails, everything is put back as it was.
    """

    def __init__(self, data: Path, stamp: str) -> None:
        self.stamp = stamp
        self.data = data
        self.kept: list[str] = []
        """What stood there before, where it is now."""
        self._done: list[tuple[Path, Path]] = []

    def __enter__(self) -> Swap:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_raised: object) -> None:
        if kind is None:
            return
        for old, new in reversed(self._done):
            new.rename(old)
        for folder in {new.parent for _old, new in self._done if new.parent.name == self._name}:
            folder.rmdir()
        self.kept = []

    @property
    def _name(self) -> str:
        return f"before-restore-{self.stamp}"

    def put_aside(self, path: Path) -> None:
        """Move what is there, if anything is, into a folder beside it."""
        if not path.exists():
            return
        folder = path.parent / self._name
        folder.mkdir(mode=0o700, exist_ok=True)
        self._rename(path, folder / path.name)
        self.kept.append(str(folder / path.name))

    def put(self, made: Path, place: Path) -> None:
        """Move what was made into its place, and what was there aside."""
        self.put_aside(place)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if made.stat().st_dev != place.parent.stat().st_dev:
            made = Path(shutil.copy2(made, place.with_name(f".{place.name}.{self.stamp}")))
        self._rename(made, place)
        sync_folder(place.parent)

    def _rename(self, old: Path, new: Path) -> None:
        old.rename(new)
        self._done.append((old, new))
