"""Turns one product of Douyin's answers into a snapshot (穿山甲 and 抖店 docs). Money in fen, rates in basis points."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from affiliate.networks.douyin.recognise import SLUG, item_address
from affiliate.networks.fen import believable_fen
from affiliate.networks.reading import as_list
from affiliate.networks.sanity import clean_picture_url, clean_title
from affiliate.networks.types import Coupon, ItemRef, ItemSnapshot
from affiliate.networks.wording import Said

_NUMBER = re.compile(r"\d{1,6}(?:\.\d{1,6})?", re.ASCII)

Rate = Callable[[Mapping[str, Any], list[str]], int | None]
"""Reads the commission rate of a product, in basis points: its unit is not the same in both interfaces."""


def snapshot(
    row: Mapping[str, Any], seen_at: datetime, rate: Rate, asked: ItemRef | None = None
) -> ItemSnapshot | None:
    """The snapshot of one product; None where it has no id. `coupon_price` of zero means that there is no coupon."""
    item_id = str(row.get("product_id") or "").strip()
    if not item_address(item_id):
        return None
    warnings: list[str] = []
    price = believable_fen(row.get("price"), "price", warnings)
    after = believable_fen(row.get("coupon_price") or None, "coupon_price", warnings)
    coupon = Coupon(price - after, threshold_minor=0) if price and after and after < price else None
    final = after if coupon else price
    earned = believable_fen(row.get("cos_fee") or None, "cos_fee", warnings)
    pictures = [row.get("cover"), *as_list(row.get("imgs"))]
    url = item_address(item_id)
    return ItemSnapshot(
        ref=ItemRef(SLUG, item_id, url=url, hints=asked.hints if asked else {}),
        title=clean_title(row.get("title")),
        url=url,
        seen_at=seen_at,
        image_url=next((clean for one in pictures if (clean := clean_picture_url(one))), ""),
        shop=clean_title(row.get("shop_name"), 100),
        price_minor=price,
        final_price_minor=final,
        coupon=coupon,
        commission_rate_bp=rate(row, warnings),
        commission_minor=earned if earned is not None and (price is None or earned <= price) else None,
        available=row.get("in_stock") is not False,
        warnings=tuple(warnings),
    )


def rate_bp(value: Any, warnings: list[str]) -> int | None:
    """Basis points; None for what is outside 0 to 100 %."""
    return _rate(value, 1, warnings)


def percent_bp(value: Any, warnings: list[str]) -> int | None:
    """Basis points of a percentage that may have decimals (10 is 10 %); None for what is outside 0 to 100 %."""
    return _rate(value, 100, warnings)


def _rate(value: Any, points: int, warnings: list[str]) -> int | None:
    if value is None or value == "":
        return None
    text = str(value).strip()
    rate = Decimal(text) * points if _NUMBER.fullmatch(text) else Decimal(-1)
    if rate != int(rate) or not 0 <= rate <= 10_000:
        warnings.append(Said("%(name)s %(value)s ignored", name="commission rate", value=text[:40]))
        return None
    return int(rate)
