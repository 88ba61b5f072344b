"""Background work of earnings. Every task takes ids and may run twice."""

from __future__ import annotations

from django_tasks import task

from affiliate.earnings import pushes


@task()
def read_pushed(pks: list[int]) -> None:
    """Read orders that a network told us of."""
    pushes.read(pks)
