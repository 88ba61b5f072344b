"""What a writer types of an item where its network says nothing, or nothing any more."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from affiliate.catalog.models import Coupon, Item, Source
from affiliate.catalog.record import believable, may_replace, observe, prices
from affiliate.networks.api import BadInput, clean_picture_url, clean_title


def save_by_hand(
    item: Item,
    *,
    title: str = "",
    price_minor: int | None = None,
    final_price_minor: int | None = None,
    coupon_amount_minor: int | None = None,
    coupon_threshold_minor: int = 0,
    coupon_ends_at: datetime | None = None,
    shop: str = "",
    image_url: str = "",
) -> Item:
    """The item with what was typed. Empty values keep what is known, and a network's own words and fresh price stay:
    an item belongs to every writer. Raises BadInput for amounts and addresses that cannot be right.
    """
    for amount in (price_minor, final_price_minor, coupon_amount_minor):
        if amount is not None and believable(amount) is None:
            raise BadInput(_("A price must be above zero. Nothing was changed."), network=item.network, code="price")
    if price_minor is not None and final_price_minor is not None and final_price_minor > price_minor:
        raise BadInput(
            _("The price after the coupon is above the price. Nothing was changed."), network=item.network, code="price"
        )
    if price_minor is not None and coupon_amount_minor is not None and coupon_amount_minor >= price_minor:
        raise BadInput(_("The coupon is not below the price. Nothing was changed."), network=item.network, code="price")
    picture = _picture(image_url, item)
    with transaction.atomic():
        item = Item.objects.select_for_update().get(pk=item.pk)
        if not item.complete or item.source != Source.API:
            item.title = clean_title(title) or item.title
            item.shop = clean_title(shop, 100) or item.shop
            item.image_url = picture or item.image_url
        now = timezone.now()
        if may_replace(item, Source.HAND, now):
            _set_price(item, price_minor, final_price_minor, coupon_amount_minor, now)
            _set_coupon(item, coupon_amount_minor, coupon_threshold_minor, coupon_ends_at, now)
        item.wanted_at = now
        item.save()
    return item


def _picture(image_url: str, item: Item) -> str:
    if not image_url or image_url.startswith(("/media/", "/static/")):
        return image_url
    picture = clean_picture_url(image_url)
    if not picture:
        raise BadInput(
            _("This is not the address of a picture. Nothing was changed."), network=item.network, code="picture"
        )
    return picture


def _set_price(item: Item, price: int | None, final: int | None, off: int | None, now: datetime) -> None:
    """A coupon without a price after it is taken off the price."""
    if final is None and price is not None and off is not None and off < price:
        final = price - off
    price, final = prices(price, final)
    if final is None:
        return
    item.price_minor, item.final_price_minor = price, final
    item.source, item.seen_at = Source.HAND, now
    observe(item)


def _set_coupon(item: Item, off: int | None, threshold: int, ends_at: datetime | None, now: datetime) -> None:
    if off is None:
        return
    terms = {"amount_minor": off, "threshold_minor": max(threshold, 0), "ends_at": ends_at}
    current = Coupon.objects.filter(item=item, current=True)
    if current.filter(**terms).update(seen_at=now):
        return
    current.update(current=False)
    Coupon.objects.create(item=item, seen_at=now, current=True, **terms)
