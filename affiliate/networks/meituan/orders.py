"""Turns one order of query_order into order lines (Meituan Union docs: 查询订单). Amounts in yuan, times in
epoch seconds. An order with parts (vouchers) makes a line of each part, whose own state and money hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from affiliate.networks.doubts import doubting
from affiliate.networks.meituan.codes import PART_STATES, STATES
from affiliate.networks.meituan.recognise import SLUG
from affiliate.networks.privacy import without_personal
from affiliate.networks.reading import lines_of, rows_of
from affiliate.networks.sanity import clean_title, exact_minor, storable
from affiliate.networks.types import LineState, OrderLine, RejectedRow
from affiliate.networks.wording import Said, in_field

CPA = "2"
"""`tradeType` of an order paid for the new customer, not by the price."""


def read_rows(rows: list[Any], first_line: int = 1) -> tuple[tuple[OrderLine, ...], tuple[RejectedRow, ...]]:
    """The lines of one page, and apart from them the orders that could not be read."""
    return lines_of(rows, order_lines, first_line)


@doubting
def order_lines(row: Any) -> list[OrderLine]:
    """The lines of one order. Raises ValueError saying which field cannot be read."""
    if not isinstance(row, Mapping):
        raise ValueError(Said("the row is not an object"))
    order_id = str(row.get("orderId") or "").strip()
    if not order_id.strip("0"):
        raise ValueError(Said("%(field)s is missing", field="orderId"))
    placed_at = time_of(row, "payTime")
    if placed_at is None:
        raise ValueError(Said("%(field)s is missing", field="payTime"))
    parts = rows_of(row.get("orderDetail"))
    if not parts:
        return [_whole(row, order_id, placed_at)]
    raw = storable(without_personal({name: value for name, value in row.items() if name != "orderDetail"}))
    return [_part(row, entry, raw, order_id, placed_at) for entry in parts]


def _whole(row: Mapping[str, Any], order_id: str, placed_at: datetime) -> OrderLine:
    word = str(row.get("status") if row.get("status") is not None else "")
    state = STATES.get(word, LineState.PENDING)
    paid, back = ("cpaProfit", "cpaRefundProfit") if str(row.get("tradeType")) == CPA else ("profit", "refundProfit")
    estimate, lost = amount(row, paid), amount(row, back)
    return OrderLine(
        line_id=order_id,
        state=state,
        network_state=word,
        unknown_state=word not in STATES,
        amount_minor=amount(row, "payPrice"),
        estimated_commission_minor=estimate,
        settled_commission_minor=told(row, paid) - lost if state is LineState.SETTLED else None,
        refunded_minor=amount(row, "refundPrice"),
        updated_at=time_of(row, "updateTime"),
        raw=storable(without_personal(row)),
        **_shared(row, order_id, placed_at),
    )


def _part(row: Mapping[str, Any], entry: Mapping[str, Any], raw: Any, order_id: str, placed_at: datetime) -> OrderLine:
    """One voucher of an order. A void one says no commission any more; its order's own sums are not used."""
    word = str(entry.get("couponStatus") if entry.get("couponStatus") is not None else "")
    state = PART_STATES.get(word, LineState.PENDING)
    part_id = str(entry.get("itemOrderId") or entry.get("orderViewId") or "").strip()
    if not part_id:
        raise ValueError(Said("%(field)s is missing", field="itemOrderId"))
    estimate, lost = amount(entry, "couponFee"), amount(entry, "refundFee")
    return OrderLine(
        line_id=f"{order_id}_{part_id}",
        state=state,
        network_state=f"couponStatus {word}",
        unknown_state=word not in PART_STATES,
        amount_minor=amount(entry, "basicAmount"),
        estimated_commission_minor=estimate,
        settled_commission_minor=told(entry, "couponFee") - lost if state is LineState.SETTLED else None,
        refunded_minor=amount(entry, "refundAmount"),
        updated_at=time_of(entry, "updateTime") or time_of(row, "updateTime"),
        finished_at=time_of(entry, "finishTime"),
        settled_at=time_of(entry, "settleTime"),
        raw={**raw, "orderDetail": [storable(without_personal(entry))]},
        **_shared(row, order_id, placed_at),
    )


def _shared(row: Mapping[str, Any], order_id: str, placed_at: datetime) -> dict[str, Any]:
    """What an order and its parts have in common."""
    product, activity = str(row.get("productId") or ""), str(row.get("actId") or "")
    item = f"sku:{product}" if product.strip("0") else f"act:{activity}" if activity.strip("0") else ""
    return {
        "network": SLUG,
        "order_id": order_id,
        "sub_id": str(row.get("sid") or "").strip(),
        "placed_at": placed_at,
        "paid_at": placed_at,
        "item_id": item[:200],
        "item_title": clean_title(row.get("productName")),
    }


def amount(row: Mapping[str, Any], name: str) -> int:
    """Yuan as fen; what is absent is nothing. An error names the field."""
    value = row.get(name)
    try:
        return exact_minor(value) if value not in (None, "") else 0
    except ValueError as exc:
        raise ValueError(in_field(name, exc)) from None


def told(row: Mapping[str, Any], name: str) -> int:
    """An amount that must stand there. Raises ValueError: an absent amount is no zero that was paid."""
    if row.get(name) in (None, ""):
        raise ValueError(Said("%(field)s is missing", field=name))
    return amount(row, name)


def time_of(row: Mapping[str, Any], name: str) -> datetime | None:
    """Epoch seconds in UTC; None for none and for zero."""
    text = str(row.get(name) or "").strip()
    if not text.strip("0"):
        return None
    if not text.isdecimal() or not 1_000_000_000 <= int(text[:12]) < 4_102_444_800:
        raise ValueError(in_field(name, ValueError(Said("%(value)s is not a time", value=repr(text[:40])))))
    return datetime.fromtimestamp(int(text), UTC)
