"""What other rooms may use of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from affiliate.catalog import personal
from affiliate.catalog.freshness import coupon_state, freshness
from affiliate.catalog.hand import save_by_hand
from affiliate.catalog.history import price_history
from affiliate.catalog.joining.shops import same_product
from affiliate.catalog.landing import Landing, LandingState, try_landing
from affiliate.catalog.messages import explain, explain_nothing
from affiliate.catalog.models import (
    Coupon,
    FeedHold,
    FeedItem,
    FeedRun,
    Item,
    MerchantFeed,
    PriceObservation,
    Product,
    Source,
)
from affiliate.catalog.record import record_snapshot
from affiliate.catalog.refresh import want
from affiliate.catalog.resolve import Match, resolve
from affiliate.catalog.search import search
from affiliate.catalog.signals import availability_changed, joins_changed
from affiliate.connections.api import Merchant


def feed_summary(merchant: Merchant) -> FeedSummary:
    """How a merchant's feed stands, in four queries."""
    feed = MerchantFeed.objects.filter(merchant=merchant).first()
    if feed is None:
        return FeedSummary()
    run = FeedRun.objects.filter(feed=feed).defer("data", "rejected").first()
    present = FeedItem.objects.filter(feed=feed, present=True).count()
    waiting = FeedHold.objects.filter(feed=feed, accepted=None).count()
    return FeedSummary(bool(feed.url), present, waiting, run)


@dataclass(frozen=True, slots=True)
class FeedSummary:
    """Whether there is an address, how many products it holds, how many questions wait, and the last reading."""

    fetched: bool = False
    present: int = 0
    waiting: int = 0
    run: FeedRun | None = None


def items_with_coupons(ids: Iterable[int]) -> dict[int, Item]:
    """Items by id with their current coupon as `current_coupons` (none or one), in two queries however many."""
    found = Item.objects.prefetch_related(
        Prefetch("coupons", Coupon.objects.filter(current=True), to_attr="current_coupons")
    )
    return dict(found.in_bulk(list(set(ids))))


__all__ = [
    "Coupon",
    "Item",
    "Landing",
    "LandingState",
    "Match",
    "PriceObservation",
    "Product",
    "Source",
    "availability_changed",
    "coupon_state",
    "explain",
    "explain_nothing",
    "feed_summary",
    "freshness",
    "items_with_coupons",
    "joins_changed",
    "personal",
    "price_history",
    "record_snapshot",
    "resolve",
    "same_product",
    "save_by_hand",
    "search",
    "try_landing",
    "want",
]
