"""Turns one item of the union's search and detail calls into a snapshot (open.taobao.com docIds 64759, 64763).

Prices are yuan as text; rates in percent; coupons stand among other promotions, told by their words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from affiliate.networks.reading import part
from affiliate.networks.sanity import believable_minor, clean_picture_url, clean_title
from affiliate.networks.taobao.recognise import SLUG, item_address
from affiliate.networks.top_reading import from_epoch, listed, rate_bp, rows_of
from affiliate.networks.types import Coupon, ItemRef, ItemSnapshot

_FULL_REDUCTION = re.compile(r"满\s*(\d{1,7}(?:\.\d{1,2})?)\s*元?\s*(?:减|送|返)\s*(\d{1,7}(?:\.\d{1,2})?)")


def snapshot(row: Mapping[str, Any], seen_at: datetime, asked: ItemRef | None = None) -> ItemSnapshot | None:
    """The snapshot of one row; None where it has no id. Keeps the id that was asked for, where one was."""
    item_id = (asked.item_id if asked else "") or str(row.get("item_id") or "")
    url = item_address(item_id)
    if not url:
        return None
    warnings: list[str] = []
    info, prices = part(row, "item_basic_info"), part(row, "price_promotion_info")
    price = _price(prices, warnings)
    coupon = best_coupon(prices, price, seen_at, warnings)
    return ItemSnapshot(
        ref=ItemRef(SLUG, item_id, url=url, hints=asked.hints if asked else {}),
        title=clean_title(info.get("title") or info.get("short_title")),
        url=url,
        seen_at=seen_at,
        image_url=_picture(info),
        shop=clean_title(info.get("shop_title") or info.get("nick"), 100),
        price_minor=price,
        final_price_minor=_final_price(prices, price, coupon, warnings),
        coupon=coupon,
        commission_rate_bp=rate_bp(part(row, "publish_info").get("income_rate"), warnings),
        commission_minor=_commission(row, price, warnings),
        brand=clean_title(info.get("brand_name"), 100),
        category=clean_title(info.get("category_name") or info.get("level_one_category_name"), 100),
        warnings=tuple(warnings),
    )


def snapshots(rows: Iterable[Mapping[str, Any]], seen_at: datetime) -> Iterator[ItemSnapshot]:
    """The snapshots of a page of results; rows without an id are left out: the union hides some on purpose."""
    for row in rows:
        if (found := snapshot(row, seen_at)) is not None:
            yield found


def same_item(one: str, other: str) -> bool:
    """True for two ids of one item: the front part of a 新商品ID changes with every answer, the back part stays."""
    if one == other:
        return True
    backs = [item_id.partition("-")[2] for item_id in (one, other)]
    return bool(backs[0]) and backs[0] == backs[1]


def _price(prices: Mapping[str, Any], warnings: list[str]) -> int | None:
    """What the shop asks: 折扣价, else 一口价."""
    for name in ("zk_final_price", "reserve_price"):
        if (found := believable_minor(prices.get(name), name="price", warnings=warnings)) is not None:
            return found
    return None


def _final_price(
    prices: Mapping[str, Any], price: int | None, coupon: Coupon | None, warnings: list[str]
) -> int | None:
    """What one buyer pays: the union's own 到手价 where it can be believed, else worked out from the parts."""
    stated = believable_minor(prices.get("final_promotion_price"), name="final price", warnings=warnings)
    if stated is not None and (price is None or stated <= price):
        return stated if price is not None else None
    if price is None or coupon is None or price < coupon.threshold_minor:
        return price
    return price - coupon.amount_minor


def best_coupon(prices: Mapping[str, Any], price: int | None, now: datetime, warnings: list[str]) -> Coupon | None:
    """The largest coupon that can be taken now and fits the price. Other promotions are no coupon to anybody."""
    found: dict[str, Coupon] = {}
    for name in ("final_promotion_path_list", "more_promotion_list"):
        for row in rows_of(prices.get(name)):
            coupon = _coupon(row, warnings)
            if coupon is None or _unfit(coupon, price, now):
                continue
            found.setdefault(str(row.get("promotion_id") or len(found)), coupon)
    return max(found.values(), key=lambda coupon: coupon.amount_minor, default=None)


def _unfit(coupon: Coupon, price: int | None, now: datetime) -> bool:
    over = coupon.ends_at is not None and coupon.ends_at <= now
    early = coupon.starts_at is not None and coupon.starts_at > now
    beyond = price is not None and (coupon.amount_minor >= price or coupon.threshold_minor > price)
    return over or early or beyond


def _coupon(row: Mapping[str, Any], warnings: list[str]) -> Coupon | None:
    title, words = str(row.get("promotion_title") or "")[:200], str(row.get("promotion_desc") or "")[:200]
    if "券" not in title + words:
        return None
    stated = _FULL_REDUCTION.search(words) or _FULL_REDUCTION.search(title)
    fee = row.get("promotion_fee") or (stated.group(2) if stated else None)
    amount = believable_minor(fee, name="coupon", warnings=warnings)
    if amount is None:
        return None
    threshold = believable_minor(stated.group(1), name="coupon threshold", warnings=warnings) if stated else 0
    return Coupon(
        amount_minor=amount,
        threshold_minor=threshold or 0,
        starts_at=from_epoch(row.get("promotion_start_time")),
        ends_at=from_epoch(row.get("promotion_end_time")),
    )


def _picture(info: Mapping[str, Any]) -> str:
    """The first usable picture."""
    urls = [info.get("pict_url"), info.get("white_image"), *listed(info.get("small_images"))]
    return next((clean for url in urls if (clean := clean_picture_url(url))), "")


def _commission(row: Mapping[str, Any], price: int | None, warnings: list[str]) -> int | None:
    """The union's estimate for one piece, subsidy included; never more than the price."""
    income = part(part(row, "publish_info"), "income_info")
    parts = [
        believable_minor(income.get(name), name="commission", warnings=warnings)
        for name in ("commission_amount", "subsidy_amount")
        if str(income.get(name) or "0").strip("0.") != ""
    ]
    total = sum(amount for amount in parts if amount is not None)
    return total if total and (price is None or total <= price) else None
