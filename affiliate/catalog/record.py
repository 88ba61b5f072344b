"""Writes what was seen of an item: idempotent, safe against two at once, and never worse than what was known.

The ladder of sources decides about prices: a lower one does not replace a higher one that is still fresh.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from affiliate.catalog.freshness import freshness
from affiliate.catalog.joining.barcodes import gtin
from affiliate.catalog.joining.by_itself import join
from affiliate.catalog.models import Coupon, Item, PriceObservation, Source
from affiliate.catalog.signals import availability_changed
from affiliate.networks.api import HIGHEST_YUAN, BadInput, ItemSnapshot, clean_title, types

HIGHEST_MINOR = int(HIGHEST_YUAN) * 100
LONGEST_ID = 200
LONGEST_URL = 1000
LADDER = [Source.API, Source.FEED, Source.READER, Source.HAND, Source.SHARED]
FROM_NETWORK = frozenset({Source.API, Source.FEED})
OBSERVED_EVERY = timedelta(days=1)
LOOK_AGAIN = timedelta(hours=12)


def record_snapshot(snapshot: ItemSnapshot) -> Item:
    """The item as it now stands. Raises BadInput for a snapshot that names no item."""
    ref = snapshot.ref
    if not ref.item_id or len(ref.item_id) > LONGEST_ID or "\x00" in ref.item_id:
        raise BadInput("The network's answer names no item.", network=ref.network, code="item_id")
    with transaction.atomic():
        item, created = Item.objects.get_or_create(network=ref.network, item_id=ref.item_id)
        item = Item.objects.select_for_update().get(pk=item.pk)
        was_available = item.available
        older = item.seen_at is not None and snapshot.seen_at < item.seen_at
        if not older or LADDER.index(Source(snapshot.source)) < _rank(item):
            _describe(item, snapshot)
            _offer(item, snapshot)
            join(item)
        item.save()
        if item.available != was_available:
            availability_changed.send(sender=Item, item_id=item.pk)
    return item


def take_down(item: Item, changed: Sequence[str] = ()) -> None:
    """The shop has the item no longer. `changed` names further fields that are to be saved with that."""
    item.available = False
    with transaction.atomic():
        item.save(update_fields=["available", *changed])  # saved, not updated: whoever shows the item listens
        availability_changed.send(sender=Item, item_id=item.pk)


def observe(item: Item) -> None:
    """Add the item's price to its history where it differs from the last one, or once a day. Shared texts are no
    observation of ours.
    """
    if item.final_price_minor is None or item.seen_at is None or item.source == Source.SHARED:
        return
    price = item.price_minor if item.price_minor is not None else item.final_price_minor
    last = PriceObservation.objects.filter(item=item, seen_at__lte=item.seen_at).order_by("-seen_at").first()
    if last is not None:
        same = (last.price_minor, last.final_price_minor) == (price, item.final_price_minor)
        if last.seen_at == item.seen_at or (same and item.seen_at - last.seen_at < OBSERVED_EVERY):
            return
    PriceObservation.objects.bulk_create(
        [
            PriceObservation(
                item=item,
                seen_at=item.seen_at,
                price_minor=price,
                final_price_minor=item.final_price_minor,
                source=item.source,
            )
        ],
        ignore_conflicts=True,
    )


def believable(minor: int | None) -> int | None:
    """A price that can be true; None for zero, negative and absurd ones."""
    return minor if minor is not None and 0 < minor <= HIGHEST_MINOR else None


def prices(price: int | None, final: int | None) -> tuple[int | None, int | None]:
    """The pair as it can be believed: one stands in for the other, and a coupon never makes a thing dearer."""
    price, final = believable(price), believable(final)
    if final is None or (price is not None and final > price):
        final = price
    return price if price is not None else final, final


def _rank(item: Item) -> int:
    return LADDER.index(Source(item.source)) if item.source else len(LADDER)


def _describe(item: Item, snapshot: ItemSnapshot) -> None:
    """Everything but the price. Empty fields keep what was known; a shared text does not rename a known item."""
    if snapshot.source == Source.SHARED and item.title:
        return
    title = clean_title(snapshot.title) or item.title
    if title != item.title:
        item.title, item.compared_at = title, None
    item.shop = clean_title(snapshot.shop, 100) or item.shop
    item.brand = clean_title(snapshot.brand, 100) or item.brand
    item.url = _address(snapshot.url) or _address(snapshot.ref.url) or item.url
    item.image_url = _address(snapshot.image_url) or item.image_url
    if snapshot.source not in FROM_NETWORK:
        return
    item.barcode = gtin(snapshot.barcode) or item.barcode
    item.model = clean_title(snapshot.model, 100) or item.model
    item.category = clean_title(snapshot.category, 100) or item.category
    item.available = snapshot.available
    item.commission_rate_bp = snapshot.commission_rate_bp
    item.commission_minor = snapshot.commission_minor
    item.complete = bool(item.title)
    item.problem, item.problem_kind, item.attempts = "", "", 0
    item.next_look_at = snapshot.seen_at + LOOK_AGAIN


def _offer(item: Item, snapshot: ItemSnapshot) -> None:
    """Price, its source and time, and the coupon: together or not at all."""
    price, final = prices(snapshot.price_minor, snapshot.final_price_minor)
    if final is None or not may_replace(item, Source(snapshot.source), snapshot.seen_at):
        return
    item.price_minor, item.final_price_minor, item.currency = price, final, snapshot.currency
    item.source, item.seen_at = Source(snapshot.source), snapshot.seen_at
    if snapshot.source != Source.SHARED:
        _set_coupon(item, snapshot.coupon, snapshot.seen_at)
    observe(item)


def may_replace(item: Item, source: Source, now: datetime) -> bool:
    """Whether a price of this source may take the place of the one that is known."""
    known = item.final_price_minor is not None and bool(item.source)
    return not known or LADDER.index(source) <= _rank(item) or freshness(item, now) != "fresh"


def _set_coupon(item: Item, seen: types.Coupon | None, seen_at: datetime) -> None:
    """Make `seen` the one current coupon; the one before becomes history."""
    current = Coupon.objects.filter(item=item, current=True).first()
    if seen is not None and believable(seen.amount_minor) is None:
        seen = None
    if seen is None:
        Coupon.objects.filter(item=item, current=True).update(current=False)
        return
    terms = {
        "amount_minor": seen.amount_minor,
        "threshold_minor": max(seen.threshold_minor, 0),
        "starts_at": seen.starts_at,
        "ends_at": seen.ends_at,
        "url": _address(seen.url),
        "code": clean_title(seen.code, 60),
    }
    stock = {"remaining": _count(seen.remaining), "total": _count(seen.total), "seen_at": seen_at}
    if current is not None and all(getattr(current, name) == value for name, value in terms.items()):
        Coupon.objects.filter(pk=current.pk).update(**stock)
        return
    Coupon.objects.filter(item=item, current=True).update(current=False)
    Coupon.objects.create(item=item, current=True, **terms, **stock)


def _count(number: int | None) -> int | None:
    """A count as the column holds it."""
    return min(max(number, 0), 2_147_483_647) if number is not None else None


def _address(url: str) -> str:
    """An http(s) address or a path of ours; empty for anything else and for what is too long to keep whole."""
    plain = url.startswith(("https://", "http://", "/static/", "/media/")) and "\x00" not in url
    return url if plain and len(url) <= LONGEST_URL else ""
