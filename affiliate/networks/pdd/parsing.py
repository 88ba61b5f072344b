"""Turns one item of pdd.ddk.goods.search or .detail into a snapshot (Pinduoduo open platform docs).

Money comes in fen as whole numbers, rates in per mille, times as epoch seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from affiliate.networks.fen import believable_fen
from affiliate.networks.pdd.recognise import SLUG, is_number, is_sign, item_address
from affiliate.networks.sanity import clean_picture_url, clean_title
from affiliate.networks.types import Coupon, ItemRef, ItemSnapshot
from affiliate.networks.wording import Said

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)


def item_id_of(row: Mapping[str, Any]) -> str:
    """The id of a row: answers of search and detail have no goods_id any more, only the sign."""
    number, sign = str(row.get("goods_id") or ""), str(row.get("goods_sign") or "")
    return number if is_number(number) else (sign if is_sign(sign) else "")


def snapshot(row: Mapping[str, Any], seen_at: datetime, asked: ItemRef | None = None) -> ItemSnapshot | None:
    """The snapshot of one row; None where it has no id. Keeps the id that was asked for, where one was."""
    item_id = (asked.item_id if asked else "") or item_id_of(row)
    if not item_id:
        return None
    warnings: list[str] = []
    alone = believable_fen(row.get("min_normal_price"), "single price", warnings)
    group = believable_fen(row.get("min_group_price"), "price", warnings)
    # The group price is everybody's: a group fills by itself, and links lead to it. The other is never paid.
    price = min((found for found in (group, alone) if found is not None), default=None)
    coupon = coupon_of(row, price, seen_at, warnings)
    final = after_coupon(price, coupon)
    rate = rate_bp(row, warnings)
    url = item_address(item_id)
    return ItemSnapshot(
        ref=ItemRef(SLUG, item_id, url=url, hints=asked.hints if asked else {}),
        title=clean_title(row.get("goods_name")),
        url=url,
        seen_at=seen_at,
        image_url=next((u for key in ("goods_image_url", "goods_thumbnail_url") if (u := picture(row.get(key)))), ""),
        shop=clean_title(row.get("mall_name"), 100),
        price_minor=price,
        final_price_minor=final,
        coupon=coupon,
        commission_rate_bp=rate,
        commission_minor=final * rate // 10_000 if final is not None and rate is not None else None,
        brand=clean_title(row.get("brand_name"), 100),
        category=clean_title(row.get("opt_name") or row.get("category_name"), 100),
        warnings=tuple(warnings),
    )


def picture(value: Any) -> str:
    """A safe address of a picture, empty for anything else."""
    return clean_picture_url(value) if isinstance(value, str) else ""


def after_coupon(price: int | None, coupon: Coupon | None) -> int | None:
    """What one buyer pays now, the coupon off where the price reaches its threshold."""
    if price is None or coupon is None or price < coupon.threshold_minor:
        return price
    return price - coupon.amount_minor


def coupon_of(row: Mapping[str, Any], price: int | None, now: datetime, warnings: list[str]) -> Coupon | None:
    """The item's coupon, where it can be taken now and fits the price."""
    if row.get("has_coupon") is False or str(row.get("coupon_discount") or "0") == "0":
        return None
    amount = believable_fen(row.get("coupon_discount"), "coupon", warnings)
    threshold = believable_fen(row.get("coupon_min_order_amount") or None, "coupon threshold", warnings) or 0
    starts, ends = from_seconds(row.get("coupon_start_time")), from_seconds(row.get("coupon_end_time"))
    remaining = count(row.get("coupon_remain_quantity"))
    over = (ends is not None and ends <= now) or (starts is not None and starts > now) or remaining == 0
    if amount is None or over or (price is not None and (amount >= price or threshold > price)):
        return None
    return Coupon(
        amount_minor=amount,
        threshold_minor=threshold,
        starts_at=starts,
        ends_at=ends,
        remaining=remaining,
        total=count(row.get("coupon_total_quantity")),
    )


def rate_bp(row: Mapping[str, Any], warnings: list[str]) -> int | None:
    """Per mille as basis points. Where Pinduoduo foretells a lower rate (比价), that one holds."""
    rates = []
    for key in ("promotion_rate", "predict_promotion_rate"):
        value = row.get(key)
        if value is None or value == "":
            continue
        text = str(value)
        if isinstance(value, bool) or not _WHOLE.fullmatch(text) or not 0 <= int(text) <= 1000:
            warnings.append(Said("%(name)s %(value)s ignored", name="commission rate", value=text[:40]))
            continue
        rates.append(int(text) * 10)
    return min(rates, default=None)


def from_seconds(value: Any) -> datetime | None:
    """A time in epoch seconds, in UTC; None for none, for zero and for times nobody lives to see."""
    text = str(value if value is not None else "").strip()
    if not _WHOLE.fullmatch(text):
        return None
    return EPOCH + timedelta(seconds=int(text)) if 0 < int(text) < 4_102_444_800 else None


def count(value: Any) -> int | None:
    """A number of pieces, None where it is none."""
    text = str(value) if value is not None else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else None


def sampled(rows: list[dict[str, Any]], seen_at: datetime) -> Iterator[ItemSnapshot]:
    """The snapshots of a page of results; rows without an id are left out."""
    for row in rows:
        if (found := snapshot(row, seen_at)) is not None:
            yield found
