"""Affiliate links of placements: fetched from the network, tried again with patience, renewed before they expire."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from affiliate.catalog.api import Coupon, items_with_coupons
from affiliate.connections import api as connections
from affiliate.networks.api import NetworkError, types
from affiliate.tracking import slots, targets
from affiliate.tracking.models import LinkState, Placement, PlacementLink

logger = logging.getLogger("zhongcao.links")

CLAIM = timedelta(minutes=2)
"""How long one worker has a link to itself."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=6)
RARELY = timedelta(days=1)
"""When something is tried again that will not get better by itself."""
PATIENCE = 12
AHEAD = timedelta(days=1)
"""A link is renewed so long before it ends, or after three quarters of a shorter life."""
AT_ONCE = 100
HOPELESS = frozenset({"not_found", "not_promotable", "bad_input", "permission"})


def due(now: datetime) -> list[int]:
    """Placements whose link is waiting, to be tried again, or soon to end: the longest overdue first."""
    rows = PlacementLink.objects.filter(next_try_at__lte=now).order_by("next_try_at")
    return list(rows.values_list("placement_id", flat=True)[:AT_ONCE])


def fetch_due(placement_ids: Iterable[int]) -> int:
    """Fetch what is due of these. Returns how many links are ready afterwards."""
    return sum(fetch(placement_id) for placement_id in placement_ids)


def fetch(placement_id: int) -> bool:
    """Fetch one link if it is due and nobody else is at it. True where it stands afterwards."""
    now = timezone.now()
    claimed = PlacementLink.objects.filter(placement_id=placement_id, next_try_at__lte=now)
    if not claimed.update(next_try_at=now + CLAIM):
        return False
    placement = Placement.objects.select_related("item", "link", "author").get(pk=placement_id)
    try:
        found = _ask(placement)
    except NetworkError as error:
        _failed(placement, error, now)
        return False
    return _keep(placement, found, now)


def fetch_anew(network: str) -> None:
    """Forget the links of a network whose shop has moved: its goods' own addresses stand in until others are there."""
    with transaction.atomic():
        targets.lock()
        links = PlacementLink.objects.filter(placement__item__network=network)
        links.update(state=LinkState.WAITING, attempts=0, problem="", next_try_at=timezone.now())
        targets.write(list(Placement.objects.filter(item__network=network).select_related("item", "link")))


def _ask(placement: Placement) -> types.AffiliateLink:
    item = placement.item
    adapter = connections.adapter(item.network)
    pattern = adapter.capabilities.sub_id_pattern
    carried = bool(pattern) and re.fullmatch(pattern, placement.code) is not None
    if not carried and adapter.capabilities.ad_slots and (slot := slots.slot_for(placement.author, item.network)):
        adapter = adapter.at_slot(slot)
    ref = types.ItemRef(item.network, item.item_id, url=item.url)
    return adapter.link(ref, placement.code if carried else None, coupon=_coupon(item.pk))


def _coupon(item_id: int) -> types.Coupon | None:
    """The item's current coupon, where it has not run out."""
    item = items_with_coupons([item_id])[item_id]
    coupons: list[Coupon] = item.current_coupons  # type: ignore[attr-defined]
    now = timezone.now()
    for coupon in coupons:
        if coupon.ends_at is None or coupon.ends_at > now:
            return types.Coupon(
                amount_minor=coupon.amount_minor,
                threshold_minor=coupon.threshold_minor,
                starts_at=coupon.starts_at,
                ends_at=coupon.ends_at,
                remaining=coupon.remaining,
                total=coupon.total,
                url=coupon.url,
                code=coupon.code,
            )
    return None


def _keep(placement: Placement, found: types.AffiliateLink, now: datetime) -> bool:
    """Store a link that leads where the network's links may lead, and let the exit know."""
    addresses = targets.Addresses()
    url = addresses.safe(found.url, placement.item.network)
    link = placement.link
    if not url:
        problem = "The network answered with a link to a host that is not one of its own; it was not used."
        logger.error("The link of %s leads to a host that is not allowed.", placement.code)
        _set_back(placement, LinkState.FAILED, problem, now + RARELY, now)
        return False
    link.state, link.problem, link.attempts = LinkState.READY, "", 0
    link.url, link.short_url, link.deeplink = url, found.short_url[:500], found.deeplink[:2000]
    link.token_text, link.mini_program = found.token_text[:300], found.mini_program[:500]
    link.sub_id, link.ad_slot = (found.sub_id or "")[:80], found.ad_slot[:80]
    link.carries_click_token = found.carries_click_token
    link.expires_at, link.fetched_at = found.expires_at, now
    link.next_try_at = _renewal(now, found.expires_at)
    with transaction.atomic():
        targets.lock()
        link.save()
        targets.write([placement], addresses)
    return True


def _renewal(now: datetime, expires_at: datetime | None) -> datetime | None:
    if expires_at is None:
        return None
    return max(now + FIRST_PAUSE, expires_at - min(AHEAD, (expires_at - now) / 4))


def _failed(placement: Placement, error: NetworkError, now: datetime) -> None:
    """Keep what is there, say why there is nothing better, and try again later."""
    attempts = placement.link.attempts + 1
    hopeless = error.kind in HOPELESS or attempts >= PATIENCE
    pause = RARELY if hopeless else min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    again = max(now + pause, error.retry_at) if error.retry_at else now + pause
    # A network that is switched off or not connected yet is no news at every try.
    level = logging.INFO if error.kind == "off" else logging.WARNING
    logger.log(level, "No link for %s from %s: %s (%s)", placement.code, placement.item.network, error.kind, error.code)
    _set_back(placement, LinkState.FAILED if hopeless else LinkState.WAITING, error.message, again, now)


def _set_back(placement: Placement, state: LinkState, problem: str, again: datetime, now: datetime) -> None:
    """A link that still holds stays in use while the next one is tried for; one that has ended does not."""
    link = placement.link
    holds = link.state == LinkState.READY and (link.expires_at is None or link.expires_at > now)
    if holds:
        again = min(again, link.expires_at) if link.expires_at else again
    else:
        link.state = state
    link.problem, link.attempts, link.next_try_at = problem[:300], link.attempts + 1, again
    with transaction.atomic():
        targets.lock()
        link.save(update_fields=["state", "problem", "attempts", "next_try_at"])
        targets.write([placement])
