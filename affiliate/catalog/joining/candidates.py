"""Finds pairs of items with similar names and asks a person about them, each pair once.

Every item is compared once, and again when its title changes, with those that were wanted last: memory and time of a
run are bounded however large the catalogue is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q
from django.utils import timezone

from affiliate.catalog.joining.names import brand_key, likeness, words
from affiliate.catalog.models import Item, SameQuestion

A_RUN = 200
POOL = 5_000
"""Items that new ones are compared with: those that were pasted, placed or shown last."""
LIKE_ENOUGH = 60
"""Percent of shared words from which a person is asked."""
MOST_ASKED = 5
"""Questions that one item may raise in a run: the likest."""
COMMON = 400
"""A word of more items than this tells none apart and is not looked up."""


@dataclass(frozen=True, slots=True)
class Named:
    """What of an item is compared."""

    pk: int
    product: int | None
    network: str
    shop: str
    brand: str
    barcode: str
    words: frozenset[str]

    def may_be(self, other: Named) -> bool:
        """False where something says already that the two are the same or are not."""
        if self.pk == other.pk or (self.product and self.product == other.product):
            return False
        if self.barcode and other.barcode and self.barcode != other.barcode:
            return False
        if self.brand and other.brand and self.brand != other.brand:
            return False
        return (self.network, self.shop) != (other.network, other.shop)


def propose() -> int:
    """Compare what is new and ask about what is alike. Returns how many questions were raised. May run twice."""
    fresh = _named(Item.objects.filter(compared_at=None).exclude(title="").order_by("pk")[:A_RUN])
    if not fresh:
        return 0
    known = _named(Item.objects.exclude(title="").order_by(F("wanted_at").desc(nulls_last=True), "-pk")[:POOL])
    by_pk = {one.pk: one for one in (*known, *fresh)}
    found = _alike(fresh, by_pk)
    refused = _refused(by_pk, {pk for pair in found for pk in pair})
    asked = [
        SameQuestion(low_id=low, high_id=high, likeness=percent)
        for (low, high), percent in found.items()
        if not _groups(by_pk[low], by_pk[high]) & refused
    ]
    before = SameQuestion.objects.count()
    SameQuestion.objects.bulk_create(asked, ignore_conflicts=True, batch_size=200)
    Item.objects.filter(pk__in=[one.pk for one in fresh]).update(compared_at=timezone.now())
    return SameQuestion.objects.count() - before


def _named(rows: Iterable[Item]) -> list[Named]:
    return [
        Named(item.pk, item.product_id, item.network, item.shop, brand_key(item.brand), item.barcode, words(item.title))
        for item in rows
    ]


def _alike(fresh: list[Named], by_pk: dict[int, Named]) -> dict[tuple[int, int], int]:
    """Pairs, the lower id first, with their likeness. Items are met by the words they share."""
    having: dict[str, list[int]] = defaultdict(list)
    for one in by_pk.values():
        for word in one.words:
            having[word].append(one.pk)
    found: dict[tuple[int, int], int] = {}
    for one in fresh:
        met = Counter(pk for word in one.words if len(having[word]) <= COMMON for pk in having[word])
        rated = [(likeness(one.words, by_pk[pk].words), -pk) for pk in met if one.may_be(by_pk[pk])]
        for percent, minus_pk in sorted(rated, reverse=True)[:MOST_ASKED]:
            if percent >= LIKE_ENOUGH:
                found[(min(one.pk, -minus_pk), max(one.pk, -minus_pk))] = percent
    return found


def _refused(by_pk: dict[int, Named], pks: set[int]) -> set[frozenset[str]]:
    """Pairs of groups that a person kept apart: a no about one item of a product counts for all of them."""
    products = {by_pk[pk].product for pk in pks} - {None}
    concerned = Item.objects.filter(Q(pk__in=pks) | Q(product__in=products)).values("pk")
    rows = SameQuestion.objects.filter(same=False).filter(Q(low__in=concerned) | Q(high__in=concerned))
    return {
        frozenset((_group(low, low_in), _group(high, high_in)))
        for low, low_in, high, high_in in rows.values_list("low_id", "low__product", "high_id", "high__product")
    }


def _groups(one: Named, other: Named) -> set[frozenset[str]]:
    return {frozenset((_group(one.pk, one.product), _group(other.pk, other.product)))}


def _group(pk: int, product: int | None) -> str:
    return f"product {product}" if product else f"item {pk}"
