"""The archive of a backup: a gzipped tar whose first entry says what it is, and whose last says what it holds.

Free of Django: an archive is judged before anything of the installation is touched.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import json
import os
import tarfile
import tomllib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from config.installation import ROOT, Refused

FORMAT = 1
HEAD, MANIFEST = "zhongcao-backup.json", "manifest.json"
FOLDERS = {"data": ("database", "media"), "keys": ("keys",)}
CHUNK = 1024 * 1024
LARGEST_MANIFEST = 256 * 1024 * 1024
BROKEN = (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile)


def product_version() -> str:
    """As pyproject.toml says it."""
    version: str = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    return version


class Writer:
    """Writes an archive under a temporary name beside its target; `finish` gives it its name, in one step.

    Raises Refused where the target exists, before anything is written and again when it is named.
    """

    def __init__(self, target: Path, kind: str) -> None:
        self.target, self.kind = target, kind
        self.files: list[dict[str, Any]] = []
        if target.exists() or target.is_symlink():
            raise Refused(f"{target} exists already, and a backup overwrites nothing. Name another file.")
        self.draft = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            handle = os.open(self.draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise Refused(f"{target} cannot be written ({error.strerror}). Nothing was written.") from error
        self._file = os.fdopen(handle, "wb")
        self._zip = gzip.GzipFile(filename="", fileobj=self._file, mode="wb", compresslevel=6)
        self._tar = tarfile.open(fileobj=self._zip, mode="w", format=tarfile.PAX_FORMAT)
        head = {"product": "zhongcao", "kind": kind, "format": FORMAT, "version": product_version()}
        self._put(HEAD, json.dumps(head).encode())

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_raised: object) -> None:
        """Whatever was not finished is thrown away."""
        with contextlib.suppress(OSError, ValueError, tarfile.TarError):
            self._file.close()
        self.draft.unlink(missing_ok=True)

    def add(self, name: str, path: Path) -> None:
        """A file. One that grows meanwhile is taken as long as it was; raises Refused for one that shrinks."""
        with path.open("rb") as file:
            self.add_stream(name, file, os.fstat(file.fileno()).st_size)

    def add_bytes(self, name: str, content: bytes) -> None:
        self.add_stream(name, io.BytesIO(content), len(content))

    def add_stream(self, name: str, file: IO[bytes], size: int) -> None:
        """So many bytes of a file under a name."""
        reader = _Hashing(file, size)
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        try:
            self._tar.addfile(info, reader)  # type: ignore[arg-type]
        except OSError as error:
            if reader.left:
                raise Refused(
                    f"{name} became shorter while it was read. Nothing was kept: take the backup again."
                ) from error
            raise
        self.files.append({"path": name, "size": size, "sha256": reader.digest.hexdigest()})

    def finish(self, facts: dict[str, Any]) -> dict[str, Any]:
        """Write the manifest, make everything durable, and give the archive its name. Returns the manifest."""
        made = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = {"format": FORMAT, "version": product_version(), "made_at": made, **facts, "files": self.files}
        self._put(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())
        self._tar.close()
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        try:
            os.link(self.draft, self.target)  # unlike a rename, refuses to overwrite
        except FileExistsError:
            raise Refused(f"{self.target} was made by somebody else meanwhile; it was left alone.") from None
        except OSError:
            os.rename(self.draft, self.target)  # a file system without links
        sync_folder(self.target.parent)
        return manifest

    def _put(self, name: str, content: bytes) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(content), 0o600
        self._tar.addfile(info, io.BytesIO(content))


class _Hashing:
    """Reads at most so many bytes of a file, and sums them up."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self.file, self.left, self.digest = file, size, hashlib.sha256()

    def read(self, size: int) -> bytes:
        chunk = self.file.read(min(size, self.left))
        self.left -= len(chunk)
        self.digest.update(chunk)
        return chunk


@dataclass(frozen=True)
class Archive:
    """An archive that was read to its end and found whole."""

    path: Path
    manifest: dict[str, Any]

    @property
    def size(self) -> int:
        """Bytes it takes unpacked."""
        return sum(int(file["size"]) for file in self.manifest["files"])

    def files(self, folder: str) -> list[str]:
        """Names below a folder."""
        return [file["path"] for file in self.manifest["files"] if file["path"].startswith(f"{folder}/")]

    def content(self, name: str) -> bytes:
        """One small file."""
        for info, file in _entries(self.path):
            if info.name == name:
                return file.read()
        raise Refused(f"{self.path.name} holds no {name}.")

    def unpack(self, folder: str, to: Path) -> None:
        """Write what stands below a folder into `to`, which must be empty, checking every byte again."""
        wanted = {file["path"]: file for file in self.manifest["files"] if file["path"].startswith(f"{folder}/")}
        with _said(self.path):
            for info, file in _entries(self.path):
                if info.name in wanted:
                    target = to.joinpath(*PurePosixPath(info.name).parts[1:])
                    target.parent.mkdir(parents=True, exist_ok=True)
                    with target.open("xb") as out:
                        _size, digest = _copied(file, out)
                        out.flush()
                        os.fsync(out.fileno())
                    if digest != wanted[info.name]["sha256"]:
                        raise Refused(f"{self.path.name} changed while it was read.")


