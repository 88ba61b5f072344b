"""Turns one GoodsInfo of VIP into a snapshot (VOP docs, UnionGoodsService).

Money comes as text in yuan, rates in percent, times as epoch milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from affiliate.networks.reading import part
from affiliate.networks.sanity import believable_minor, clean_picture_url, clean_title
from affiliate.networks.types import Coupon, ItemRef, ItemSnapshot
from affiliate.networks.vip.recognise import SLUG, item_address, ref_of
from affiliate.networks.wording import Said

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OFF_SHELF, SOLD_OUT = "0", "1"
MONEY_OFF = frozenset({"2", "5"})
"""couponType 满减 and 多减: the kinds whose face is an amount off."""


def snapshot(row: Mapping[str, Any], seen_at: datetime, asked: ItemRef | None = None) -> ItemSnapshot | None:
    """The snapshot of one row; None where it has no id, or another than was asked for."""
    item_id = str(row.get("goodsId") or "")
    if not item_address(item_id) or (asked is not None and asked.item_id not in ("", item_id)):
        return None
    warnings: list[str] = []
    price = believable_minor(row.get("vipPrice"), name="price", warnings=warnings)
    coupon = best_coupon(row, price, seen_at, warnings)
    rate = rate_bp(row.get("commissionRate"), warnings)
    url = address(row, item_id)
    return ItemSnapshot(
        ref=ItemRef(SLUG, item_id, url=url, hints=asked.hints if asked else {}),
        title=clean_title(row.get("goodsName")),
        url=url,
        seen_at=seen_at,
        image_url=next((u for key in ("goodsMainPicture", "goodsThumbUrl") if (u := picture(row.get(key)))), ""),
        shop=clean_title(part(row, "storeInfo").get("storeName"), 100),
        price_minor=price,
        final_price_minor=final_price(row, price, coupon, warnings),
        coupon=coupon,
        commission_rate_bp=rate,
        commission_minor=commission(row, price, warnings),
        available=str(row.get("status", 1)) != OFF_SHELF and str(row.get("saleStockStatus", 2)) != SOLD_OUT,
        brand=clean_title(row.get("brandName"), 100),
        category=next(
            (c for key in ("cat2ndName", "categoryName", "cat1stName") if (c := clean_title(row.get(key), 100))), ""
        ),
        warnings=tuple(warnings),
    )


def picture(value: Any) -> str:
    """A safe address of a picture, empty for anything else."""
    return clean_picture_url(value) if isinstance(value, str) else ""


def address(row: Mapping[str, Any], item_id: str) -> str:
    """The item's page: VIP's own where it leads to this item, so that the brand of the day is in it."""
    for key in ("destUrl", "destUrlPc"):
        known = ref_of(str(row.get(key) or ""))
        if known is not None and known.item_id == item_id:
            return known.url
    return item_address(item_id)


def final_price(row: Mapping[str, Any], price: int | None, coupon: Coupon | None, warnings: list[str]) -> int | None:
    """What one buyer pays now: VIP's own estimate after coupon where it can be believed, else worked out."""
    if price is None:
        return None
    for stated in (part(row, "goodsPromotionInfo").get("salePrice"), row.get("estimatePrice")):
        amount = believable_minor(stated, name="estimatePrice", warnings=warnings)
        if amount is not None and amount <= price:
            return amount
    if coupon is None or price < coupon.threshold_minor:
        return price
    return price - coupon.amount_minor


def best_coupon(row: Mapping[str, Any], price: int | None, now: datetime, warnings: list[str]) -> Coupon | None:
    """The larger of the item's coupons that can be taken now, are an amount off, and fit the price."""
    live: list[Coupon] = []
    for name in ("couponInfo", "exclusiveCoupon"):
        raw = part(row, name)
        if not raw or str(raw.get("couponType", "2")) not in MONEY_OFF:
            continue
        amount = believable_minor(raw.get("fav"), name="coupon", warnings=warnings)
        threshold = believable_minor(zero_as_none(raw.get("buy")), name="coupon threshold", warnings=warnings) or 0
        starts, ends = from_millis(raw.get("useBeginTime")), from_millis(raw.get("useEndTime"))
        over = (ends is not None and ends <= now) or (starts is not None and starts > now)
        if amount is None or over or (price is not None and (amount >= price or threshold > price)):
            continue
        live.append(Coupon(amount, threshold, starts, ends, code=clean_title(raw.get("couponNo"), 60)))
    return max(live, key=lambda coupon: coupon.amount_minor, default=None)


def zero_as_none(value: Any) -> Any:
    """No threshold is written as nothing or as zero."""
    return None if str(value or "0").strip("0.") == "" else value


def rate_bp(value: Any, warnings: list[str]) -> int | None:
    """Percent as basis points; None for what is outside 0 to 100 %."""
    if value is None or value == "":
        return None
    try:
        percent = Decimal(str(value).strip().removesuffix("%"))
    except InvalidOperation:
        percent = Decimal(-1)
    if not percent.is_finite() or not 0 <= percent <= 100:
        warnings.append(Said("%(name)s %(value)s ignored", name="commission rate", value=str(value)[:40]))
        return None
    return int(percent * 100)


def commission(row: Mapping[str, Any], price: int | None, warnings: list[str]) -> int | None:
    """VIP's estimate for one piece; never more than the price."""
    amount = believable_minor(zero_as_none(row.get("commission")), name="commission", warnings=warnings)
    return amount if amount is not None and (price is None or amount <= price) else None


def from_millis(value: Any) -> datetime | None:
    """A time in epoch milliseconds, in UTC; None for none, for zero and for times nobody lives to see."""
    text = str(value if value is not None else "").strip()
    if not text.isascii() or not text.isdecimal() or len(text) > 14:
        return None
    return EPOCH + timedelta(milliseconds=int(text)) if 0 < int(text) < 4_102_444_800_000 else None


def sampled(rows: list[dict[str, Any]], seen_at: datetime) -> Iterator[ItemSnapshot]:
    """The snapshots of a page of results; rows without an id are left out."""
    for row in rows:
        if (found := snapshot(row, seen_at)) is not None:
            yield found
