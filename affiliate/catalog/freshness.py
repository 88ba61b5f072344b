"""How long what we know stays true: of prices by their source, of coupons by their window and stock.

A fresh price is shown, a stale one is shown and says so, a hidden one is not shown. Networks are asked twice a day,
so that a price of theirs goes stale only when two rounds in a row have failed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from affiliate.catalog.models import Coupon, Item, Source

Freshness = Literal["fresh", "stale", "hidden"]
CouponState = Literal["not_yet", "live", "soon", "used_up", "over"]

SOON = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Life:
    """How long a price is fresh, and when it is too old to be shown at all."""

    fresh: timedelta
    shown: timedelta


LIVES: dict[str, Life] = {
    Source.API: Life(timedelta(hours=24), timedelta(days=14)),
    Source.FEED: Life(timedelta(hours=36), timedelta(days=14)),
    Source.READER: Life(timedelta(hours=12), timedelta(days=3)),
    Source.HAND: Life(timedelta(hours=24), timedelta(days=7)),
    Source.SHARED: Life(timedelta(hours=6), timedelta(days=2)),
}


def freshness(item: Item, now: datetime) -> Freshness:
    """What may be done with the item's price. One without source or time is hidden."""
    life = LIVES.get(item.source)
    if life is None or item.seen_at is None:
        return "hidden"
    age = now - item.seen_at
    if age <= life.fresh:
        return "fresh"
    return "stale" if age <= life.shown else "hidden"


def coupon_state(coupon: Coupon, now: datetime) -> CouponState:
    """Where a coupon stands. Both ends count in: it begins at `starts_at` and is over at `ends_at`."""
    if coupon.ends_at is not None and coupon.ends_at <= now:
        return "over"
    if coupon.remaining == 0:
        return "used_up"
    if coupon.starts_at is not None and coupon.starts_at > now:
        return "not_yet"
    return "soon" if coupon.ends_at is not None and coupon.ends_at - now <= SOON else "live"
