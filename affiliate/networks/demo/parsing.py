"""Turns the demo shop's JSON into our value types; amounts arrive in yuan, times in ISO 8601."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from affiliate.networks.doubts import doubting
from affiliate.networks.errors import ProtocolError
from affiliate.networks.privacy import without_personal
from affiliate.networks.sanity import believable_minor, clean_title, exact_minor, storable
from affiliate.networks.types import Coupon, ItemRef, ItemSnapshot, LineState, OrderLine, OrderPage, RejectedRow

SLUG = "demo"
STATES = {
    "PAID": LineState.PENDING,
    "CONFIRMED": LineState.CONFIRMED,
    "SETTLED": LineState.SETTLED,
    "REFUNDED": LineState.INVALID,
}


def snapshot(row: Any) -> ItemSnapshot:
    """One item. Raises ProtocolError where a needed field is missing."""
    try:
        warnings: list[str] = []
        rate = row.get("commission_rate")
        return ItemSnapshot(
            ref=ItemRef(SLUG, str(row["item_id"]), url=str(row["url"])),
            title=clean_title(str(row["title"])),
            url=str(row["url"]),
            seen_at=datetime.now(UTC),
            image_url=str(row.get("picture_url") or ""),
            shop=clean_title(str(row.get("shop") or ""), 100),
            price_minor=believable_minor(row.get("price"), name="price", warnings=warnings),
            final_price_minor=believable_minor(row.get("final_price"), name="final price", warnings=warnings),
            coupon=_coupon(row.get("coupon")),
            commission_rate_bp=int(Decimal(str(rate)) * 100) if rate is not None else None,
            commission_minor=exact_minor(row["commission"]) if row.get("commission") is not None else None,
            available=bool(row.get("in_stock", True)),
            brand=clean_title(str(row.get("brand") or ""), 100),
            category=clean_title(str(row.get("category") or ""), 100),
            barcode=str(row.get("barcode") or "")[:40],
            warnings=tuple(warnings),
        )
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as exc:
        raise _unreadable("item", exc) from exc


def order_page(rows: Sequence[Any]) -> OrderPage:
    """The lines of a page. A row that cannot be read is told with its place, and the others still count."""
    lines: list[OrderLine] = []
    rejected: list[RejectedRow] = []
    for number, row in enumerate(rows, 1):
        try:
            lines.append(order_line(row))
        except ProtocolError as error:
            rejected.append(RejectedRow(number, error.detail))
    return OrderPage(tuple(lines), tuple(rejected))


@doubting
def order_line(row: Any) -> OrderLine:
    """One order line, without its buyer. Raises ProtocolError where a needed field is missing."""
    try:
        word = str(row["status"])
        settled = row.get("settled_commission")
        return OrderLine(
            network=SLUG,
            order_id=str(row["order_id"]),
            line_id=str(row["line_id"]),
            state=STATES.get(word, LineState.PENDING),
            network_state=word,
            unknown_state=word not in STATES,
            amount_minor=exact_minor(row["paid_amount"]),
            estimated_commission_minor=exact_minor(row["estimated_commission"]),
            settled_commission_minor=exact_minor(settled) if settled is not None else None,
            refunded_minor=exact_minor(row.get("refund_amount") or "0"),
            sub_id=str(row.get("sub") or ""),
            item_id=str(row.get("item_id") or ""),
            item_title=clean_title(str(row.get("title") or "")),
            shop=clean_title(str(row.get("shop") or ""), 100),
            quantity=max(int(row.get("quantity") or 1), 1),
            placed_at=_time(row["created_at"]),
            updated_at=_time(row["updated_at"]),
            finished_at=_time(row["confirmed_at"]) if row.get("confirmed_at") else None,
            settled_at=_time(row["settled_at"]) if row.get("settled_at") else None,
            raw=storable(without_personal(dict(row))),
        )
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as exc:
        raise _unreadable("order", exc) from exc


def _coupon(row: Mapping[str, Any] | None) -> Coupon | None:
    if not row:
        return None
    return Coupon(
        exact_minor(row["amount"]),
        exact_minor(row.get("threshold") or "0"),
        starts_at=_time(row["starts_at"]) if row.get("starts_at") else None,
        ends_at=_time(row["ends_at"]) if row.get("ends_at") else None,
    )


def _time(text: Any) -> datetime:
    found = datetime.fromisoformat(str(text))
    if found.tzinfo is None:
        raise ValueError(f"{text!r} has no zone")
    return found.astimezone(UTC)


def _unreadable(what: str, exc: Exception) -> ProtocolError:
    return ProtocolError(
        "The demo shop's answer has another form than documented.", network=SLUG, detail=f"{what}: {exc!r}"[:200]
    )
