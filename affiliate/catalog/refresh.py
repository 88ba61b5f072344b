"""Keeps items true: asks again for incomplete ones with back-off, for wanted ones twice a day, a bounded number a run.

The catalogue does not know who shows an item; whoever does says so with `want`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from affiliate.catalog import incomplete
from affiliate.catalog.models import Item
from affiliate.catalog.record import LOOK_AGAIN, take_down
from affiliate.catalog.resolve import look
from affiliate.connections import api as connections
from affiliate.networks.api import Adapter, NetworkError

A_RUN = 30
SECONDS_A_RUN = 40.0
SECONDS_AN_ITEM = 10.0
CLAIMED_FOR = timedelta(minutes=10)
WANTED_FOR = timedelta(days=30)
GONE_AFTER = 3
"""A network may lose an item for a moment; only the third "not found" in a row takes it down."""


def want(item_ids: Iterable[int]) -> None:
    """Note that these items are shown: they are asked for again as long as that goes on."""
    now = timezone.now()
    items = Item.objects.filter(pk__in=list(set(item_ids)))
    items.update(wanted_at=now)
    items.filter(complete=True, next_look_at=None).update(next_look_at=now)


def refresh_due(limit: int = A_RUN) -> int:
    """Ask networks about the items whose time has come. Returns how many were asked about."""
    now = timezone.now()
    ends = time.monotonic() + SECONDS_A_RUN
    adapters = _usable()
    due = Item.objects.filter(next_look_at__lte=now)
    due.filter(Q(wanted_at=None) | Q(wanted_at__lt=now - WANTED_FOR), complete=True).update(next_look_at=None)
    asked = 0
    for item in list(due.filter(network__in=adapters).order_by("next_look_at")[:limit]):
        if item.network not in adapters or time.monotonic() > ends:
            continue
        if not _claim(item, now):
            continue
        asked += 1
        error = _refresh(adapters[item.network], item)
        if error is not None and error.kind in ("wait", "off", "reauthorise", "unavailable"):
            del adapters[item.network]  # the others of this network would meet the same
    return asked


def _usable() -> dict[str, Adapter]:
    """Adapters of the networks that can be asked now, by slug."""
    found = {}
    for adapter in connections.recognisers():
        if adapter.capabilities.lookup and connections.is_on(adapter.slug) and connections.is_configured(adapter.slug):
            found[adapter.slug] = adapter
    return found


def _claim(item: Item, now: datetime) -> bool:
    """True for exactly one worker."""
    claimed = Item.objects.filter(pk=item.pk, next_look_at=item.next_look_at)
    return claimed.update(next_look_at=now + CLAIMED_FOR) == 1


def _refresh(adapter: Adapter, item: Item) -> NetworkError | None:
    try:
        incomplete.adopt(item, look(adapter, incomplete.ref_of(item), seconds=SECONDS_AN_ITEM))
    except NetworkError as error:
        error.network = error.network or item.network
        _note_failure(item, error, timezone.now())
        return error
    return None


def _note_failure(item: Item, error: NetworkError, now: datetime) -> None:
    if not item.complete:
        incomplete.note(item, error, now)
        return
    attempts = item.attempts + 1 if error.kind == "not_found" else item.attempts
    again = incomplete.next_look(error, attempts, now) if error.kind in ("wait", "off", "unavailable") else None
    item.attempts, item.next_look_at = attempts, again or now + LOOK_AGAIN
    fields = ["attempts", "next_look_at"]
    if attempts >= GONE_AFTER and item.available:
        take_down(item, fields)
    else:
        item.save(update_fields=fields)  # saved, not updated: whoever shows the item listens
