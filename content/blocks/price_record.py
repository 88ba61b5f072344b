"""What our own record of an item's price says: the usual price, the low, and whether there is enough to judge.

Pure: works on (time, price) pairs, the price being what one paid after the coupon. A price holds until the next one
was seen, so the usual price is the median over time, not over sightings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

ENOUGH = timedelta(days=30)
WINDOW = timedelta(days=180)


class Standing(StrEnum):
    """How a price compares with the record."""

    UNKNOWN = "unknown"
    LOW = "low"
    BELOW = "below"
    USUAL = "usual"
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class Sighting:
    """A price as seen at one time: what one paid after the coupon and, where it is known, what the shop asked."""

    at: datetime
    minor: int
    list_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """The record of one item within the window that ends now."""

    since: datetime
    days: int
    """How many days the record covers, at most the window."""
    usual_minor: int | None
    """None where the record is too short to say."""
    low_minor: int
    low_at: datetime
    """When the low was first seen within the window."""
    sightings: tuple[Sighting, ...]

    def standing(self, price: int | None) -> Standing:
        """How this price compares; unknown without a price or a record long enough."""
        if price is None or self.usual_minor is None:
            return Standing.UNKNOWN
        if price <= self.low_minor and self.low_minor < self.usual_minor:
            return Standing.LOW
        if price * 100 <= self.usual_minor * 98:
            return Standing.BELOW
        return Standing.ABOVE if price * 100 > self.usual_minor * 102 else Standing.USUAL


def read(sightings: Sequence[Sighting], now: datetime, window: timedelta = WINDOW) -> Record | None:
    """The record up to now; None where nothing was ever seen. `sightings` are in order of time."""
    known = [one for one in sightings if one.at <= now]
    if not known:
        return None
    start = now - window
    before = [one for one in known if one.at <= start]
    within = [one for one in known if one.at > start]
    if before:
        within.insert(0, replace(before[-1], at=start))
    low = min(within, key=lambda one: (one.minor, one.at))
    covered = now - within[0].at
    return Record(
        since=within[0].at,
        days=covered.days,
        usual_minor=_median_over_time(within, now) if covered >= ENOUGH else None,
        low_minor=low.minor,
        low_at=low.at,
        sightings=tuple(within),
    )


def _median_over_time(sightings: Sequence[Sighting], now: datetime) -> int:
    """The price that half of the time was not above."""
    ends = [one.at for one in sightings[1:]] + [now]
    held = sorted((one.minor, (end - one.at).total_seconds()) for one, end in zip(sightings, ends, strict=True))
    half = sum(seconds for _minor, seconds in held) / 2
    passed = 0.0
    for minor, seconds in held:
        passed += seconds
        if passed >= half:
            return minor
    return held[-1][0]
