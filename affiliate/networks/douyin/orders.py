"""Turns one order of Pangle or of 抖店 into an order line (穿山甲 docs, 电商 CPS; 抖店 docs, buyin.doukeOrderAds).
Money in fen, times in Beijing time. What is estimated comes after the technical service fee.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from affiliate.networks.clocks import BEIJING
from affiliate.networks.doubts import doubting
from affiliate.networks.douyin.codes import STATES
from affiliate.networks.douyin.recognise import SLUG
from affiliate.networks.fen import fen
from affiliate.networks.privacy import without_personal
from affiliate.networks.reading import lines_of, part
from affiliate.networks.sanity import clean_title, storable
from affiliate.networks.types import Doubt, LineState, OrderLine, RejectedRow
from affiliate.networks.wording import Said, in_field

REFUNDED = "2"
"""`after_sales_status` of an order that was given back; seen in samples, and in no table."""


@dataclass(frozen=True, slots=True)
class Names:
    """What one of the interfaces calls the fields that they do not call alike."""

    estimated: str
    fee: str


PANGLE = Names(estimated="estimated_commission", fee="estimated_tech_service_fee")


def read_rows(
    rows: list[Any], first_line: int = 1, names: Names = PANGLE
) -> tuple[tuple[OrderLine, ...], tuple[RejectedRow, ...]]:
    """The lines of one page, and apart from them the orders that could not be read."""
    return lines_of(rows, lambda row: order_line(row, names), first_line)


@doubting
def order_line(row: Any, names: Names = PANGLE) -> OrderLine:
    """One order, which holds one product. Raises ValueError saying which field cannot be read."""
    if not isinstance(row, Mapping):
        raise ValueError(Said("the row is not an object"))
    order_id, product = str(row.get("order_id") or "").strip(), str(row.get("product_id") or "").strip()
    if not order_id.strip("0"):
        raise ValueError(Said("%(field)s is missing", field="order_id"))
    placed_at = time_of(row, "pay_success_time")
    if placed_at is None:
        raise ValueError(Said("%(field)s is missing", field="pay_success_time"))
    state, word, doubt = state_of(row)
    through = part(row, "pid_info")
    return OrderLine(
        network=SLUG,
        order_id=order_id,
        line_id=order_id,
        state=state,
        network_state=word,
        unknown_state=str(row.get("flow_point") or "") not in STATES,
        doubt=doubt,
        service_fee_minor=amount(row, names.fee),
        amount_minor=amount(row, "pay_goods_amount" if row.get("pay_goods_amount") else "total_pay_amount"),
        estimated_commission_minor=amount(row, names.estimated),
        settled_commission_minor=_settled(row) if state is LineState.SETTLED else None,
        sub_id=str(row.get("external_info") or through.get("external_info") or "").strip(),
        ad_slot=str(through.get("pid") or "").strip()[:100],
        placed_at=placed_at,
        paid_at=placed_at,
        updated_at=time_of(row, "update_time"),
        finished_at=time_of(row, "confirm_time"),
        settled_at=time_of(row, "settle_time"),
        raw=storable(without_personal(row)),
        item_id=product,
        item_title=clean_title(row.get("product_name")),
        shop=clean_title(row.get("shop_name"), 100),
        quantity=max(amount(row, "item_num"), 1),
    )


def state_of(row: Mapping[str, Any]) -> tuple[LineState, str, str]:
    """Our state, Douyin's words, and what is doubtful. An order that says it was given back and yet earns
    contradicts itself: it waits.
    """
    word = str(row.get("flow_point") or "")
    state = STATES.get(word, LineState.PENDING)
    if str(row.get("after_sales_status") or "") == REFUNDED and state is not LineState.INVALID:
        return LineState.PENDING, f"{word} after_sales_status 2", Doubt.CONTRADICTION
    return state, word, ""


def _settled(row: Mapping[str, Any]) -> int:
    """What Douyin settled. Raises ValueError where it does not say: an absent amount is no zero that was paid."""
    if row.get("ads_real_commission") in (None, ""):
        raise ValueError(Said("%(field)s is missing", field="ads_real_commission"))
    return amount(row, "ads_real_commission")


def amount(row: Mapping[str, Any], name: str) -> int:
    """A whole number of fen or pieces; what is absent is nothing. Negative ones pass: the house holds them."""
    value = row.get(name)
    try:
        return fen(value) if value not in (None, "") else 0
    except ValueError as exc:
        raise ValueError(in_field(name, exc)) from None


def time_of(row: Mapping[str, Any], name: str) -> datetime | None:
    """Beijing time as Douyin writes it, in UTC; None for empty. An error names the field."""
    text = str(row.get(name) or "").strip()
    if not text:
        return None
    try:
        return datetime.strptime(text[:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING).astimezone(UTC)
    except ValueError:
        wrong = Said("%(value)s is not a time", value=repr(text[:40]))
        raise ValueError(in_field(name, ValueError(wrong))) from None
