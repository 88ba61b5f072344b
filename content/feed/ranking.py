"""The order of the feed: a task computes scores from freshness and readers' clicks; listings read what is stored.

Commission is no part of it: this room cannot even see it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from affiliate.catalog.api import Item, same_product
from affiliate.tracking import api as tracking
from content.feed import cards, freshness
from content.feed.models import Card
from content.feed.score import score
from content.pages.api import price_records

CLICK_DAYS = 7
CHUNK = 200
NEWEST = 2000
"""Older posts keep the score they ended with."""


def rank() -> int:
    """Renew clicks, scores and price records of the newest cards. Returns how many changed."""
    now = timezone.now()
    ids = list(Card.objects.order_by("-first_published_at").values_list("pk", flat=True)[:NEWEST])
    changed = sum(_rank_some(ids[start : start + CHUNK], now) for start in range(0, len(ids), CHUNK))
    if changed:
        freshness.bump()
    return changed


def _rank_some(ids: list[int], now: datetime) -> int:
    found = list(Card.objects.filter(pk__in=ids).select_related("item"))
    placements = tracking.codes_of_pages(ids)
    counts = tracking.click_counts(
        [placement.code for some in placements.values() for placement in some], now - timedelta(days=CLICK_DAYS)
    )
    records = price_records({card.item_id for card in found if card.item_id}, now)
    buyable = _buyable([card.item for card in found if card.item])
    changed = []
    for card in found:
        before = (card.clicks, card.score, card.usual_minor, card.low_minor, card.record_days)
        card.clicks = sum(counts.get(placement.code, 0) for placement in placements.get(card.pk, []))
        card.score = score(
            published_at=card.first_published_at,
            clicks=card.clicks,
            ended=bool(card.ends_at and card.ends_at <= now) or bool(card.item and card.item.pk not in buyable),
            now=now,
        )
        for name, value in cards.record_values(records.get(card.item_id or 0)).items():
            setattr(card, name, value)
        if before != (card.clicks, card.score, card.usual_minor, card.low_minor, card.record_days):
            changed.append(card)
    Card.objects.bulk_update(changed, ["clicks", "score", "usual_minor", "low_minor", "low_at", "record_days"])
    return len(changed)


def _buyable(items: list[Item]) -> set[int]:
    """Items that can be bought, there or in another shop of the same product."""
    joined = same_product(items)
    return {item.pk for item in items if item.available or any(other.available for other in joined[item.pk])}
