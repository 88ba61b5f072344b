"""What moderation keeps of a writer: where their posts were featured, and why."""

from __future__ import annotations

from typing import Any

from wagtail.models import Page

from affiliate.people.api import User
from content.moderation.models import FeaturedSlot


def personal_data(user: User) -> list[dict[str, Any]]:
    """Stays of the user's posts on the board."""
    own = Page.objects.filter(owner=user).values("pk")
    return [
        {"post": slot.page_title, "reason": slot.reason, "from": slot.starts_at, "until": slot.left_at}
        for slot in FeaturedSlot.objects.filter(page_id__in=own).order_by("pk")
    ]
