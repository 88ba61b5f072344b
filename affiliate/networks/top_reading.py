"""Reads values as TOP's services write them: wrapped lists, yuan as text, Beijing time, ids of 64 bits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from affiliate.networks.clocks import BEIJING
from affiliate.networks.sanity import exact_minor
from affiliate.networks.wording import Said

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def listed(value: Any) -> list[Any]:
    """The entries of a list, plain or wrapped in an object of one name; what is missing or empty has none."""
    if isinstance(value, Mapping):
        inner = [entry for entry in value.values() if isinstance(entry, list)]
        value = inner[0] if len(inner) == 1 else []
    return list(value) if isinstance(value, list) else []


def rows_of(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; whatever else stands in it is left out."""
    return [row for row in listed(value) if isinstance(row, dict)]


def amount_of(value: Any) -> int:
    """Yuan as fen; what is absent is nothing."""
    return exact_minor(value) if value not in (None, "", "--") else 0


def number(value: Any) -> int:
    """A whole number, given as number or text."""
    try:
        return int(str(value).strip())
    except ValueError:
        raise ValueError(Said("%(value)s is not a whole number", value=repr(str(value)[:40]))) from None


def id_text(row: Mapping[str, Any], name: str) -> str:
    """A number that names something, as text. Raises ValueError where it is missing or zero."""
    text = str(row.get(name) or "").strip()
    if not text.isdecimal() or not text.strip("0"):
        raise ValueError(Said("%(field)s is missing", field=name))
    return text


def some_id(value: Any) -> str:
    """An id as text, empty for none and for zero."""
    text = str(value or "").strip()
    return text if text.isdecimal() and text.strip("0") else ""


def beijing_time(value: Any) -> datetime | None:
    """A time as TOP writes it, in UTC; None for empty and for zero. Epoch milliseconds and seconds are read as well."""
    text = str(value or "").strip()
    if not text or not text.strip("0") or text in ("--", "null"):
        return None
    if text.isdecimal():
        return from_epoch(text)
    try:
        at = datetime.strptime(text[:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)
    except ValueError:
        raise ValueError(Said("%(value)s is not a time", value=repr(text[:40]))) from None
    return at.astimezone(UTC)


def from_epoch(value: Any) -> datetime | None:
    """A time in epoch seconds or milliseconds; None for none, for zero and for times nobody lives to see."""
    text = str(value if value is not None else "").strip()
    if not text.isdecimal() or len(text) > 13:
        return None
    millis = int(text) * (1 if len(text) > 10 else 1000)
    return EPOCH + timedelta(milliseconds=millis) if 0 < millis < 4_102_444_800_000 else None


def count(value: Any) -> int | None:
    """A number of pieces, None where it is none."""
    text = str(value) if value is not None else ""
    return int(text) if text.isdecimal() and len(text) < 12 else None


def rate_bp(value: Any, warnings: list[str], *, whole: int = 100) -> int | None:
    """A rate as basis points, out of `whole` (100 for percent, 1 for a fraction); None for what is outside of it."""
    if value in (None, ""):
        return None
    try:
        rate = Decimal(str(value).strip().rstrip("%"))
    except InvalidOperation:
        rate = Decimal(-1)
    if not rate.is_finite() or not 0 <= rate <= whole:
        warnings.append(Said("%(name)s %(value)s ignored", name="commission rate", value=str(value)[:40]))
        return None
    return int(rate * 10_000 / whole)


def stamp(at: datetime) -> str:
    """A time as TOP takes it."""
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
