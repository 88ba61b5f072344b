"""What moderation keeps of a writer: where their posts were featured and why, and the file of advertising."""

from __future__ import annotations

from typing import Any

from wagtail.models import Page

from affiliate.people.api import User, author_of
from content.moderation.models import AdRecord, CheckOverride, FeaturedSlot


def personal_data(user: User) -> list[dict[str, Any]]:
    """Stays of the user's posts on the board, what the advertising file says of them, and what they let pass."""
    own = Page.objects.filter(owner=user).values("pk")
    stays = [
        {"post": slot.page_title, "reason": slot.reason, "from": slot.starts_at, "until": slot.left_at}
        for slot in FeaturedSlot.objects.filter(page_id__in=own).order_by("pk")
    ]
    return [*stays, *_advertised(user), *_let_pass(user)]


def _advertised(user: User) -> list[dict[str, Any]]:
    author = author_of(user)
    rows = AdRecord.objects.filter(author_id=author.pk) if author else AdRecord.objects.none()
    return [
        {"advertised_as": row.author_name, "post": row.title, "from": row.shown_from, "until": row.shown_until}
        for row in rows.defer("snapshot").order_by("pk")
    ]


def _let_pass(user: User) -> list[dict[str, Any]]:
    rows = CheckOverride.objects.filter(by_id=user.pk).order_by("pk")
    return [{"let_pass": row.page_id, "reason": row.reason, "proof": row.proof, "at": row.at} for row in rows]
