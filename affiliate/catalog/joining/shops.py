"""Items as readers may choose between them: all that are offers of the same product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import F, Prefetch, Window
from django.db.models.functions import RowNumber

from affiliate.catalog.models import Coupon, Item

MOST_SHOPS = 8
"""Items of one product that a block offers, in the order they became known: a placement is made for each."""


def same_product(items: Iterable[Item]) -> dict[int, list[Item]]:
    """Items joined to each of these, by the item's id and without itself, with coupons as `current_coupons`.

    No query where nothing is joined, two otherwise, however many items.
    """
    asked = list(items)
    products = {item.product_id for item in asked if item.product_id}
    if not products:
        return {item.pk: [] for item in asked}
    coupons = Prefetch("coupons", Coupon.objects.filter(current=True), to_attr="current_coupons")
    found: dict[int, list[Item]] = defaultdict(list)
    place = Window(RowNumber(), partition_by=F("product"), order_by=F("pk").asc())
    rows = Item.objects.filter(product__in=products).annotate(place=place).filter(place__lte=MOST_SHOPS)
    for one in rows.order_by("pk").prefetch_related(coupons):
        found[one.product_id or 0].append(one)
    return {item.pk: _others(item, found[item.product_id or 0]) for item in asked}


def _others(item: Item, offers: list[Item]) -> list[Item]:
    return [one for one in offers if one.pk != item.pk][: MOST_SHOPS - 1]
