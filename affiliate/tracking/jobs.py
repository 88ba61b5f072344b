"""Scheduled work of tracking."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from affiliate.tracking import links, rollups


def fetch_waiting_links() -> int:
    """Links that no task has brought, links to be tried again, links that end soon."""
    return links.fetch_due(links.due(timezone.now()))


JOBS: dict[str, tuple[int, Callable[[], object]]] = {
    "fetch_waiting_links": (60, fetch_waiting_links),
    "roll_up_clicks": (300, rollups.roll_up),
    "prune_clicks": (86_400, rollups.prune),
    "drop_old_salts": (3_600, rollups.drop_old_salts),
}
