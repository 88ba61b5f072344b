"""Featuring as the feed stores it: moderation decides and writes through here."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from content.feed import freshness
from content.feed.models import Card


def set_featured(page_id: int, position: int, reason: str, until: datetime | None) -> bool:
    """Feature a live post at a place, with the editor's sentence. False where the post has no card."""
    card = Card.objects.filter(page_id=page_id).first()
    if card is None:
        return False
    card.featured_at = card.featured_at or timezone.now()
    card.featured_position, card.featured_reason, card.featured_until = position, reason, until
    card.save(update_fields=["featured_at", "featured_position", "featured_reason", "featured_until"])
    freshness.bump()
    return True


def clear_featured(page_id: int) -> None:
    """Take a post out of the featured places."""
    Card.objects.filter(page_id=page_id).update(
        featured_position=None, featured_reason="", featured_at=None, featured_until=None
    )
    freshness.bump()
