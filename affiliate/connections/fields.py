"""A JSON field that is encrypted at rest with the newest of ENCRYPTION_KEYS and read with any of them."""

from __future__ import annotations

import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])


def encrypt(value: Any) -> str:
    """The value as an opaque text. Empty values stay an empty text, so that "nothing kept" is visible."""
    return _fernet().encrypt(json.dumps(value).encode()).decode() if value else ""


def decrypt(text: str) -> Any:
    """The value again. Raises ImproperlyConfigured where none of the keys fits."""
    if not text:
        return {}
    try:
        return json.loads(_fernet().decrypt(text.encode()))
    except InvalidToken as exc:
        raise ImproperlyConfigured(
            "A stored secret cannot be read with any of ENCRYPTION_KEYS. Put the key it was written with back, "
            "or enter the credentials again."
        ) from exc


class Unreadable(dict[str, Any]):
    """A stored secret that no key fits: empty to whoever looks, and written back as it stands: the key may return."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


def renewed(text: str) -> str:
    """The same secret under the newest key; the same text where it is under it already.

    Raises ImproperlyConfigured where none of the keys fits.
    """
    try:
        Fernet(settings.ENCRYPTION_KEYS[0]).decrypt(text.encode())
    except InvalidToken:
        try:
            return _fernet().rotate(text.encode()).decode()
        except InvalidToken as exc:
            raise ImproperlyConfigured("A stored secret cannot be read with any of ENCRYPTION_KEYS.") from exc
    return text


class EncryptedJSONField(models.TextField[Any, Any]):
    """Reads and writes a JSON value; the column holds only ciphertext."""

    _pyi_private_set_type: Any
    _pyi_lookup_exact_type: Any

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        """The value; an Unreadable where no key fits: one lost key must not break a page that needs no secret."""
        try:
            return None if value is None else decrypt(value)
        except ImproperlyConfigured:
            return Unreadable(value or "")

    def get_prep_value(self, value: Any) -> str:
        return value.text if isinstance(value, Unreadable) else encrypt(value)

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        return self.get_prep_value(self.value_from_object(obj))
