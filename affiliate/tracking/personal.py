"""What tracking keeps that belongs to an author: placements, and how often readers followed them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from affiliate.people.api import User, author_of
from affiliate.tracking.models import AuthorCode, Placement
from affiliate.tracking.rollups import click_counts

EVER = datetime(2020, 1, 1, tzinfo=UTC)


def personal_data(user: User) -> list[dict[str, Any]]:
    """One entry a placement with the number of its readers' clicks: single clicks belong to no author."""
    author = author_of(user)
    if author is None:
        return []
    placements = list(Placement.objects.filter(author=author).select_related("item").order_by("pk"))
    clicks: dict[str, int] = {}
    for start in range(0, len(placements), 500):
        clicks |= click_counts([one.code for one in placements[start : start + 500]], EVER)
    return [
        {
            "code": one.code,
            "post": one.page_title,
            "address": one.page_url,
            "product": one.item.title,
            "since": one.created_at,
            "until": one.retired_at,
            "clicks": clicks.get(one.code, 0),
        }
        for one in placements
    ]


def forget(username: str, key: str) -> None:
    """Put `key` where the name was written down as the one who gave out a coupon code."""
    AuthorCode.objects.filter(created_by=username[:150]).update(created_by=f"gone-{key}")
