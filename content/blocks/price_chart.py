"""The price history drawn on the server: a step line as inline SVG, by classes and attributes alone (strict CSP)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TypeVar

from django.utils import timezone

from content.blocks.price_record import Record, Sighting

T = TypeVar("T")
Scale = Callable[[T], float]

WIDTH, HEIGHT = 480, 200
LEFT, RIGHT, TOP, BOTTOM = 48, 10, 14, 28

LABEL = 58
"""Half the width that the word at the low needs."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A label of an axis."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Geometry of one chart, in the units of its viewBox, and the table behind it."""

    line: str
    area: str
    list_line: str
    """What the shop asked before the coupon; empty where that was never more."""
    usual_y: float | None
    low_x: float
    low_y: float
    low_label_x: float
    low_minor: int
    now_x: float
    now_y: float
    prices: tuple[Tick, ...]
    dates: tuple[Tick, ...]
    rows: tuple[Sighting, ...]
    width: int = WIDTH
    height: int = HEIGHT
    floor: int = HEIGHT - BOTTOM
    left: int = LEFT
    right: int = WIDTH - RIGHT


def draw(record: Record | None, now: datetime) -> Chart | None:
    """The chart of a record; None where there are not two prices to join."""
    if record is None or len(record.sightings) < 2 or now <= record.since:
        return None
    paid, asked = [(one.at, one.minor) for one in record.sightings], _asked(record.sightings)
    low, high = _bounds([minor for _at, minor in [*paid, *asked]])
    span = (now - record.since).total_seconds()

    def x(at: datetime) -> float:
        return round(LEFT + (at - record.since).total_seconds() / span * (WIDTH - LEFT - RIGHT), 1)

    def y(minor: int) -> float:
        return round(TOP + (high - minor) / (high - low) * (HEIGHT - TOP - BOTTOM), 1)

    line = _steps(paid, x, y) + f"H{x(now)}"
    low_x = x(record.low_at)
    return Chart(
        line=line,
        area=f"{line}V{HEIGHT - BOTTOM}H{x(record.since)}Z",
        list_line=_steps(asked, x, y) + f"H{x(now)}" if asked else "",
        usual_y=y(record.usual_minor) if record.usual_minor is not None else None,
        low_x=low_x,
        low_y=y(record.low_minor),
        low_label_x=min(max(low_x, LEFT + LABEL), WIDTH - RIGHT - LABEL),
        low_minor=record.low_minor,
        now_x=x(now),
        now_y=y(record.sightings[-1].minor),
        prices=tuple(Tick(y(minor), str(minor // 100)) for minor in _levels(low, high)),
        dates=tuple(Tick(x(at), f"{timezone.localtime(at):%-m/%-d}") for at in _days(record.since, now)),
        rows=_changes(record.sightings),
    )


def _changes(sightings: tuple[Sighting, ...]) -> tuple[Sighting, ...]:
    """What the table holds, the newest first: a price that was only seen again is no row of its own."""
    before = (None, *(one.minor for one in sightings))
    return tuple(one for one, last in zip(sightings, before, strict=False) if one.minor != last)[::-1]


def _bounds(prices: Sequence[int]) -> tuple[int, int]:
    """Lowest and highest price of the axis, with room to breathe and, below, for a word."""
    low, high = min(prices), max(prices)
    room = max((high - low) // 6, high // 40, 100)
    return max(0, low - 2 * room), high + room


def _asked(sightings: tuple[Sighting, ...]) -> list[tuple[datetime, int]]:
    """The shop's own price over time; nothing where no coupon ever made a difference."""
    asked = [(one.at, one.list_minor or one.minor) for one in sightings]
    return asked if any(minor > one.minor for (_at, minor), one in zip(asked, sightings, strict=True)) else []


def _steps(points: Sequence[tuple[datetime, int]], x: Scale[datetime], y: Scale[int]) -> str:
    """A step at every change; a price that was only seen again moves nothing."""
    (first_at, first), *_rest = points
    changes = [point for last, point in pairwise(points) if last[1] != point[1]]
    return f"M{x(first_at)} {y(first)}" + "".join(f"H{x(at)}V{y(minor)}" for at, minor in changes)


def _levels(low: int, high: int) -> list[int]:
    """Three or four round amounts between the bounds."""
    rough = max(1, (high - low) // 100 // 3)
    power = 10 ** (len(str(rough)) - 1)
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough) * 100
    first = -(-low // step) * step
    return list(range(first, high + 1, step))[:5]


def _days(since: datetime, now: datetime) -> list[datetime]:
    """Four dates along the time axis."""
    part = (now - since) / 4
    return [since + part * step for step in (0.5, 1.5, 2.5, 3.5)]
