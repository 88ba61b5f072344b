"""The goods of the demo shop: read from products.json, with coupons that live on the shop's own clock."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

PRODUCTS_FILE = Path(__file__).with_name("products.json")
FARM_FILE = Path(__file__).with_name("farm.json")
PICTURES = Path(__file__).with_name("pictures")

HOUR = 3600.0
FARM = "farm-"
RENEWED_FROM_HOURS = 48
"""Coupons that live this long or longer are issued again when they end, so that an old demo still has some."""


@dataclass(frozen=True, slots=True)
class ShopCoupon:
    """An amount off one order, in fen; times in seconds since 1970."""

    amount_minor: int
    threshold_minor: int
    starts_at: float
    ends_at: float

    def live(self, now: float) -> bool:
        return self.starts_at <= now < self.ends_at


@dataclass(frozen=True, slots=True)
class Product:
    """One article of the catalogue, as products.json has it."""

    id: str
    title: str
    brand: str
    category: str
    channel: str
    price_minor: int
    commission_rate_bp: int
    picture: str
    shop: str
    in_stock: bool
    specs: tuple[str, ...]
    coupon_amount_minor: int = 0
    coupon_threshold_minor: int = 0
    coupon_hours: float = 0.0
    barcode: str = ""

    @property
    def path(self) -> str:
        """Where its page is."""
        return f"/farm/{self.id.removeprefix(FARM)}" if self.of_farm else f"/item/{self.id}"

    @property
    def of_farm(self) -> bool:
        """True for what the farm sells: a merchant in the shop's corner that pays the site directly."""
        return self.id.startswith(FARM)

    def coupon(self, opened_at: float, now: float) -> ShopCoupon | None:
        """The coupon as it stands now, an expired one included. `opened_at` is when the shop first opened."""
        if not self.coupon_amount_minor:
            return None
        length = self.coupon_hours * HOUR
        start = opened_at if length > 0 else opened_at + length - 24 * HOUR
        if self.coupon_hours >= RENEWED_FROM_HOURS and now > opened_at:
            start = opened_at + (now - opened_at) // length * length
        end = start + length if length > 0 else opened_at + length
        return ShopCoupon(self.coupon_amount_minor, self.coupon_threshold_minor, start, end)

    def amount_minor(self, quantity: int, opened_at: float, now: float) -> int:
        """What a buyer pays for `quantity` of it now: the coupon comes off once, where its threshold is met."""
        full = self.price_minor * quantity
        coupon = self.coupon(opened_at, now)
        if coupon and coupon.live(now) and full >= coupon.threshold_minor:
            return full - coupon.amount_minor
        return full

    def commission_minor(self, amount_minor: int) -> int:
        """Our commission on an amount, rounded down to the fen."""
        return amount_minor * self.commission_rate_bp // 10_000


@cache
def products() -> dict[str, Product]:
    """Every article of the demo network by id, in the order of the file."""
    return _read(PRODUCTS_FILE)


@cache
def farm_goods() -> dict[str, Product]:
    """What the farm sells, by id."""
    return _read(FARM_FILE)


def article(product_id: str) -> Product | None:
    """An article of either, None for none."""
    return products().get(product_id) or farm_goods().get(product_id)


def _read(file: Path) -> dict[str, Product]:
    return {row["id"]: _product(row) for row in json.loads(file.read_text(encoding="utf-8"))}


def find(query: str) -> list[Product]:
    """Articles that hold every word of the query in title, brand, category or shop; all of them for no words."""
    words = query.lower().split()
    return [
        product
        for product in products().values()
        if all(word in f"{product.title} {product.brand} {product.category} {product.shop}".lower() for word in words)
    ]


def instead_of(product: Product) -> Product:
    """What a buyer takes where an article is sold out: the next one of its channel that is there."""
    if product.in_stock:
        return product
    peers = [peer for peer in products().values() if peer.channel == product.channel and peer.in_stock]
    return min(peers, key=lambda peer: abs(peer.price_minor - product.price_minor))


def _product(row: dict[str, Any]) -> Product:
    fields = {name: row[name] for name in Product.__slots__ if name in row}
    fields["specs"] = tuple(row["specs"])
    coupon = row["coupon"]
    if isinstance(coupon, dict):
        fields["coupon_amount_minor"] = coupon["amount_minor"]
        fields["coupon_threshold_minor"] = coupon["threshold_minor"]
        fields["coupon_hours"] = float(coupon["hours_until_end"])
    return Product(**fields)
