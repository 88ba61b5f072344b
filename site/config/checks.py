"""System checks: a hint for every setting that can be wrong in a way Django does not notice."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register  # noqa: A004

from config import env, keys

FEWEST_BYTES = 16
"""Different bytes among the 32 of a key; a made one has fewer than twenty once in ten billion."""

MOST_KEYS = 3
"""More are left from rotations that were never ended."""


@register(Tags.security)
def encryption_keys_are_usable(app_configs: Any, **kwargs: Any) -> list[Error]:
    """zhongcao.E001: each of ENCRYPTION_KEYS must be a Fernet key."""
    wrong = 0
    for key in settings.ENCRYPTION_KEYS:
        try:
            Fernet(key)
        except ValueError:
            wrong += 1
    if not wrong:
        return []
    hint = "Make one with: python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"
    return [Error(f"{wrong} of ENCRYPTION_KEYS cannot be used.", hint=hint, id="zhongcao.E001")]


@register(Tags.urls)
def site_url_is_whole(app_configs: Any, **kwargs: Any) -> list[Error]:
    """zhongcao.E002: SITE_URL needs a scheme and a host and nothing behind."""
    parts = urlsplit(settings.SITE_URL)
    if parts.scheme in {"http", "https"} and parts.hostname and not (parts.path or parts.query):
        return []
    hint = "Write it like https://deals.example.com, without a path."
    return [Error(f"SITE_URL is {settings.SITE_URL!r}.", hint=hint, id="zhongcao.E002")]


@register(Tags.security, deploy=True)
def encryption_keys_are_good(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """zhongcao.W002: a key that no machine made; W003: old keys that were never dropped; I001: a single copy."""
    found: list[CheckMessage] = []
    usable = [key for key in settings.ENCRYPTION_KEYS if _is_key(key)]
    weak = sum(len(set(base64.urlsafe_b64decode(key))) < FEWEST_BYTES for key in usable)
    if weak:
        hint = "Put a made one in front of it, restart, and run manage.py rotate_keys."
        found.append(Warning(f"{weak} of ENCRYPTION_KEYS can be guessed.", hint=hint, id="zhongcao.W002"))
    if len(usable) > MOST_KEYS or len(set(usable)) < len(usable):
        hint = "Run manage.py rotate_keys, then take the old ones out."
        found.append(Warning("ENCRYPTION_KEYS holds keys that are needed no more.", hint=hint, id="zhongcao.W003"))
    if not env.text("ENCRYPTION_KEYS"):
        hint = "Copy them to another place: bin/backup --only-keys --keys FILE; or set ENCRYPTION_KEYS."
        found.append(Info("The encryption keys lie beside the data they protect.", hint=hint, id="zhongcao.I001"))
    return found


@register(Tags.security, deploy=True)
def secrets_are_private(app_configs: Any, **kwargs: Any) -> list[Warning]:
    """zhongcao.W004: keys and the SQLite file are readable by their owner alone."""
    paths = [settings.DATA_DIR / "keys" / name for name in (keys.SIGNING, keys.ENCRYPTION)]
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        paths.append(Path(settings.DATABASES["default"]["NAME"]))
    wrong = [path for path in paths if path.exists() and path.stat().st_mode & 0o077]
    return [Warning(f"{path} can be read by others.", hint=f"chmod 600 {path}", id="zhongcao.W004") for path in wrong]


def _is_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True


@register(Tags.security, deploy=True)
def second_factor_is_required(app_configs: Any, **kwargs: Any) -> list[Warning]:
    """zhongcao.W005: on a public site nobody edits or operates with a password alone."""
    if settings.SECOND_FACTOR == "required":
        return []
    hint = "Leave SECOND_FACTOR out, or set it to required."
    return [Warning("SECOND_FACTOR is optional.", hint=hint, id="zhongcao.W005")]


@register(Tags.security, deploy=True)
def served_over_https(app_configs: Any, **kwargs: Any) -> list[Warning]:
    """zhongcao.W001: a public site is served over HTTPS."""
    if settings.HTTPS:
        return []
    hint = "Set SITE_URL to an https:// address; cookies and HSTS follow from it."
    return [Warning("SITE_URL is not https.", hint=hint, id="zhongcao.W001")]
