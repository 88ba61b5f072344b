"""Keys of the embedded default: made once, kept under DATA_DIR, readable by their owner alone."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet

SIGNING, ENCRYPTION = "secret_key", "encryption_key"
"""Names of the two files. The second holds one key a line, the newest first."""


def secret_key(folder: Path) -> str:
    """Django's signing key, made at the first call."""
    return _kept(folder / SIGNING, lambda: secrets.token_urlsafe(64))


def encryption_keys(folder: Path) -> list[str]:
    """The keys that credentials at rest are encrypted with, the newest first; one is made at the first call."""
    return _kept(folder / ENCRYPTION, new_encryption_key).split()


def kept_encryption_keys(folder: Path) -> list[str]:
    """The same, making none: an empty list where there is no file."""
    path = folder / ENCRYPTION
    return path.read_text(encoding="utf-8").split() if path.exists() else []


def new_encryption_key() -> str:
    return Fernet.generate_key().decode()


def replace(path: Path, content: str) -> None:
    """Write a key file whole or not at all, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = _draft(path, content)
    os.replace(draft, path)


def _kept(path: Path, make) -> str:  # type: ignore[no-untyped-def]
    """Read the file, or create it. Two processes that start together agree: the loser of the link reads the winner."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = _draft(path, make())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text(encoding="utf-8").strip()


def _draft(path: Path, content: str) -> Path:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft
