"""Brings every stored secret under the newest of ENCRYPTION_KEYS.

Found are all encrypted fields of all models, and ciphertext of ours inside any other text or JSON column (other
packages keep it there). Each row is changed only where it still holds what was read: it may run while the site serves,
be broken off and run again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models, transaction

from affiliate.connections.api import EncryptedJSONField, renewed

AT_ONCE = 500
TOKEN = re.compile(r"gAAAAA[A-Za-z0-9_-]{60,}={0,2}")
"""Fernet's ciphertext, whose first bytes are a version and the time."""


@dataclass
class Rotation:
    """What was found, and done."""

    fields: int = 0
    current: int = 0
    """Secrets under the newest key already."""
    rotated: int = 0
    """Secrets brought under it; with `check`, those that are still to be."""
    unreadable: list[str] = field(default_factory=list)
    """What no key reads, by name; left as it stands."""

    def as_json(self) -> dict[str, Any]:
        return {
            "fields": self.fields,
            "current": self.current,
            "rotated": self.rotated,
            "unreadable": self.unreadable,
        }


@dataclass(frozen=True)
class Column:
    """One column that may hold secrets."""

    model: type[models.Model]
    field: models.Field[Any, Any]
    declared: bool
    """An encrypted field; the others may hold ciphertext somewhere inside."""

    @property
    def as_text(self) -> str:
        name = connection.ops.quote_name(self.field.column)
        return f"{name}::text" if connection.vendor == "postgresql" else name

    def rows(self) -> Iterator[list[tuple[Any, str]]]:
        """Keys and contents of the rows that hold any, so many at once, in the order of keys."""
        quote = connection.ops.quote_name
        key, table = quote(self.model._meta.pk.column), quote(self.model._meta.db_table)
        pattern = "%gAAAAA%"
        last: Any = None
        while True:
            after, values = (f" AND {key} > %s", [last]) if last is not None else ("", [])
            query = (
                f"SELECT {key}, {self.as_text} FROM {table} WHERE {self.as_text} LIKE %s{after} ORDER BY {key} LIMIT %s"  # noqa: S608
            )
            with connection.cursor() as cursor:
                cursor.execute(query, [pattern, *values, AT_ONCE])
                found = cursor.fetchall()
            if not found:
                return
            yield found
            last = found[-1][0]

    def put(self, key: Any, old: str, new: str) -> bool:
        """Write it where the row still holds what was read."""
        quote = connection.ops.quote_name
        name, table, pk = (quote(n) for n in (self.field.column, self.model._meta.db_table, self.model._meta.pk.column))
        cast = "::jsonb" if connection.vendor == "postgresql" and isinstance(self.field, models.JSONField) else ""
        query = f"UPDATE {table} SET {name} = %s{cast} WHERE {pk} = %s AND {self.as_text} = %s"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(query, [new, key, old])
            return bool(cursor.rowcount)

    def named(self, key: Any) -> str:
        """The row as an operator knows it."""
        row = self.model._base_manager.filter(pk=key).first()
        return f"{self.model._meta.verbose_name_raw} {row or key}"


def columns() -> list[Column]:
    """Every column of every table that may hold secrets: encrypted fields first."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed:
            continue
        for one in model._meta.local_concrete_fields:
            declared = isinstance(one, EncryptedJSONField)
            if declared or isinstance(one, models.TextField | models.JSONField):
                found.append(Column(model, one, declared))
    return sorted(found, key=lambda column: (not column.declared, column.model._meta.label, column.field.name))


def rotate(*, check: bool = False) -> Rotation:
    """Bring everything under the newest key; with `check`, look only. What cannot be read is named and left."""
    done = Rotation()
    for column in columns():
        done.fields += column.declared
        for rows in column.rows():
            with transaction.atomic():
                for key, text in rows:
                    _rotate_row(column, key, text, done, check=check)
    return done


def _rotate_row(column: Column, key: Any, text: str, done: Rotation, *, check: bool) -> None:
    tokens = [text] if column.declared else TOKEN.findall(text)
    new = text
    for token in tokens:
        try:
            under_newest = renewed(token)
        except (ImproperlyConfigured, ValueError):
            if column.declared:  # elsewhere it may be anybody's words
                done.unreadable.append(column.named(key))
            continue
        new = new.replace(token, under_newest)
    if tokens and new == text:
        done.current += column.declared and column.named(key) not in done.unreadable[-1:]
    elif new != text and (check or column.put(key, text, new)):
        done.rotated += 1
