"""Shops that no reader is sent to now, because somebody switched their network off, and who sells the same instead."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils import timezone

from affiliate.catalog.api import Item, freshness
from affiliate.connections import api as connections
from affiliate.tracking.models import Placement

AGES = {"fresh": 0, "stale": 1}


def stopped_networks() -> Collection[str]:
    """Networks whose switch is off, in one query. Asked anew each time: what was drawn with an old answer is kept."""
    return frozenset(state.network for state in connections.states() if not state.switched_on)


def is_about_the_switch(
    raw: bool = False, created: bool = False, update_fields: Collection[str] | None = None, **_told: Any
) -> bool:
    """Whether what was just saved of a network may have turned its switch; counts and health change far more often."""
    return not raw and (created or update_fields is None or "switched_on" in update_fields)


def others_of(placement: Placement) -> list[Placement]:
    """Where the same block offers the same product now, the best for the reader first. Each of them is a placement of
    its own with its own author of record, so whoever chooses one credits whom the block credits.
    """
    if placement.item.product_id is None:
        return []
    found = (
        Placement.objects.filter(page_id=placement.page_id, block_path=placement.block_path, retired_at=None)
        .filter(item__product=placement.item.product_id, item__available=True, author=placement.author_id)
        .exclude(item__network__in=stopped_networks())
        .exclude(pk=placement.pk)
        .select_related("item")
    )
    return sorted(found, key=lambda other: (*_rank(other.item), other.pk))


def _rank(item: Item) -> tuple[int, int]:
    """Lower is better: a fresh price before an old one before none, then the lowest."""
    age = AGES.get(freshness(item, timezone.now()), 2)
    return (2, 0) if item.final_price_minor is None else (age, item.final_price_minor)
