"""What a reader is told of an item now: price with source and time, coupon with state, the way to the shop.

One value serves the cards in posts and in the feed, so that no two places can say different things of one item.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.templatetags.static import static
from django.utils.translation import gettext as _

from affiliate.catalog import api as catalog
from affiliate.catalog.api import Coupon, Item
from content.blocks import times
from content.blocks.money import plain_price
from content.blocks.shops import DEMO, where

GONE, AWAY = "gone", "away"
SHOWN = "CNY"
"""The one currency that pages print."""


@dataclass(frozen=True, slots=True)
class CouponView:
    """A coupon as it stands now."""

    state: str
    """not_yet, live, soon, used_up or over."""
    amount_minor: int
    threshold_minor: int
    starts_at: datetime | None
    ends_at: datetime | None
    remaining: int | None
    total: int | None
    code: str

    @property
    def usable(self) -> bool:
        return self.state in ("live", "soon")

    @property
    def taken_percent(self) -> int | None:
        """How much of the stock is gone; None where the network does not say."""
        if self.remaining is None or not self.total:
            return None
        return min(100, max(0, (self.total - self.remaining) * 100 // self.total))

    @property
    def chip(self) -> str:
        """`¥40 off ¥199`, as short as a chip needs it."""
        words = {"amount": plain_price(self.amount_minor)[1:], "threshold": plain_price(self.threshold_minor)[1:]}
        if self.threshold_minor > self.amount_minor:
            return _("¥%(amount)s off from ¥%(threshold)s") % words
        return _("¥%(amount)s coupon") % words


@dataclass(frozen=True, slots=True)
class Offer:
    """An item as readers meet it."""

    item_pk: int
    title: str
    image_url: str
    shop: str
    where: str
    is_demo: bool
    state: str
    """fresh, stale, hidden (too old to show), none (never had a price), gone (taken down) or away (network is off)."""
    price_minor: int | None
    """What one pays now; None unless it may be shown."""
    list_minor: int | None
    """The shop's own price where it is higher and the difference is accounted for."""
    last_minor: int | None
    """The last price seen, for what is gone."""
    source: str
    seen_at: datetime | None
    coupon: CouponView | None

    @property
    def alive(self) -> bool:
        """Whether one can be sent there to buy it."""
        return self.state not in (GONE, AWAY)

    @property
    def gone(self) -> bool:
        return self.state == GONE

    @property
    def missing(self) -> str:
        """Why one cannot be sent there; empty where one can."""
        if self.state == AWAY:
            return _("No way to %(shop)s from here for now") % {"shop": self.where}
        return _("Taken down") if self.gone else ""

    @property
    def stale(self) -> bool:
        return self.state == "stale"

    @property
    def coupon_holds(self) -> bool:
        """Whether the price is still made the way it was: no coupon, or one that can be had."""
        return self.coupon is None or self.coupon.usable

    @property
    def button(self) -> str:
        """`To JD ¥139`: what the button says it does."""
        if self.price_minor is None:
            return _("Go to %(shop)s") % {"shop": self.where}
        return _("Go to %(shop)s %(price)s") % {"shop": self.where, "price": plain_price(self.price_minor)}

    def as_of(self, now: datetime, joint: str = " · ") -> str:
        """Source and time of the price, never one without the other; an old one says so."""
        if self.seen_at is None:
            return ""
        words = f"{self.source}{joint}{times.stamp(self.seen_at, now)}"
        return f"{_('may be old:')} {words}" if self.stale else words


def of_item(item: Item, now: datetime, title: str = "", *, stopped: Collection[str]) -> Offer:
    """The offer of an item whose `current_coupons` are loaded, `stopped` being the networks that are switched off.
    Makes no query.
    """
    state = _state(item, now, stopped)
    shown = item.final_price_minor if state in ("fresh", "stale") else None
    coupon = _coupon(item, now) if state not in (GONE, AWAY) else None
    if shown is not None and coupon is not None and coupon.state in ("over", "used_up") and item.price_minor:
        # The coupon that made the price is gone: what remains is the shop's own price.
        shown = max(shown, item.price_minor)
    return Offer(
        item_pk=item.pk,
        title=title or item.title,
        image_url=picture(item.image_url),
        shop=item.shop,
        where=where(item),
        is_demo=item.network == DEMO,
        state=state,
        price_minor=shown,
        list_minor=_list_price(item, shown, coupon),
        last_minor=item.final_price_minor,
        source=_source(item),
        seen_at=item.seen_at,
        coupon=coupon,
    )


def of_shop(one: Item, chosen: Item, now: datetime, title: str = "", *, stopped: Collection[str]) -> Offer:
    """The offer of one shop's item as the writer called and chose the product: whichever shop wins, title and picture
    stay.
    """
    offer = of_item(one, now, title or chosen.title, stopped=stopped)
    return replace(offer, image_url=picture(chosen.image_url)) if chosen.image_url else offer


def _list_price(item: Item, shown: int | None, coupon: CouponView | None) -> int | None:
    """The shop's own price, above what one pays: only where the network or the merchant names it so, or where a coupon
    that can be had is the difference. What somebody typed is no price to compare with.
    """
    named = item.source in (catalog.Source.API, catalog.Source.FEED) or (coupon is not None and coupon.usable)
    above = shown is not None and (item.price_minor or 0) > shown
    return item.price_minor if named and above else None


def _state(item: Item, now: datetime, stopped: Collection[str]) -> str:
    """A price without a source and a time is none; so are zero and one that we could only print with the wrong sign."""
    if not item.available:
        return GONE
    if item.network in stopped:
        return AWAY
    if not item.final_price_minor or item.seen_at is None or not item.source or item.currency != SHOWN:
        return "none"
    return catalog.freshness(item, now)


def _source(item: Item) -> str:
    """Who says so."""
    if item.source == catalog.Source.API:
        return _("%(shop)s, by its interface") % {"shop": where(item)}
    return f"{where(item)} · {catalog.Source(item.source).label}" if item.source else ""


def _coupon(item: Item, now: datetime) -> CouponView | None:
    found: list[Coupon] = getattr(item, "current_coupons", [])
    if not found:
        return None
    one = found[0]
    return CouponView(
        state=catalog.coupon_state(one, now),
        amount_minor=one.amount_minor,
        threshold_minor=one.threshold_minor,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        remaining=one.remaining,
        total=one.total,
        code=one.code,
    )


def picture(url: str) -> str:
    """The address of a picture; a path under /static/ goes through the storage, which knows its hashed name."""
    return static(url.removeprefix("/static/")) if url.startswith("/static/") else url


def inert(request: Any) -> bool:
    """Whether exits must not work: previews and drafts."""
    return bool(getattr(request, "is_preview", False))
