"""Background work of the catalogue. Every task takes ids and may run twice."""

from __future__ import annotations

from django_tasks import task

from affiliate.catalog.feeds import reading


@task()
def read_feed(run_id: int) -> None:
    """Read a merchant's feed."""
    reading.read(run_id)
