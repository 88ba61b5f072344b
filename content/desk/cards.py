"""An item as the picker shows it: money in words, and what only some may see left out for all others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from affiliate.catalog.api import Coupon, Item, coupon_state, freshness, same_product
from affiliate.connections.api import network_name
from affiliate.earnings.api import author_estimate, shown_amount
from affiliate.people.api import author_of, may_view_commission
from content.blocks.api import plain_price


def cards(items: Iterable[Item], user: Any) -> list[dict[str, Any]]:
    """The items for the picker, each with the other shops that its block will offer; two queries for all of those."""
    asked = list(items)
    joined = same_product(asked)
    return [card(item, user, others=joined[item.pk]) for item in asked]


def card(item: Item, user: Any, now: datetime | None = None, others: Sequence[Item] = ()) -> dict[str, Any]:
    """The item for the picker. `money` is there only for who may see commission."""
    now = now or timezone.now()
    shown: dict[str, Any] = {
        "id": item.pk,
        "network": item.network,
        "network_name": network_name(item.network),
        "demo": item.network == "demo",
        "title": item.title,
        "shop": item.shop,
        "image_url": item.image_url,
        "url": item.url if item.url.startswith(("https://", "http://")) else "",
        "price": _price(item.price_minor),
        "final_price": _price(item.final_price_minor),
        "final_minor": item.final_price_minor,
        "coupon": _coupon(item, now),
        "freshness": freshness(item, now),
        "source": str(item.get_source_display()) if item.source else "",
        "seen_at": _moment(item.seen_at),
        "available": item.available,
        "complete": item.complete,
        "by_hand": not item.complete or item.source != "api",
        "problem": "" if item.complete else item.problem,
        "shops": [_shop(other) for other in others],
    }
    if may_view_commission(user):
        shown["money"] = _money(item, user, now)
    return shown


def _shop(item: Item) -> str:
    """Another shop of the same product in a few words."""
    name = network_name(item.network)
    shop = f"{name} {item.shop}" if item.shop else name
    if not item.available:
        return _("%(shop)s (sold out)") % {"shop": shop}
    return f"{shop} {_price(item.final_price_minor)}".strip()


def _price(minor: int | None) -> str:
    return plain_price(minor) if minor is not None else ""


def _moment(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "m-d H:i") if at is not None else ""


def _coupon(item: Item, now: datetime) -> dict[str, str] | None:
    coupon: Coupon | None = next(iter(getattr(item, "current_coupons", [])), None)
    if coupon is None:
        return None
    state = coupon_state(coupon, now)
    terms = plain_price(coupon.amount_minor)
    if coupon.threshold_minor:
        terms = _("%(amount)s off from %(threshold)s") % {
            "amount": terms,
            "threshold": plain_price(coupon.threshold_minor),
        }
    return {"text": terms, "state": state, "note": _state_words(state), "ends_at": _moment(coupon.ends_at)}


def _state_words(state: str) -> str:
    return {
        "not_yet": _("not valid yet"),
        "soon": _("ends soon"),
        "used_up": _("used up"),
        "over": _("over"),
    }.get(state, "")


def _money(item: Item, user: Any, now: datetime) -> dict[str, str] | None:
    if item.commission_minor is None:
        return None
    earned = author_estimate(item.commission_minor, author_of(user), now)
    bp = item.commission_rate_bp
    rate = f"{bp // 100}.{bp % 100:02d}".rstrip("0").rstrip(".") + "%" if bp is not None else ""
    return {"rate": rate, "earn": shown_amount(earned)}
