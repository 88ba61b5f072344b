"""Scheduled work of tracking."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from django.utils import timezone

from affiliate.catalog import api as catalog
from affiliate.tracking import links, rollups, slots
from affiliate.tracking.models import Placement


def fetch_waiting_links() -> int:
    """Links that no task has brought, links to be tried again, links that end soon or whose coupon is another now."""
    now = timezone.now()
    links.ask_for_new_coupons(now)
    return links.fetch_due(links.due(now))


def want_items() -> None:
    """Tell the catalogue which items readers are shown, so that it keeps their prices fresh."""
    shown = Placement.objects.filter(retired_at=None).values_list("item_id", flat=True).distinct()
    for ids in batched(shown.iterator(chunk_size=500), 500):
        catalog.want(ids)


def batched(ids: Iterable[int], size: int) -> Iterator[list[int]]:
    """Lists of at most `size`: no statement grows with the site."""
    waiting = iter(ids)
    while some := list(islice(waiting, size)):
        yield some


JOBS: dict[str, tuple[int, Callable[[], object]]] = {
    "fetch_waiting_links": (60, fetch_waiting_links),
    "want_items": (6 * 3_600, want_items),
    "roll_up_clicks": (300, rollups.roll_up),
    "warn_of_ad_slots": (86_400, slots.warn_where_short),
}
