"""Turns one item of a shop into a snapshot (Youzan docs, youzan.item.get and youzan.items.onsale.get). Money in fen,
salesmen's rates in per cent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from affiliate.networks.fen import believable_fen
from affiliate.networks.reading import rows_of
from affiliate.networks.sanity import clean_picture_url, clean_title
from affiliate.networks.types import ItemRef, ItemSnapshot
from affiliate.networks.wording import Said
from affiliate.networks.youzan.recognise import SLUG, item_address


def snapshot(row: Mapping[str, Any], seen_at: datetime, asked: ItemRef | None = None) -> ItemSnapshot | None:
    """The snapshot of one row; None where it has no alias. `price` is what a buyer pays; `origin_price` any words."""
    alias = str(row.get("alias") or "").strip()
    url = item_address(alias)
    if not url:
        return None
    warnings: list[str] = []
    price = believable_fen(row.get("price"), "price", warnings)
    pictures = [row.get("pic_url"), row.get("image"), *(one.get("url") for one in rows_of(row.get("item_imgs")))]
    return ItemSnapshot(
        ref=ItemRef(SLUG, alias, url=url, hints=asked.hints if asked else {}),
        title=clean_title(row.get("title")),
        url=url,
        seen_at=seen_at,
        image_url=next((clean for one in pictures if (clean := clean_picture_url(one))), ""),
        price_minor=price,
        final_price_minor=price,
        available=row.get("is_listing") is not False and str(row.get("quantity")) != "0",
        warnings=tuple(warnings),
    )


def with_rate(found: ItemSnapshot, row: Mapping[str, Any]) -> ItemSnapshot:
    """The snapshot with what youzan.salesman.items.get says of its item."""
    warnings = list(found.warnings)
    if str(row.get("is_join")) == "0":
        warnings.append(Said("the shop pays no commission for this item"))
        return replace(found, warnings=tuple(warnings))
    rate = rate_bp(row.get("i_rate"), warnings)
    return replace(found, commission_rate_bp=rate, warnings=tuple(warnings))


def rate_bp(value: Any, warnings: list[str]) -> int | None:
    """Per cent as basis points; None for what is outside 0 to 100 %."""
    if value is None or value == "":
        return None
    try:
        rate = Decimal(str(value).strip())
    except InvalidOperation:
        rate = Decimal(-1)
    if not rate.is_finite() or not 0 <= rate <= 100:
        warnings.append(Said("%(name)s %(value)s ignored", name="commission rate", value=str(value)[:40]))
        return None
    return int(rate * 100)
