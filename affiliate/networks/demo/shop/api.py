"""The demo shop as a network: a signed JSON API with item look-up, search, promotion links and orders.

Every answer is HTTP 200 with `{"code", "message", "data"}`, as the big networks do it: code 0 is success.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from affiliate.networks.demo import signing
from affiliate.networks.demo.shop.catalogue import Product, find, products
from affiliate.networks.demo.shop.store import Order, Store

CLOCK_TOLERANCE = 600
LONGEST_WINDOW_MS = 24 * 3600 * 1000
PAGE_SIZE = 100
SUB_ID = re.compile(r"[a-z0-9]{1,20}")

SIGNATURE_WRONG, CLOCK_WRONG, PARAMETER_WRONG, NO_SUCH_ITEM, WINDOW_TOO_LONG = 4001, 4002, 4003, 4004, 4005

Query = Mapping[str, str]


class ApiError(Exception):
    """A refusal: code and message go into the answer."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Api:
    """Answers calls; knows nothing of HTTP but headers and query."""

    def __init__(self, store: Store, public_url: str, key: str, secret: str) -> None:
        self.store = store
        self.public_url = public_url.rstrip("/")
        self.key = key
        self.secret = secret
        self.calls: dict[str, Callable[[Query], Any]] = {
            "/api/item": self.item,
            "/api/search": self.search,
            "/api/link": self.link,
            "/api/orders": self.orders,
        }

    def answer(self, method: str, path: str, query: Query, headers: Mapping[str, str]) -> dict[str, Any]:
        """The answer to one call, refusals included."""
        try:
            self._check_signature(method, path, query, headers)
            call = self.calls.get(path)
            if call is None:
                raise ApiError(PARAMETER_WRONG, f"no such call: {path[:60]}")
            return {"code": 0, "message": "ok", "data": call(query)}
        except ApiError as error:
            return {"code": error.code, "message": str(error), "data": None}

    def _check_signature(self, method: str, path: str, query: Query, headers: Mapping[str, str]) -> None:
        timestamp = headers.get(signing.TIME_HEADER, "")
        expected = signing.signature(self.secret, method, path, query.items(), timestamp)
        if headers.get(signing.KEY_HEADER, "") != self.key or not signing.matches(
            expected, headers.get(signing.SIGNATURE_HEADER, "")
        ):
            raise ApiError(SIGNATURE_WRONG, "key or signature is wrong")
        if not re.fullmatch(r"\d{1,12}", timestamp) or abs(int(timestamp) - self.store.clock()) > CLOCK_TOLERANCE:
            raise ApiError(CLOCK_WRONG, "timestamp is more than 10 minutes off")

    def item(self, query: Query) -> dict[str, Any]:
        return self._item(self._product(query))

    def search(self, query: Query) -> dict[str, Any]:
        page, size = _whole(query, "page", 1, 1000), _whole(query, "page_size", 20, PAGE_SIZE)
        found = find(query.get("q", ""))
        return {
            "total": len(found),
            "items": [self._item(product) for product in found[(page - 1) * size : page * size]],
        }

    def link(self, query: Query) -> dict[str, Any]:
        """A promotion link. `{token}` stands where a per-click value may be put; `placement` counts without one."""
        product, sub_id = self._product(query), query.get("sub_id", "")
        if sub_id and not SUB_ID.fullmatch(sub_id):
            raise ApiError(PARAMETER_WRONG, "sub_id must be 1 to 20 of a-z and 0-9")
        placement = f"placement={sub_id}&" if sub_id else ""
        return {"url": f"{self.public_url}/item/{product.id}?{placement}sub={{token}}", "sub_id": sub_id}

    def orders(self, query: Query) -> dict[str, Any]:
        """Orders of one window, [from, to), in order of time; `next` is where the following page begins."""
        column = {"updated": "updated_ms", "created": "created_ms", "finished": "confirmed_ms"}.get(
            query.get("time_type", "updated")
        )
        if column is None:
            raise ApiError(PARAMETER_WRONG, "time_type must be updated, created or finished")
        start, end = _moment(query, "from"), _moment(query, "to")
        if end - start > LONGEST_WINDOW_MS:
            raise ApiError(WINDOW_TOO_LONG, "a window may be one day long at most")
        size = _whole(query, "page_size", 50, PAGE_SIZE)
        found = self.store.changed_between(column, start, end, _place(query), size + 1)
        last = found[size - 1] if len(found) > size else None
        place = f"{getattr(last, column)}-{last.order_id}" if last else ""
        return {"orders": [_order(order) for order in found[:size]], "next": place}

    def _product(self, query: Query) -> Product:
        product = products().get(query.get("item_id", ""))
        if product is None:
            raise ApiError(NO_SUCH_ITEM, "no such item")
        return product

    def _item(self, product: Product) -> dict[str, Any]:
        now = self.store.clock()
        coupon = product.coupon(self.store.opened_at, now)
        final = product.amount_minor(1, self.store.opened_at, now)
        return {
            "item_id": product.id,
            "title": product.title,
            "brand": product.brand,
            "barcode": product.barcode,
            "category": product.category,
            "shop": product.shop,
            "url": f"{self.public_url}/item/{product.id}",
            "picture_url": f"{self.public_url}/picture/{product.id}.webp",
            "price": _yuan(product.price_minor),
            "final_price": _yuan(final),
            "commission_rate": _percent(product.commission_rate_bp),
            "commission": _yuan(product.commission_minor(final)),
            "in_stock": product.in_stock,
            "coupon": {
                "amount": _yuan(coupon.amount_minor),
                "threshold": _yuan(coupon.threshold_minor),
                "starts_at": _iso(int(coupon.starts_at * 1000)),
                "ends_at": _iso(int(coupon.ends_at * 1000)),
            }
            if coupon
            else None,
        }


