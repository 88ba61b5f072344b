"""Names of people in the catalogue: who uploaded a feed, and who decided what it asked."""

from __future__ import annotations

from affiliate.catalog.models import FeedHold, FeedRun, SameQuestion


def forget(username: str, key: str) -> None:
    """Put `key` where the name was written down."""
    written, gone = username[:150], f"gone-{key}"
    for model in (SameQuestion, FeedHold, FeedRun):
        model.objects.filter(decided_by=written).update(decided_by=gone)
    FeedRun.objects.filter(uploaded_by=written).update(uploaded_by=gone)
