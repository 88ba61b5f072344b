"""Background work of earnings. Every task takes ids and may run twice."""

from __future__ import annotations

from django_tasks import task

from affiliate.earnings import importing, pushes


@task()
def read_pushed(pks: list[int]) -> None:
    """Read orders that a network told us of."""
    pushes.read(pks)


@task()
def take_file(pk: int) -> None:
    """Take what is left of an order file."""
    importing.go_on(pk)
