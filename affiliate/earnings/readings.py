"""Keeps what an adapter understood of a report as plain JSON, and the digest that makes a report one event."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from affiliate.networks.api import LineState, OrderLine

TIMES = ("placed_at", "updated_at", "paid_at", "finished_at", "settled_at")
ADDED = ("doubt", "service_fee_minor")
"""Fields that came after the first readings were kept."""
LONGEST = {"order_id": 80, "line_id": 120, "merchant": 30, "currency": 3}
"""An identity is never cut short to fit: a line whose identity is longer is refused."""
HIGHEST = 2**62


def plain(value: Any) -> Any:
    """Any report as JSON: decimals and times as text, keys as text, nothing that PostgreSQL cannot store."""
    match value:
        case str():
            return storable_text(value)
        case bool() | int() | None:
            return value
        case Mapping():
            return {storable_text(str(key)): plain(item) for key, item in value.items()}
        case list() | tuple() | set():
            return [plain(item) for item in value]
        case datetime():
            return value.isoformat()
        case _:
            return str(value)


def storable_text(text: str) -> str:
    """Text without NUL and lone surrogates."""
    return str(text).replace("\x00", "").encode("utf-8", "replace").decode()


def cleaned(line: OrderLine) -> OrderLine:
    """The line with every text storable and its report as plain JSON; the reading itself where there is no report."""
    reading = to_json(line)
    return from_json(reading, plain(line.raw) or reading)


def digest_of(raw: Any) -> str:
    """SHA-256 over the report's canonical JSON."""
    text = json.dumps(raw, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def to_json(line: OrderLine) -> dict[str, Any]:
    """The line without its `raw`, and without a doubt or fee that it does not have: older readings stay the same."""
    left_out = {"raw", *(name for name in ADDED if not getattr(line, name))}
    return {field.name: plain(getattr(line, field.name)) for field in fields(line) if field.name not in left_out}


def from_json(reading: Mapping[str, Any], raw: Mapping[str, Any]) -> OrderLine:
    """The line that `to_json` was given. Fields that lines no longer have, in readings of long ago, are passed over."""
    values = {field.name: reading[field.name] for field in fields(OrderLine) if field.name in reading}
    values |= {"raw": raw, "state": LineState(reading["state"])}
    for name in TIMES:
        values[name] = datetime.fromisoformat(values[name]) if values.get(name) else None
    return OrderLine(**values)


def problem_of(line: OrderLine) -> str:
    """Why a line cannot be stored at all, empty where it can: identities that do not fit, numbers beyond a column."""
    if not line.line_id or not line.order_id:
        return "The order or line number is missing."
    for name, longest in LONGEST.items():
        if len(getattr(line, name)) > longest:
            return f"The {name} is longer than {longest} characters."
    numbers = (line.amount_minor, line.estimated_commission_minor, line.settled_commission_minor, line.refunded_minor)
    if any(number is not None and abs(number) > HIGHEST for number in numbers):
        return "An amount is larger than can be stored."
    if line.placed_at.tzinfo is None:
        return "The time of the order has no time zone."
    return ""
