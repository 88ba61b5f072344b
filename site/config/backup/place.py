"""Where an installation keeps its things, read from the environment as the settings read it, without making any."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from config import databases, env, keys
from config.installation import ROOT, Refused


@dataclass(frozen=True)
class Place:
    """Folder, database and keys."""

    data: Path
    url: str
    sqlite: Path | None
    """The file; None where the database is PostgreSQL."""

    @property
    def media(self) -> Path:
        return self.data / "media"

    @property
    def keys(self) -> Path:
        return self.data / "keys"

    def encryption_keys(self) -> list[str]:
        """Those of the environment, or those kept under the folder; none where neither has any."""
        return env.words("ENCRYPTION_KEYS") or keys.kept_encryption_keys(self.keys)

    def key_files(self) -> dict[str, bytes]:
        """What a copy of the keys must hold, as it would stand under DATA_DIR/keys."""
        found = {keys.ENCRYPTION: "\n".join(self.encryption_keys())}
        kept = self.keys / keys.SIGNING
        found[keys.SIGNING] = env.text("SECRET_KEY") or (kept.read_text(encoding="utf-8") if kept.exists() else "")
        return {name: content.strip().encode() + b"\n" for name, content in found.items() if content.strip()}


def here() -> Place:
    """As DATA_DIR and DATABASE_URL say. Raises Refused where they cannot be used."""
    data = Path(env.text("DATA_DIR") or ROOT / "var").resolve()
    url = env.text("DATABASE_URL")
    try:
        database = databases.from_url(url, data)
    except (ImproperlyConfigured, ValueError) as error:
        raise Refused(f"DATABASE_URL cannot be used: {error}") from error
    lite = database["ENGINE"].endswith("sqlite3")
    return Place(data, url, Path(database["NAME"]).resolve() if lite else None)


def usable(encryption_keys: list[str]) -> bool:
    """Whether each of them is a key."""
    try:
        return all(Fernet(key) for key in encryption_keys)
    except ValueError:
        return False


def is_filled(folder: Path) -> bool:
    """Whether a folder holds any file."""
    return folder.is_dir() and any(files for _folder, _folders, files in os.walk(folder))
