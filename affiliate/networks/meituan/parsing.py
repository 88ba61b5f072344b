"""Turns one entry of query_coupon into a snapshot (Meituan Union docs). Money comes in yuan as text, rates as basis
points.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from affiliate.networks.meituan.recognise import SLUG, kind_and_id
from affiliate.networks.reading import part
from affiliate.networks.sanity import believable_minor, clean_picture_url, clean_title
from affiliate.networks.types import ItemRef, ItemSnapshot
from affiliate.networks.wording import Said


def snapshot(row: Mapping[str, Any], seen_at: datetime, asked: ItemRef | None = None) -> ItemSnapshot | None:
    """The snapshot of one entry; None where it carries no sign to promote it by."""
    pack, brand = part(row, "couponPackDetail"), part(row, "brandInfo")
    item_id = (asked.item_id if asked else "") or f"sku:{pack.get('productViewSign') or pack.get('skuViewId') or ''}"
    if not kind_and_id(item_id)[0]:
        return None
    warnings: list[str] = []
    price = believable_minor(pack.get("originalPrice"), name="originalPrice", warnings=warnings)
    final = believable_minor(pack.get("sellPrice"), name="sellPrice", warnings=warnings)
    if price is None or (final is not None and price < final):
        price = final
    income = part(row, "commissionInfo")
    earned = believable_minor(income.get("commission") or None, name="commission", warnings=warnings)
    return ItemSnapshot(
        ref=ItemRef(SLUG, item_id, hints=asked.hints if asked else {}),
        title=clean_title(pack.get("name")),
        url="",
        seen_at=seen_at,
        image_url=clean_picture_url(pack.get("headUrl")) or clean_picture_url(brand.get("brandLogoUrl")),
        shop=clean_title(brand.get("brandName") or part(row, "deliverablePoiInfo").get("poiName"), 100),
        price_minor=price,
        final_price_minor=final if final is not None else price,
        commission_rate_bp=rate_bp(income.get("commissionPercent"), warnings),
        commission_minor=earned if earned is not None and (final is None or earned <= final) else None,
        available=pack.get("saleStatus") not in (False, 0, "false", "0"),
        brand=clean_title(brand.get("brandName"), 100),
        warnings=tuple(warnings),
    )


def rate_bp(value: Any, warnings: list[str]) -> int | None:
    """`commissionPercent` in basis points ("400" is 4 %); None for what is outside 0 to 100 %."""
    if value in (None, ""):
        return None
    text = str(value).strip()
    whole = text.removesuffix(".0") if text.endswith(".0") else text
    if not whole.isdecimal() or len(whole) > 5 or int(whole) > 10_000:
        warnings.append(Said("%(name)s %(value)s ignored", name="commission rate", value=text[:40]))
        return None
    return int(whole)
