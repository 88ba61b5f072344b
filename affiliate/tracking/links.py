"""Affiliate links of placements: fetched from the network, tried again with patience, renewed before they expire."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, OuterRef, Q, Subquery
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
STAYS = timedelta(hours=1)
"""A link stays so long before another coupon has it made anew: some coupons' addresses differ at every reading."""
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
    coupon = _coupon(placement.item_id, now)
    try:
        found = _ask(placement, coupon)
    except NetworkError as error:
        _failed(placement, error, now)
        return False
    return _keep(placement, found, coupon, now)


def ask_for_new_coupons(now: datetime) -> int:
    """Let links be made anew whose item has another coupon than the one in them. Returns how many."""
    usable = Coupon.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), current=True)
    links = PlacementLink.objects.annotate(
        usable=Subquery(usable.filter(item=OuterRef("placement__item")).values("pk")[:1])
    )
    # One that failed has its pause, and what is due already needs no word.
    idle = links.filter(state=LinkState.READY, attempts=0, placement__retired_at=None).exclude(next_try_at__lte=now)
    others = idle.filter(fetched_at__lte=now - STAYS).exclude(usable=None).exclude(coupon_id=F("usable"))
    ids = list(others.values_list("pk", flat=True)[:AT_ONCE])
    return PlacementLink.objects.filter(pk__in=ids).update(next_try_at=now)


def ask_anew(network: str) -> None:
    """Let a network's links be made anew, those of retired placements too, which readers still follow. Until then they
    hold.
    """
    PlacementLink.objects.filter(placement__item__network=network).update(next_try_at=timezone.now())


def fetch_anew(network: str) -> None:
    """Forget the links of a network whose shop has moved: its goods' own addresses stand in until others are there."""
    with transaction.atomic():
        targets.lock()
        links = PlacementLink.objects.filter(placement__item__network=network)
        links.update(state=LinkState.WAITING, attempts=0, problem="", next_try_at=timezone.now())
        targets.write(list(Placement.objects.filter(item__network=network).select_related("item", "link")))


def _ask(placement: Placement, coupon: Coupon | None) -> types.AffiliateLink:
    item = placement.item
    adapter = connections.adapter(item.network)
    pattern = adapter.capabilities.sub_id_pattern
    carried = bool(pattern) and re.fullmatch(pattern, placement.code) is not None
    if not carried and adapter.capabilities.ad_slots and (slot := slots.slot_for(placement.author, item.network)):
        adapter = connections.adapter(item.network, account=slot.account).at_slot(slot.slot)
    ref = types.ItemRef(item.network, item.item_id, url=item.url)
    return adapter.link(ref, placement.code if carried else None, coupon=_as_networks_say(coupon))


def _coupon(item_id: int, now: datetime) -> Coupon | None:
    """The item's current coupon, where it has not run out."""
    item = items_with_coupons([item_id])[item_id]
    coupons: list[Coupon] = item.current_coupons  # type: ignore[attr-defined]
    return next((coupon for coupon in coupons if coupon.ends_at is None or coupon.ends_at > now), None)


def _as_networks_say(coupon: Coupon | None) -> types.Coupon | None:
    if coupon is None:
        return None
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


def _keep(placement: Placement, found: types.AffiliateLink, coupon: Coupon | None, now: datetime) -> bool:
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
    link.url, link.short_url = url, _whole(addresses.safe(found.short_url, placement.item.network), "short_url")
    link.deeplink, link.token_text = _whole(found.deeplink, "deeplink"), _whole(found.token_text, "token_text")
    link.mini_program, link.coupon_id = _whole(found.mini_program, "mini_program"), coupon.pk if coupon else None
    link.sub_id, link.ad_slot = (found.sub_id or "")[:80], found.ad_slot[:80]
    link.carries_click_token = found.carries_click_token
    link.expires_at, link.fetched_at = found.expires_at, now
    link.next_try_at = _renewal(now, found.expires_at, coupon.ends_at if coupon else None)
    with transaction.atomic():
        targets.lock()
        link.save()
        targets.write([placement], addresses)
    return True


def _whole(form: str, field: str) -> str:
    """A form that fits, or "": half a 口令 or half a deep link opens nothing."""
    longest: int = getattr(PlacementLink._meta.get_field(field), "max_length", 0)
    return form if len(form) <= longest else ""


def _renewal(now: datetime, expires_at: datetime | None, coupon_ends_at: datetime | None) -> datetime | None:
    """Before the link ends, and when the coupon inside it does: what comes first. None where neither ends."""
    moments = [coupon_ends_at] if coupon_ends_at else []
    if expires_at is not None:
        moments.append(expires_at - min(AHEAD, (expires_at - now) / 4))
    return max(now + FIRST_PAUSE, min(moments)) if moments else None


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
