"""What other rooms may use of the feed."""

from __future__ import annotations

from content.feed.cards import rebuild as rebuild_cards
from content.feed.featured import clear_featured, set_featured
from content.feed.freshness import bump, current
from content.feed.models import Card
from content.feed.ranking import rank

__all__ = ["Card", "bump", "clear_featured", "current", "rank", "rebuild_cards", "set_featured"]
