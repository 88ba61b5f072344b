"""The clock that the networks' documents and back-ends write in."""

from __future__ import annotations

from datetime import timedelta, timezone

BEIJING = timezone(timedelta(hours=8))
"""China has one zone and no summer time."""
