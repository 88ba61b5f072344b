"""Background work of moderation. Every task takes ids and may run twice."""

from __future__ import annotations

from django_tasks import task

from content.moderation import landing


@task()
def try_landings(item_ids: list[int]) -> None:
    """Open the links of these items."""
    landing.try_items(item_ids)
