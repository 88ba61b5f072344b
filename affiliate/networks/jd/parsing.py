"""Turns one item of jd.union.open.goods.query into a snapshot (JD Union open platform docs: 关键词商品查询).

Money comes in yuan as JSON numbers, read as Decimal; rates in percent; times as epoch milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from affiliate.networks.jd.recognise import SLUG, item_address
from affiliate.networks.reading import part
from affiliate.networks.sanity import believable_minor, clean_picture_url, clean_title, clean_url
from affiliate.networks.types import Coupon, ItemRef, ItemSnapshot
from affiliate.networks.wording import Said

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
GROUP_PRICE = "2"
"""lowestPriceType 拼购: a price for groups, which one buyer does not pay."""


def rows_of(data: Any, wrapper: str) -> list[dict[str, Any]]:
    """The rows of an answer. Real answers hold a plain list, the docs show it wrapped in one more object."""
    if isinstance(data, Mapping):
        data = data.get(wrapper, [])
    if isinstance(data, Mapping):
        data = [data]
    return [row for row in data if isinstance(row, dict)] if isinstance(data, list) else []


def item_id_of(row: Mapping[str, Any]) -> str:
    """The id that default permission can make links for: itemId, else skuId."""
    found = (str(row.get("itemId") or ""), str(row.get("skuId") or ""))
    return next((item_id for item_id in found if item_address(item_id)), "")


def snapshot(row: Mapping[str, Any], seen_at: datetime, asked: ItemRef | None = None) -> ItemSnapshot | None:
    """The snapshot of one row; None where it has no id. Keeps the id that was asked for, where one was."""
    item_id = (asked.item_id if asked else "") or item_id_of(row)
    if not item_id:
        return None
    warnings: list[str] = []
    prices = part(row, "priceInfo")
    price = believable_minor(prices.get("price"), name="price", warnings=warnings)
    coupon = best_coupon(row, price, seen_at, warnings)
    url = item_address(item_id)
    return ItemSnapshot(
        ref=ItemRef(SLUG, item_id, url=url, hints=asked.hints if asked else {}),
        title=clean_title(row.get("skuName")),
        url=url,
        seen_at=seen_at,
        image_url=picture(row),
        shop=clean_title(part(row, "shopInfo").get("shopName"), 100),
        price_minor=price,
        final_price_minor=final_price(prices, price, coupon, warnings),
        coupon=coupon,
        commission_rate_bp=rate_bp(part(row, "commissionInfo").get("commissionShare"), warnings),
        commission_minor=commission(part(row, "commissionInfo"), price, warnings),
        brand=clean_title(row.get("brandName"), 100),
        category=category(row),
        warnings=tuple(warnings),
    )


def picture(row: Mapping[str, Any]) -> str:
    """The first usable picture."""
    info = part(row, "imageInfo")
    urls = [image.get("url") for image in rows_of(info.get("imageList"), "urlInfo")] + [info.get("whiteImage")]
    return next((clean for url in urls if (clean := clean_picture_url(url))), "")


def category(row: Mapping[str, Any]) -> str:
    """The finest category that JD names."""
    info = part(row, "categoryInfo")
    return next((name for key in ("cid3Name", "cid2Name", "cid1Name") if (name := clean_title(info.get(key), 100))), "")


def final_price(prices: Mapping[str, Any], price: int | None, coupon: Coupon | None, warnings: list[str]) -> int | None:
    """What one buyer pays now: JD's own price after coupon where it can be believed, else worked out from the parts."""
    lowest = believable_minor(prices.get("lowestPrice"), name="lowestPrice", warnings=warnings)
    if lowest is None or str(prices.get("lowestPriceType")) == GROUP_PRICE or (price and lowest > price):
        lowest = price
    if lowest is None:
        return None
    if coupon is None:
        return lowest
    stated = believable_minor(prices.get("lowestCouponPrice"), name="lowestCouponPrice", warnings=warnings)
    if stated is not None and stated <= lowest and str(prices.get("lowestPriceType")) != GROUP_PRICE:
        return stated
    worked_out = lowest - coupon.amount_minor if lowest >= coupon.threshold_minor else lowest
    return worked_out if worked_out > 0 else lowest


def best_coupon(row: Mapping[str, Any], price: int | None, now: datetime, warnings: list[str]) -> Coupon | None:
    """The coupon that JD calls best, else the largest, among those that can be taken now and fit the price."""
    live: list[tuple[bool, int, Coupon]] = []
    for raw in rows_of(part(row, "couponInfo").get("couponList"), "coupon"):
        coupon = _coupon(raw, warnings)
        if (
            coupon is None
            or (coupon.ends_at and coupon.ends_at <= now)
            or (coupon.starts_at and coupon.starts_at > now)
        ):
            continue
        if price is not None and (coupon.amount_minor >= price or coupon.threshold_minor > price):
            continue
        live.append((str(raw.get("isBest")) == "1", coupon.amount_minor, coupon))
    return max(live, key=lambda entry: entry[:2])[2] if live else None


def _coupon(raw: Mapping[str, Any], warnings: list[str]) -> Coupon | None:
    amount = believable_minor(raw.get("discount"), name="coupon", warnings=warnings)
    if amount is None:
        return None
    threshold = believable_minor(raw.get("quota") or None, name="coupon threshold", warnings=warnings)
    starts = [time for key in ("getStartTime", "useStartTime") if (time := from_millis(raw.get(key)))]
    ends = [time for key in ("getEndTime", "useEndTime") if (time := from_millis(raw.get(key)))]
    link = raw.get("link")
    return Coupon(
        amount_minor=amount,
        threshold_minor=threshold or 0,
        starts_at=max(starts, default=None),
        ends_at=min(ends, default=None),
        remaining=count(raw.get("remainNum")),
        total=count(raw.get("num")),
        # JD wants the coupon's address back unmodified; one that is unsafe to show is left out whole.
        url=str(link) if clean_url(link) else "",
    )


def from_millis(value: Any) -> datetime | None:
    """A time in epoch milliseconds; None for none, for zero and for times nobody lives to see."""
    try:
        millis = int(str(value))
    except ValueError:
        return None
    return EPOCH + timedelta(milliseconds=millis) if 0 < millis < 4_102_444_800_000 else None


def count(value: Any) -> int | None:
    """A number of pieces, None where it is none."""
    text = str(value) if value is not None else ""
    return int(text) if text.isdecimal() and len(text) < 12 else None


def rate_bp(value: Any, warnings: list[str]) -> int | None:
    """Percent as basis points; None for what is outside 0 to 100 %."""
    if value is None or value == "":
        return None
    try:
        percent = Decimal(str(value))
    except InvalidOperation:
        percent = Decimal(-1)
    if not percent.is_finite() or not 0 <= percent <= 100:
        warnings.append(Said("%(name)s %(value)s ignored", name="commission rate", value=str(value)[:40]))
        return None
    return int(percent * 100)


def commission(info: Mapping[str, Any], price: int | None, warnings: list[str]) -> int | None:
    """JD's estimate for one piece, after coupon where it tells; never more than the price."""
    for key in ("couponCommission", "commission"):
        raw = info.get(key)
        if raw in (None, "", 0):
            continue
        amount = believable_minor(raw, name="commission", warnings=warnings)
        if amount is not None and (price is None or amount <= price):
            return amount
    return None


def sampled(rows: list[dict[str, Any]], seen_at: datetime) -> Iterator[ItemSnapshot]:
    """The snapshots of a page of results; rows without an id are left out."""
    for row in rows:
        if (found := snapshot(row, seen_at)) is not None:
            yield found
