"""How high a post stands in the feed: pure arithmetic of its age and of what readers clicked, never of money."""

from __future__ import annotations

import math
from datetime import datetime

HALF_LIFE_HOURS = 48


def score(*, published_at: datetime, clicks: int, ended: bool, now: datetime) -> float:
    """Freshness halves every two days; clicks count by their logarithm; what is over sinks."""
    age = max(0.0, (now - published_at).total_seconds() / 3600)
    fresh = math.exp2(-age / HALF_LIFE_HOURS)
    liked = 0.25 * math.log2(1 + clicks) * math.exp2(-age / (4 * HALF_LIFE_HOURS))
    return round((fresh + liked) * (0.1 if ended else 1), 6)
