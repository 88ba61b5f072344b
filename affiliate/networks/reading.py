"""Reads the JSON that networks answer with: nested objects, lists of rows, and pages of orders row by row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from affiliate.networks.types import OrderLine, RejectedRow
from affiliate.networks.wording import in_field, reason_of

T = TypeVar("T")


def part(row: Any, name: str) -> Mapping[str, Any]:
    """A nested object, empty where there is none or it is something else."""
    found = row.get(name) if isinstance(row, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def as_list(value: Any) -> list[Any]:
    """A list, empty where it is something else."""
    return value if isinstance(value, list) else []


def rows_of(value: Any) -> list[dict[str, Any]]:
    """The objects of a list, without whatever else stands in it."""
    return [row for row in as_list(value) if isinstance(row, dict)]


def field(row: Mapping[str, Any], name: str, read: Callable[[Any], T]) -> T:
    """One field through its reader; an error names the field."""
    try:
        return read(row.get(name))
    except ValueError as exc:
        raise ValueError(in_field(name, exc)) from None


def lines_of(
    rows: Sequence[Any], read: Callable[[Any], OrderLine | list[OrderLine]], first_line: int = 1
) -> tuple[tuple[OrderLine, ...], tuple[RejectedRow, ...]]:
    """The lines of one page, and apart from them the rows that `read` cannot read: the others still count."""
    lines: list[OrderLine] = []
    rejected: list[RejectedRow] = []
    for number, row in enumerate(rows, first_line):
        try:
            made = read(row)
        except (ValueError, TypeError, OverflowError) as exc:
            rejected.append(RejectedRow(number, reason_of(exc)))
        else:
            lines += made if isinstance(made, list) else [made]
    return tuple(lines), tuple(rejected)
