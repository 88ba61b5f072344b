"""Turns one row of an order report into an order line (Pinduoduo open platform docs, pdd.ddk.order.list.increment.get).

One order holds one item. Amounts are fen, rates per mille, times epoch seconds. The commission stands in one field: an
estimate until the order is settled (status 5), what is paid from then on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from affiliate.networks.doubts import doubting
from affiliate.networks.fen import fen
from affiliate.networks.pdd.codes import line_state
from affiliate.networks.pdd.parsing import count, from_seconds
from affiliate.networks.pdd.recognise import SLUG, is_number, is_sign
from affiliate.networks.privacy import without_personal
from affiliate.networks.reading import field, lines_of
from affiliate.networks.sanity import clean_title, storable
from affiliate.networks.types import Doubt, LineState, OrderLine, RejectedRow
from affiliate.networks.wording import Said

SLACK_FEN, SLACK_PERCENT = 2, 2
"""How far a commission may lie above amount times rate: roundings, and rates cut to per mille."""
REFUND_WORDS = ("退款", "退货", "售后")


def read_rows(rows: list[Any], first_line: int = 1) -> tuple[tuple[OrderLine, ...], tuple[RejectedRow, ...]]:
    """The lines of one page, and apart from them the rows that could not be read."""
    return lines_of(rows, order_line, first_line)


@doubting
def order_line(row: Mapping[str, Any]) -> OrderLine:
    """One line. Raises ValueError saying which field cannot be read."""
    if not isinstance(row, Mapping):
        raise ValueError(Said("the row is not an object"))
    order_sn = order_number(row)
    state, unknown = line_state(field(row, "order_status", whole))
    amount, commission = field(row, "order_amount", amount_of), field(row, "promotion_amount", amount_of)
    strange = state is not LineState.INVALID and contradictory(row, amount, commission)
    state = LineState.PENDING if strange else state  # held for a person, with all that Pinduoduo says of it
    if state is LineState.SETTLED and row.get("promotion_amount") in (None, ""):
        raise ValueError(Said("%(field)s is missing", field="promotion_amount"))
    settled = state is LineState.SETTLED
    return OrderLine(
        network=SLUG,
        order_id=order_sn,
        line_id=order_sn,
        state=state,
        network_state=state_word(row),
        amount_minor=amount,
        estimated_commission_minor=commission,
        settled_commission_minor=commission if settled else None,
        sub_id=sub_id_of(row.get("custom_parameters")),
        placed_at=_placed_at(row),
        updated_at=field(row, "order_modify_at", moment),
        raw=storable(without_personal(row)),
        item_id=item_of(row),
        item_title=clean_title(row.get("goods_name")),
        shop=clean_title(row.get("mall_name"), 100),
        quantity=max(count(row.get("goods_quantity")) or 1, 1),
        ad_slot=slot_of(row),
        paid_at=field(row, "order_pay_time", moment),
        finished_at=field(row, "order_receive_time", moment),
        settled_at=field(row, "order_settle_time", moment) if settled else None,
        refunded_minor=amount if state is LineState.INVALID and refunded(row) else 0,
        unknown_state=unknown,
        doubt=Doubt.CONTRADICTION if strange else "",
    )


def _placed_at(row: Mapping[str, Any]) -> datetime:
    """When it was placed, or else paid. Raises ValueError where neither stands there."""
    placed_at = field(row, "order_create_time", moment) or field(row, "order_pay_time", moment)
    if placed_at is None:
        raise ValueError(Said("%(field)s is missing", field="order_create_time"))
    return placed_at


def order_number(row: Mapping[str, Any]) -> str:
    """The order's number, hyphen kept. Raises ValueError where there is none."""
    text = str(row.get("order_sn") or "").strip()
    if not text or len(text) > 64 or not text.isascii() or not text.replace("-", "").isalnum():
        raise ValueError(Said("%(field)s is missing", field="order_sn"))
    return text


def contradictory(row: Mapping[str, Any], amount: int, commission: int) -> bool:
    """True where the row's own figures do not go together: a price-compared order (比价) that earns, a refunded one
    that earns, a commission far above amount times rate (as where yuan stand for fen).
    """
    if commission > 0 and str(row.get("price_compare_status") or 0) == "1":
        return True
    if commission > 0 and str(row.get("return_status") or 0) == "2":
        return True
    rate = count(row.get("promotion_rate"))
    if rate is None or row.get("promotion_amount") in (None, ""):
        return False
    if rate > 1000:
        return True
    due = amount * rate // 1000 + max(count(row.get("subsidy_amount")) or 0, 0)
    return amount >= 0 and commission > due + due * SLACK_PERCENT // 100 + SLACK_FEN


def state_word(row: Mapping[str, Any]) -> str:
    """Pinduoduo's number, and why it failed where it says so."""
    reason = clean_title(row.get("fail_reason"), 60)
    return f"{row['order_status']} {reason}".strip()


def refunded(row: Mapping[str, Any]) -> bool:
    """True where the row says that the buyer has sent it back."""
    reason = str(row.get("fail_reason") or "")
    return str(row.get("return_status") or 0) == "2" or any(word in reason for word in REFUND_WORDS)


def sub_id_of(value: Any) -> str:
    """The `sid` of custom_parameters, as we gave it; empty where there is none or it is in nobody's form."""
    if isinstance(value, str):
        try:
            value = json.loads(value) if len(value) <= 1_000 else None
        except (ValueError, RecursionError):
            return ""
    sid = value.get("sid") if isinstance(value, Mapping) else None
    return sid.strip()[:64] if isinstance(sid, str) else ""


def item_of(row: Mapping[str, Any]) -> str:
    """The goods_id, else the sign."""
    number, sign = str(row.get("goods_id") or ""), str(row.get("goods_sign") or "")
    return number if is_number(number) else (sign if is_sign(sign) else "")


def slot_of(row: Mapping[str, Any]) -> str:
    """The pid: `p_id` in reports, `pid` in the detail of one order."""
    pid = str(row.get("p_id") or row.get("pid") or "").strip()
    return pid if len(pid) <= 80 and pid.isascii() and pid.replace("_", "").isdecimal() else ""


def amount_of(value: Any) -> int:
    """Fen; what is absent is nothing."""
    return fen(value) if value not in (None, "") else 0


def whole(value: Any) -> int:
    """A whole number, given as number or text."""
    try:
        return int(str(value).strip())
    except ValueError:
        raise ValueError(Said("%(value)s is not a whole number", value=repr(str(value)[:40]))) from None


def moment(value: Any) -> datetime | None:
    """A time in UTC; None for empty and for zero. Raises ValueError for what is no time."""
    if value in (None, "", 0, "0"):
        return None
    at = from_seconds(value)
    if at is None:
        raise ValueError(Said("%(value)s is not a time", value=repr(str(value)[:40])))
    return at
