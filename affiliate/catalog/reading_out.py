"""Items and matches in the form that commands print as JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from affiliate.catalog.models import Coupon, Item
from affiliate.catalog.resolve import Match
from affiliate.connections import api as connections
from affiliate.networks.api import Adapter


def match_json(match: Match, adapters: dict[str, Adapter]) -> dict[str, Any]:
    """One match of `resolve --json`."""
    ref, item = match.ref, match.item
    plain = adapters[ref.network].item_url(ref) if ref.item_id else ""
    return {
        "network": ref.network,
        "item_id": ref.item_id,
        "url": plain or ref.url or (item.url if item else ""),
        "offer": offer_json(item) if item is not None else None,
        "error": connections.error_json(match.error) if match.error else None,
    }


def offer_json(item: Item) -> dict[str, Any] | None:
    """What is known of the item's offer; None where nothing is."""
    if not item.title and item.final_price_minor is None:
        return None
    return {
        "title": item.title,
        "image_url": item.image_url,
        "shop": item.shop,
        "currency": item.currency,
        "price_minor": item.price_minor,
        "final_price_minor": item.final_price_minor,
        "coupon": coupon_json(Coupon.objects.filter(item=item, current=True).first()),
        "commission_rate_bp": item.commission_rate_bp,
        "commission_minor": item.commission_minor,
        "source": item.source,
        "seen_at": iso(item.seen_at),
    }


def coupon_json(coupon: Coupon | None) -> dict[str, Any] | None:
    """The current coupon."""
    if coupon is None:
        return None
    return {
        "amount_minor": coupon.amount_minor,
        "threshold_minor": coupon.threshold_minor,
        "starts_at": iso(coupon.starts_at),
        "ends_at": iso(coupon.ends_at),
        "remaining": coupon.remaining,
    }


def iso(at: datetime | None) -> str | None:
    """A time in UTC as ISO 8601."""
    return at.astimezone(UTC).isoformat() if at is not None else None


def yuan(minor: int | None, currency: str) -> str:
    """An amount for a person at a terminal."""
    if minor is None:
        return "-"
    sign = "¥" if currency == "CNY" else f"{currency} "
    return f"{sign}{minor // 100}.{minor % 100:02d}"