def verify(path: Path, kind: str) -> Archive:
    """Read the whole archive and compare every file with the manifest. Writes nothing.

    Raises Refused, in one sentence, for what is no archive of ours, is truncated or altered, was made by a newer
    version, or holds names that would lead out of their folder.
    """
    if not path.is_file():
        raise Refused(f"{path} is not there, or is not a file.")
    with _said(path):
        return Archive(path, _verified(path, kind))


def _verified(path: Path, kind: str) -> dict[str, Any]:
    found: dict[str, tuple[int, str]] = {}
    manifest: dict[str, Any] | None = None
    for number, (info, file) in enumerate(_entries(path)):
        if number == 0:
            _check_head(path, kind, info, file)
        elif manifest is not None:
            raise Refused(f"{path.name} was altered: something stands behind its manifest.")
        elif info.name == MANIFEST and info.isreg():
            manifest = _json(path, info, file)
        else:
            _check_name(path, kind, info)
            if info.name in found:
                raise Refused(f"{path.name} was altered: it holds {info.name!r} twice.")
            found[info.name] = _copied(file, None)
    if manifest is None:
        raise Refused(f"{path.name} is truncated: its end is missing. Use another copy.")
    try:
        named = {file["path"]: (file["size"], file["sha256"]) for file in manifest["files"]}
    except (KeyError, TypeError) as error:
        raise Refused(f"{path.name} was altered: its manifest cannot be read.") from error
    wrong = sorted(name for name in named.keys() | found.keys() if named.get(name) != found.get(name))
    if wrong:
        raise Refused(f"{path.name} is damaged: {wrong[0]} is not what its manifest says. Use another copy.")
    return manifest


def _check_head(path: Path, kind: str, info: tarfile.TarInfo, file: IO[bytes]) -> None:
    head = _json(path, info, file) if info.name == HEAD and info.isreg() else {}
    if head.get("product") != "zhongcao":
        raise Refused(f"{path.name} is not a backup made by Zhongcao.")
    if head.get("kind") != kind:
        held = {"keys": "keys, not data", "data": "data, not keys"}.get(str(head.get("kind")), "something else")
        raise Refused(f"{path.name} holds {held}.")
    if not isinstance(head.get("format"), int) or head["format"] > FORMAT or is_newer(str(head.get("version"))):
        raise Refused(
            f"{path.name} was made by a newer version ({str(head.get('version'))[:20]}) than this one "
            f"({product_version()}). Bring the code up to date first."
        )


def is_newer(version: str) -> bool:
    """Whether a version comes after this one; what cannot be read as one is taken for newer."""
    try:
        return _numbers(version) > _numbers(product_version())
    except ValueError:
        return True


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _check_name(path: Path, kind: str, info: tarfile.TarInfo) -> None:
    parts = info.name.split("/")
    inside = len(parts) > 1 and parts[0] in FOLDERS[kind] and not {"", ".", ".."} & set(parts)
    if not inside or not info.isreg() or "\x00" in info.name or "\\" in info.name:
        raise Refused(f"{path.name} holds {info.name[:80]!r}, which no backup of ours does. It is not used.")


def _json(path: Path, info: tarfile.TarInfo, file: IO[bytes]) -> dict[str, Any]:
    if info.size > LARGEST_MANIFEST:
        raise Refused(f"{path.name} was altered: its manifest is too large.")
    try:
        found = json.loads(file.read())
    except ValueError as error:
        raise Refused(f"{path.name} is damaged: {info.name} cannot be read.") from error
    if not isinstance(found, dict):
        raise Refused(f"{path.name} is damaged: {info.name} cannot be read.")
    return found


def _entries(path: Path) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    """Every entry with its content, to the last byte of the file: only there gzip's own sum is checked."""
    with gzip.open(path, "rb") as unzipped:
        with tarfile.open(fileobj=unzipped, mode="r|") as tar:
            for info in tar:
                yield info, (tar.extractfile(info) if info.isreg() else None) or io.BytesIO()
        while unzipped.read(CHUNK):
            pass


def _copied(file: IO[bytes], out: IO[bytes] | None) -> tuple[int, str]:
    """Read to the end, copying where there is somewhere to; how many bytes it was, and their sum."""
    digest, size = hashlib.sha256(), 0
    while chunk := file.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        if out is not None:
            out.write(chunk)
    return size, digest.hexdigest()


@contextlib.contextmanager
def _said(path: Path) -> Iterator[None]:
    """What cannot be read is said in words."""
    try:
        yield
    except (gzip.BadGzipFile, tarfile.ReadError) as error:
        if _begins_like_ours(path):
            raise Refused(f"{path.name} is truncated or damaged. Use another copy.") from error
        raise Refused(f"{path.name} is not a backup made by Zhongcao.") from error
    except BROKEN as error:
        raise Refused(f"{path.name} is truncated or damaged. Use another copy.") from error
    except OSError as error:
        raise Refused(f"{path} cannot be read ({error.strerror or error}).") from error


def _begins_like_ours(path: Path) -> bool:
    try:
        info, _file = next(_entries(path))
    except (*BROKEN, OSError, StopIteration):
        return False
    return info.name == HEAD


def sync_folder(folder: Path) -> None:
    """Make names durable, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
