"""The record of prices of one item."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from affiliate.catalog.models import PriceObservation


def price_history(item_id: int, days: int) -> list[PriceObservation]:
    """Observations of the last `days` days in order of time, led by the last one before: it held when they began."""
    since = timezone.now() - timedelta(days=days)
    of_item = PriceObservation.objects.filter(item_id=item_id)
    before = list(of_item.filter(seen_at__lt=since).order_by("-seen_at")[:1])
    return before + list(of_item.filter(seen_at__gte=since).order_by("seen_at"))
