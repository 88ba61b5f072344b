"""What other rooms may use of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Prefetch

from affiliate.catalog.models import Coupon, Item, PriceObservation, Product, Source


def items_with_coupons(ids: Iterable[int]) -> dict[int, Item]:
    """Items by id with their current coupon as `current_coupons` (none or one), in two queries however many."""
    found = Item.objects.prefetch_related(
        Prefetch("coupons", Coupon.objects.filter(current=True), to_attr="current_coupons")
    )
    return found.in_bulk(list(set(ids)))


__all__ = ["Coupon", "Item", "PriceObservation", "Product", "Source", "items_with_coupons"]
