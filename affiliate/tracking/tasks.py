"""Background work of tracking. Every task takes ids and may run twice."""

from __future__ import annotations

from django_tasks import task

from affiliate.tracking import links


@task()
def fetch_links(placement_ids: list[int]) -> None:
    """Fetch the affiliate links of these placements; one that fails does not stop the others."""
    links.fetch_due(placement_ids)


def enqueue_fetch(placement_ids: list[int]) -> None:
    """Ask a worker for the links of these placements."""
    fetch_links.enqueue(placement_ids)
