"""Items that a network has said nothing of yet: what the text told us, why there is no more, and when to ask again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from affiliate.catalog.messages import explain
from affiliate.catalog.models import Item, Source
from affiliate.catalog.record import LONGEST_ID, record_snapshot
from affiliate.networks.api import ItemRef, ItemSnapshot, NetworkError, believable_minor

SHORT = "short:"
"""Begins the id of an item of which only a short link is known; it gets its real id when the link has been followed."""

BACK_OFF = [
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
]
MOST_ATTEMPTS = 12
HOPELESS = frozenset({"bad_input", "not_promotable"})
"""Asking again will bring the same answer."""


def stand_in_id(ref: ItemRef) -> str:
    """The id under which an item is kept: its own, or one made of the short link."""
    if ref.item_id:
        return ref.item_id
    name = SHORT + ref.url
    return name if len(name) <= LONGEST_ID else SHORT + hashlib.sha256(ref.url.encode()).hexdigest()


def ref_of(item: Item) -> ItemRef:
    """What to ask the network about: the item, or the short link behind it."""
    if item.item_id.startswith(SHORT):
        return ItemRef(item.network, "", url=item.url, needs_expansion=True)
    return ItemRef(item.network, item.item_id, url=item.url)


def keep(ref: ItemRef, error: NetworkError) -> Item:
    """The item with what is known of it; one that was complete stays so."""
    now = timezone.now()
    kept_as = replace(ref, item_id=stand_in_id(ref))
    item = record_snapshot(_from_hints(kept_as, ref.hints, now))
    Item.objects.filter(pk=item.pk).update(wanted_at=now)
    if not item.complete:
        note(item, error, now)
    return Item.objects.get(pk=item.pk)


def note(item: Item, error: NetworkError, now: datetime) -> None:
    """Write down why the network said nothing, and when it is asked again; never, where that cannot help."""
    counted = error.kind not in ("wait", "off")
    attempts = item.attempts + counted
    Item.objects.filter(pk=item.pk).update(
        problem=explain(error)[:300],
        problem_kind=error.kind,
        attempts=attempts,
        next_look_at=next_look(error, attempts, now),
    )


def next_look(error: NetworkError, attempts: int, now: datetime) -> datetime | None:
    """When to ask again after this failure."""
    if error.code == "no_lookup" or error.kind in HOPELESS or attempts >= MOST_ATTEMPTS:
        return None
    wait = BACK_OFF[min(max(attempts - 1, 0), len(BACK_OFF) - 1)]
    if error.retry_at is not None:
        return min(max(now + wait, error.retry_at), now + timedelta(days=1))
    return now + wait


def adopt(item: Item, snapshot: ItemSnapshot) -> Item:
    """Record what was found behind a stand-in: under its real id where that is free, else under the stand-in's, for
    posts may hold it already.
    """
    real = snapshot.ref.item_id
    if item.item_id != real:
        with transaction.atomic():
            taken = Item.objects.filter(network=item.network, item_id=real).exists()
            if not taken:
                Item.objects.filter(pk=item.pk).update(item_id=real)
        if taken:
            record_snapshot(snapshot)
            snapshot = replace(snapshot, ref=replace(snapshot.ref, item_id=item.item_id))
    return record_snapshot(snapshot)


def _from_hints(ref: ItemRef, hints: Mapping[str, str], now: datetime) -> ItemSnapshot:
    return ItemSnapshot(
        ref=ref,
        title=hints.get("title", ""),
        url=ref.url,
        shop=hints.get("shop", ""),
        seen_at=now,
        price_minor=believable_minor(hints.get("price")),
        source=Source.SHARED.value,
    )
