"""Turns one item of selection.item into a snapshot (Kuaishou platform docs). Money in fen, rates per mille."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from affiliate.networks.fen import believable_fen
from affiliate.networks.kuaishou.recognise import SLUG, item_address
from affiliate.networks.reading import as_list
from affiliate.networks.sanity import clean_picture_url, clean_title
from affiliate.networks.types import ItemRef, ItemSnapshot
from affiliate.networks.wording import Said


def snapshot(row: Mapping[str, Any], seen_at: datetime, asked: ItemRef | None = None) -> ItemSnapshot | None:
    """The snapshot of one row; None where it has no id."""
    item_id = str(row.get("goodsId") or "").strip()
    if not item_address(item_id):
        return None
    warnings: list[str] = []
    price = believable_fen(row.get("goodsPrice"), "goodsPrice", warnings)
    final = believable_fen(row.get("zkGoodsPrice"), "zkGoodsPrice", warnings)
    if price is None or (final is not None and price < final):
        price = final
    earned = believable_fen(row.get("promotionAmount") or None, "promotionAmount", warnings)
    pictures = [row.get("goodsImageUrl"), *as_list(row.get("goodsGalleryUrls"))]
    url = item_address(item_id)
    return ItemSnapshot(
        ref=ItemRef(SLUG, item_id, url=url, hints=asked.hints if asked else {}),
        title=clean_title(row.get("goodsTitle")),
        url=url,
        seen_at=seen_at,
        image_url=next((clean for one in pictures if (clean := clean_picture_url(one))), ""),
        shop=clean_title(row.get("mallName"), 100),
        price_minor=price,
        final_price_minor=final if final is not None else price,
        commission_rate_bp=rate_bp(row.get("promotionRate"), warnings),
        commission_minor=earned if earned is not None and (final is None or earned <= final) else None,
        warnings=tuple(warnings),
    )


def rate_bp(value: Any, warnings: list[str]) -> int | None:
    """Per mille as basis points; None for what is outside 0 to 100 %."""
    if value is None or value == "":
        return None
    text = str(value).strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 5 and int(text) <= 1000):
        warnings.append(Said("%(name)s %(value)s ignored", name="commission rate", value=text[:40]))
        return None
    return int(text) * 10
