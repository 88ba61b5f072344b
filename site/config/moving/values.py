"""Values as SQLite keeps them, as PostgreSQL wants them, and in a form in which both can be compared."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

Convert = Callable[[Any], Any]


class Unfit(ValueError):
    """A value that the other database cannot hold."""


def converter(kind: str) -> Convert:
    """From SQLite's value to that of a column of this PostgreSQL type. NULL never reaches it."""
    name = kind.partition("(")[0].strip()
    if name == "numeric":
        return _numeric(kind)
    return CONVERTERS.get(name, _text)


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else str(value)
    if "\x00" in text:
        raise Unfit("a NUL character, which PostgreSQL keeps in no text")
    return text


def _boolean(value: Any) -> bool:
    if value not in (0, 1):
        raise Unfit("neither true nor false")
    return bool(value)


def _whole(value: Any) -> int:
    if isinstance(value, float) and not value.is_integer():
        raise Unfit("no whole number")
    return int(value)


def _moment(value: Any) -> datetime:
    found = datetime.fromisoformat(str(value))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _json(value: Any) -> str:
    text = _text(value)
    json.loads(text)
    if "\\u0000" in text:
        raise Unfit("a NUL character, which PostgreSQL keeps in no JSON")
    return text


def _numeric(kind: str) -> Convert:
    """Django keeps decimals as floating numbers on SQLite, exact to the places of the column."""
    places = int(kind.rstrip(")").partition(",")[2] or 0) if "(" in kind else None
    step = None if places is None else Decimal(1).scaleb(-places)

    def convert(value: Any) -> Decimal:
        exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(str(value))
        return exact if step is None else exact.quantize(step)

    return convert


CONVERTERS: dict[str, Convert] = {
    "boolean": _boolean,
    "smallint": _whole,
    "integer": _whole,
    "bigint": _whole,
    "double precision": float,
    "timestamp with time zone": _moment,
    "date": lambda value: date.fromisoformat(str(value)),
    "time without time zone": lambda value: time.fromisoformat(str(value)),
    "interval": lambda value: timedelta(microseconds=int(value)),
    "uuid": lambda value: UUID(str(value)),
    "bytea": bytes,
    "jsonb": _json,
    "tsvector": lambda value: sorted(set(_text(value).split())),
}


def comparable(value: Any, kind: str) -> str:
    """One spelling for one value, whichever database it was read from."""
    if value is None:
        return "-"
    if kind == "jsonb":
        return json.dumps(_exact(value), sort_keys=True, ensure_ascii=False)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, list):
        return "\x1f".join(value)
    return repr(value) if isinstance(value, float) else str(value)


def _exact(value: Any) -> Any:
    """JSON as both databases agree on it: they spell numbers differently, and keep their worth."""
    loaded = json.loads(value, parse_float=Decimal, parse_int=Decimal) if isinstance(value, str) else value
    return _spelled(loaded)


def _spelled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _spelled(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_spelled(one) for one in value]
    return f"#{format(value.normalize(), 'f')}" if isinstance(value, Decimal) else value
