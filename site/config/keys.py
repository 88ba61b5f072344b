"""Keys of the embedded default: made once, kept under DATA_DIR, readable by their owner alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet


def secret_key(folder: Path) -> str:
    """Django's signing key, made at the first call."""
    return _kept(folder / "secret_key", lambda: secrets.token_urlsafe(64))


def encryption_key(folder: Path) -> str:
    """The key that credentials at rest are encrypted with, made at the first call."""
    return _kept(folder / "encryption_key", lambda: Fernet.generate_key().decode())


def _kept(path: Path, make) -> str:  # type: ignore[no-untyped-def]
    """Read the file, or create it. Two processes that start together agree: the loser of the link reads the winner."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(make())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="utf-8").strip()
