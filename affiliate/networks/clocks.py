"""The clocks: ours, and the one that the networks' documents and back-ends write in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))
"""China has one zone and no summer time."""


def utc_now() -> datetime:
    return datetime.now(UTC)