def _order(order: Order) -> dict[str, Any]:
    """An order as the network reports it. It names a buyer, as real networks do; adapters must drop that."""
    return {
        "order_id": order.order_id,
        "line_id": f"{order.order_id}-1",
        "status": order.status,
        "item_id": order.item_id,
        "title": order.title,
        "shop": order.shop,
        "quantity": order.quantity,
        "paid_amount": _yuan(order.amount_minor),
        "refund_amount": _yuan(order.amount_minor if order.refunded_ms else 0),
        "estimated_commission": _yuan(order.commission_minor),
        "settled_commission": _yuan(order.commission_minor) if order.settled_ms else None,
        "sub": order.sub,
        "buyer_nick": f"演示买家{order.order_id[-4:]}",
        "created_at": _iso(order.created_ms),
        "confirmed_at": _iso(order.confirmed_ms),
        "settled_at": _iso(order.settled_ms),
        "updated_at": _iso(order.updated_ms),
    }


def _yuan(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


def _percent(bp: int) -> str:
    return f"{bp // 100}.{bp % 100:02d}"


def _iso(ms: int | None) -> str | None:
    if ms is None:
        return None
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _whole(query: Query, name: str, default: int, highest: int) -> int:
    text = query.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= highest:
        raise ApiError(PARAMETER_WRONG, f"{name} must be 1 to {highest}")
    return int(text)


def _moment(query: Query, name: str) -> int:
    try:
        moment = datetime.fromisoformat(query.get(name, ""))
        if moment.tzinfo is None:
            raise ValueError
        return round(moment.timestamp() * 1000)
    except (ValueError, OverflowError):
        raise ApiError(PARAMETER_WRONG, f"{name} must be a time with its zone") from None


def _place(query: Query) -> tuple[int, str]:
    text = query.get("after", "")
    if not text:
        return (-1, "")
    match = re.fullmatch(r"(\d{1,15})-(\d{1,24})", text)
    if match is None:
        raise ApiError(PARAMETER_WRONG, "after must be what the page before said")
    return (int(match[1]), match[2])
