"""What other rooms may use of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Prefetch

from affiliate.catalog.freshness import coupon_state, freshness
from affiliate.catalog.hand import save_by_hand
from affiliate.catalog.history import price_history
from affiliate.catalog.messages import explain, explain_nothing
from affiliate.catalog.models import Coupon, Item, PriceObservation, Product, Source
from affiliate.catalog.record import record_snapshot
from affiliate.catalog.refresh import want
from affiliate.catalog.resolve import Match, resolve
from affiliate.catalog.search import search


def items_with_coupons(ids: Iterable[int]) -> dict[int, Item]:
    """Items by id with their current coupon as `current_coupons` (none or one), in two queries however many."""
    found = Item.objects.prefetch_related(
        Prefetch("coupons", Coupon.objects.filter(current=True), to_attr="current_coupons")
    )
    return dict(found.in_bulk(list(set(ids))))


__all__ = [
    "Coupon",
    "Item",
    "Match",
    "PriceObservation",
    "Product",
    "Source",
    "coupon_state",
    "explain",
    "explain_nothing",
    "freshness",
    "items_with_coupons",
    "price_history",
    "record_snapshot",
    "resolve",
    "save_by_hand",
    "search",
    "want",
]
