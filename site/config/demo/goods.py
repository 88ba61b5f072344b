"""The demo's goods: items of the demo shop, of jd and of a direct merchant, each with a history of prices."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from affiliate.catalog.api import Item, PriceObservation, Source, record_snapshot
from affiliate.connections.api import recognisers
from affiliate.networks.api import Coupon, ItemRef, ItemSnapshot

SHOP = settings.ROOT / "affiliate" / "networks" / "demo" / "shop" / "products.json"


def load(data: Path, now: datetime) -> dict[str, Item]:
    """Items by their reference (`demo:demo-1001`). Running it again changes nothing but what is newer."""
    rows = {f"demo:{row['id']}": row | {"ref": f"demo:{row['id']}"} for row in json.loads(SHOP.read_text())}
    for row in json.loads((data / "items.json").read_text()):
        rows[row["ref"]] = rows.get(row["ref"], {}) | row
    adapters = {adapter.slug: adapter for adapter in recognisers()}
    items = {}
    for ref, row in rows.items():
        network, _, item_id = ref.partition(":")
        item = record_snapshot(_snapshot(ItemRef(network, item_id), row, adapters, now))
        _history(item, row.get("price_history", []), now)
        items[ref] = item
    return items


def _snapshot(ref: ItemRef, row: dict[str, Any], adapters: dict[str, Any], now: datetime) -> ItemSnapshot:
    coupon = _coupon(row.get("coupon"), now)
    price = row["price_minor"]
    off = coupon.amount_minor if coupon and price >= coupon.threshold_minor and coupon.ends_at > now else 0  # type: ignore[operator]
    final = row.get("final_price_minor") or price - off
    picture = row.get("image") or f"/static/demo/items/{ref.item_id.replace(':', '-')}.webp"
    return ItemSnapshot(
        ref=ref,
        title=row["title"],
        url=adapters[ref.network].item_url(ref),
        seen_at=now,
        image_url=picture,
        shop=row.get("shop", ""),
        price_minor=price,
        final_price_minor=final,
        coupon=coupon,
        commission_rate_bp=row.get("commission_rate_bp"),
        commission_minor=final * row.get("commission_rate_bp", 0) // 10_000,
        available=row.get("available", True),
        brand=row.get("brand", ""),
        barcode=row.get("barcode", ""),
    )


def _coupon(row: dict[str, Any] | None, now: datetime) -> Coupon | None:
    if not row:
        return None
    ends_at = now + timedelta(hours=row["hours_until_end"])
    return Coupon(row["amount_minor"], row["threshold_minor"], starts_at=now - timedelta(days=5), ends_at=ends_at)


def _history(item: Item, steps: list[list[int]], now: datetime) -> None:
    if item.observations.count() > 1:
        return
    PriceObservation.objects.bulk_create(
        PriceObservation(
            item=item,
            seen_at=now - timedelta(days=days, hours=item.pk % 11),
            price_minor=price,
            final_price_minor=final,
            source=Source.API,
        )
        for days, price, final in steps
        if days > 0
    )
