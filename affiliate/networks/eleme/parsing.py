"""Turns what Ele.me's union promotes into snapshots: items in cents with a price, activities and shops without one.

Source: docs of alibaba.alsc.union.eleme.promotion.* on open.taobao.com (apiIds 60449, 67502, 67503).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from affiliate.networks.eleme.recognise import ACTIVITY, ITEM, SHOP, SLUG, split_id
from affiliate.networks.sanity import believable_minor, clean_picture_url, clean_title
from affiliate.networks.top_reading import from_epoch, rate_bp
from affiliate.networks.types import ItemRef, ItemSnapshot
from affiliate.networks.wording import Said


def snapshot(
    kind: str, data: Mapping[str, Any], seen_at: datetime, asked: ItemRef | None = None
) -> ItemSnapshot | None:
    """The snapshot of one activity, shop or item; None where it has no id."""
    readers = {ACTIVITY: _activity, SHOP: _shop, ITEM: _item}
    return readers[kind](data, seen_at, asked)


def _item(data: Mapping[str, Any], seen_at: datetime, asked: ItemRef | None) -> ItemSnapshot | None:
    ref = _ref(ITEM, data.get("item_id"), asked)
    if ref is None:
        return None
    warnings: list[str] = []
    price = cents(data.get("original_price_cent"), "price", warnings)
    final = cents(data.get("sell_price_cent"), "final price", warnings)
    price = price if price is not None else final
    if final is None or (price is not None and final > price):
        final = price
    commission = cents(data.get("commission"), "commission", warnings) if data.get("commission") else None
    ends = from_epoch(data.get("end_time"))
    return ItemSnapshot(
        ref=ref,
        title=clean_title(data.get("item_name") or data.get("title")),
        url="",
        seen_at=seen_at,
        image_url=clean_picture_url(data.get("picture")),
        shop=clean_title(data.get("shop_name"), 100),
        price_minor=price,
        final_price_minor=final,
        commission_rate_bp=rate_bp(data.get("commission_rate"), warnings, whole=1),
        commission_minor=commission if final is None or (commission or 0) <= final else None,
        available=(ends is None or ends > seen_at) and str(data.get("stock", "1")) != "0",
        warnings=tuple(warnings),
    )


def _activity(data: Mapping[str, Any], seen_at: datetime, asked: ItemRef | None) -> ItemSnapshot | None:
    ref = _ref(ACTIVITY, data.get("id"), asked)
    if ref is None:
        return None
    ends = from_epoch(data.get("end_time"))
    return ItemSnapshot(
        ref=ref,
        title=clean_title(data.get("title") or data.get("description")),
        url="",
        seen_at=seen_at,
        image_url=clean_picture_url(data.get("picture")),
        available=ends is None or ends > seen_at,
    )


def _shop(data: Mapping[str, Any], seen_at: datetime, asked: ItemRef | None) -> ItemSnapshot | None:
    ref = _ref(SHOP, data.get("shop_id"), asked)
    if ref is None:
        return None
    warnings: list[str] = []
    title = clean_title(data.get("title"))
    return ItemSnapshot(
        ref=ref,
        title=title,
        url="",
        seen_at=seen_at,
        image_url=clean_picture_url(data.get("shop_logo")),
        shop=title[:100],
        commission_rate_bp=rate_bp(data.get("commission_rate"), warnings, whole=1),
        warnings=tuple(warnings),
    )


def _ref(kind: str, bare: Any, asked: ItemRef | None) -> ItemRef | None:
    """The reference asked for, else that of the row."""
    item_id = asked.item_id if asked else f"{kind}:{bare or ''}"
    return ItemRef(SLUG, item_id, hints=asked.hints if asked else {}) if split_id(item_id)[0] == kind else None


def cents(value: Any, name: str, warnings: list[str]) -> int | None:
    """An amount in fen; None, with a warning, for what nobody can believe, fractions of a fen included."""
    if value in (None, ""):
        return None
    text = str(value).strip()
    if not text.lstrip("-").isdecimal() or len(text) > 15:
        warnings.append(Said("%(name)s %(value)s ignored", name=name, value=text[:40]))
        return None
    return believable_minor(Decimal(int(text)) / 100, name=name, warnings=warnings)
