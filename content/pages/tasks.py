"""Background work of pages. Every task takes ids and may run twice."""

from __future__ import annotations

from django_tasks import task

from content.pages import publish


@task()
def place_pages(page_ids: list[int]) -> None:
    """Place the product blocks of these posts again."""
    publish.place_again(page_ids)
