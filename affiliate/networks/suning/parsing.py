"""Turns one item of Suning into a snapshot (Suning open platform docs, suning.netalliance.commoditydetail.query).

Money comes as text in yuan, times as Beijing time. The scale of `rate` is not told: percent or fraction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from affiliate.networks.clocks import BEIJING
from affiliate.networks.reading import part, rows_of
from affiliate.networks.sanity import believable_minor, clean_picture_url, clean_title, clean_url
from affiliate.networks.suning.recognise import SLUG, item_address, item_id_of
from affiliate.networks.types import Coupon, ItemRef, ItemSnapshot
from affiliate.networks.wording import Said

LOWEST_PERCENT, HIGHEST_FRACTION = Decimal(1), Decimal("0.2")
"""From 1 on it is percent, up to 0.2 a fraction; what lies between may be either and is not guessed at."""


def snapshot(row: Mapping[str, Any], seen_at: datetime, asked: ItemRef | None = None) -> ItemSnapshot | None:
    """The snapshot of one row; None where it has no id, or another than was asked for."""
    info = part(row, "commodityInfo")
    item_id = item_id_of(str(info.get("commodityCode") or ""), str(info.get("supplierCode") or "0"))
    if not item_id or (asked is not None and asked.item_id != item_id):
        return None
    warnings: list[str] = []
    price = believable_minor(info.get("commodityPrice") or info.get("snPrice"), name="price", warnings=warnings)
    coupon = coupon_of(part(row, "couponInfo"), price, seen_at, warnings)
    final = final_price(row, price, coupon, warnings)
    rate = rate_bp(info.get("rate"), warnings)
    url = item_address(item_id)
    return ItemSnapshot(
        ref=ItemRef(SLUG, item_id, url=url, hints=asked.hints if asked else {}),
        title=clean_title(info.get("commodityName")),
        url=url,
        seen_at=seen_at,
        image_url=picture(info),
        shop=clean_title(info.get("supplierName"), 100),
        price_minor=price,
        final_price_minor=final,
        coupon=coupon,
        commission_rate_bp=rate,
        commission_minor=final * rate // 10_000 if final is not None and rate is not None else None,
        available=str(info.get("saleStatus", 0)) in ("0", ""),
        brand=clean_title(info.get("brandName"), 100),
        category=clean_title(part(row, "categoryInfo").get("thirdSaleCategoryName"), 100),
        warnings=tuple(warnings),
    )


def picture(info: Mapping[str, Any]) -> str:
    """The first usable picture."""
    urls = [entry.get("picUrl") for entry in rows_of(info.get("pictureUrl"))]
    return next((clean for url in urls if isinstance(url, str) and (clean := clean_picture_url(url))), "")


def final_price(row: Mapping[str, Any], price: int | None, coupon: Coupon | None, warnings: list[str]) -> int | None:
    """What one buyer pays now: Suning's price after coupon where that holds, else worked out; 拼购 is left out."""
    if price is None:
        return None
    stated = [row.get("arrivalPrice")]
    if coupon is not None:
        stated.insert(0, part(row, "couponInfo").get("afterCouponPrice"))
    for value in stated:
        amount = believable_minor(value, name="afterCouponPrice", warnings=warnings) if value else None
        if amount is not None and amount <= price:
            return amount
    return price if coupon is None else price - coupon.amount_minor


def coupon_of(raw: Mapping[str, Any], price: int | None, now: datetime, warnings: list[str]) -> Coupon | None:
    """The item's coupon, where it can be taken now and fits the price."""
    amount = believable_minor(zero_as_none(raw.get("couponValue")), name="coupon", warnings=warnings)
    threshold = believable_minor(zero_as_none(raw.get("bounsLimit")), name="coupon threshold", warnings=warnings) or 0
    try:
        starts, ends = beijing_time(raw.get("couponStartTime")), beijing_time(raw.get("couponEndTime"))
    except ValueError:
        return None
    over = (ends is not None and ends <= now) or (starts is not None and starts > now)
    if amount is None or over or (price is not None and (amount >= price or threshold > price)):
        return None
    link = str(raw.get("couponUrl") or "")
    is_ours = (urlsplit(clean_url(link)).hostname or "").endswith(".suning.com")
    return Coupon(amount, threshold, starts, ends, url=link if is_ours else "")


def zero_as_none(value: Any) -> Any:
    """No threshold is written as nothing or as zero."""
    return None if str(value or "0").strip("0.") == "" else value


def rate_bp(value: Any, warnings: list[str]) -> int | None:
    """A rate as basis points, percent and fraction told apart by size; None where that cannot be done."""
    if value is None or value == "":
        return None
    try:
        rate = Decimal(str(value).strip())
    except InvalidOperation:
        rate = Decimal(-1)
    if rate.is_finite() and 0 <= rate <= HIGHEST_FRACTION:
        return int(rate * 10_000)
    if rate.is_finite() and LOWEST_PERCENT <= rate <= 100:
        return int(rate * 100)
    warnings.append(Said("%(name)s %(value)s ignored", name="commission rate", value=str(value)[:40]))
    return None


def beijing_time(value: Any) -> datetime | None:
    """A time as Suning writes it, in UTC; None for empty. Raises ValueError for what is no time."""
    text = str(value or "").strip()
    if not text or not text.strip("0"):
        return None
    try:
        at = datetime.strptime(text[:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)
    except ValueError:
        raise ValueError(Said("%(value)s is not a time", value=repr(text[:40]))) from None
    return at.astimezone(UTC)


def sampled(rows: list[dict[str, Any]], seen_at: datetime) -> Iterator[ItemSnapshot]:
    """The snapshots of a page of results; rows without an id are left out."""
    for row in rows:
        if (found := snapshot(row, seen_at)) is not None:
            yield found
