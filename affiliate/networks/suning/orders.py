"""Turns one order of Suning into its lines (Suning open platform docs: order.query and ordersettlenew.get).

Amounts are text in yuan, times Beijing time. What is settled stands in a second answer, by the number of the line.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from affiliate.networks.doubts import doubting
from affiliate.networks.privacy import without_personal
from affiliate.networks.reading import field, rows_of
from affiliate.networks.sanity import clean_title, exact_minor, storable
from affiliate.networks.suning.codes import line_state
from affiliate.networks.suning.parsing import beijing_time, rate_bp
from affiliate.networks.suning.recognise import SLUG, item_id_of
from affiliate.networks.types import Doubt, LineState, OrderLine, RejectedRow
from affiliate.networks.wording import Said, reason_of

Settlements = Mapping[str, Mapping[str, Any]]
BUYER = frozenset({"custNo", "custNum"})
SLACK_FEN, SLACK_PERCENT = 2, 2


def read_rows(
    rows: list[Any], first_line: int = 1, settlements: Settlements | None = None
) -> tuple[tuple[OrderLine, ...], tuple[RejectedRow, ...]]:
    """The lines of the orders of one page, and apart from them those that could not be read."""
    lines, rejected = [], []
    for number, row in enumerate(rows, first_line):
        details = rows_of(row.get("orderDetail")) if isinstance(row, Mapping) else []
        if not details:
            rejected.append(RejectedRow(number, Said("%(field)s is missing", field="orderDetail")))
        for detail in details:
            try:
                lines.append(order_line(row, detail, settlements or {}))
            except (ValueError, TypeError, OverflowError) as exc:
                rejected.append(RejectedRow(number, reason_of(exc)))
    return tuple(lines), tuple(rejected)


@doubting
def order_line(order: Mapping[str, Any], detail: Mapping[str, Any], settlements: Settlements) -> OrderLine:
    """One line. Raises ValueError saying which field cannot be read."""
    order_id, line_id = id_text(order, "orderCode"), id_text(detail, "orderLineNumber")
    amount, estimate = field(detail, "payAmount", amount_of), field(detail, "prePayCommission", amount_of)
    settlement = settlements.get(line_id, {})
    state, unknown, doubt = state_of(detail, settlement, contradictory(detail, amount, estimate))
    placed_at = field(detail, "orderSubmitTime", beijing_time) or field(detail, "payTime", beijing_time)
    if placed_at is None:
        raise ValueError(Said("%(field)s is missing", field="orderSubmitTime"))
    raw = {name: value for name, value in order.items() if name != "orderDetail"} | {"detail": detail}
    if settlement:
        raw["settlement"] = settlement
    return OrderLine(
        network=SLUG,
        order_id=order_id,
        line_id=line_id,
        state=state,
        network_state=status_of(detail) or clean_title(detail.get("orderLineStatusDesc"), 40),
        amount_minor=amount,
        estimated_commission_minor=estimate,
        settled_commission_minor=settled_sum(settlement) if state is LineState.SETTLED else None,
        sub_id=str(detail.get("childAccountId") or "").strip()[:80],
        placed_at=placed_at,
        updated_at=field(detail, "orderLineStatusChangeTime", beijing_time),
        raw=storable(without_personal(without_buyer(raw))),
        item_id=item_id_of(str(detail.get("goodsNum") or ""), str(detail.get("sellerCode") or "0")),
        item_title=clean_title(detail.get("productName")),
        shop=clean_title(detail.get("sellName"), 100),
        quantity=max(field(detail, "saleNum", whole), 1),
        ad_slot=str(detail.get("positionId") or "").strip()[:80],
        paid_at=field(detail, "payTime", beijing_time),
        finished_at=field(detail, "confirmTime", beijing_time),
        refunded_minor=amount if status_of(detail) == "3" else 0,
        unknown_state=unknown,
        doubt=doubt,
    )


def without_buyer(value: Any) -> Any:
    """The report without the buyer's numbers, which Suning names in its own way."""
    if isinstance(value, Mapping):
        return {name: without_buyer(inner) for name, inner in value.items() if name not in BUYER}
    return value


def status_of(detail: Mapping[str, Any]) -> str:
    """The status of a line as text, empty where only its words are given."""
    return str(detail.get("orderLineStatus") if detail.get("orderLineStatus") is not None else "").strip()


def refused(detail: Mapping[str, Any]) -> bool:
    """True where Suning pays nothing for a line: against the rules, a risk order, or without commission."""
    marked = str(detail.get("violation") or 0) == "1" or str(detail.get("promotion") or 0) == "1"
    return marked or str(detail.get("isWholesale") or 0) == "1" or str(detail.get("returnCommission", 1)) == "0"


def state_of(detail: Mapping[str, Any], settlement: Mapping[str, Any], strange: bool) -> tuple[LineState, bool, str]:
    """The state of a line, whether it is unknown, and what is doubtful. Settled is what is
    confirmed and granted; a settled line without its sum is an error.
    """
    state, unknown = line_state(status_of(detail), str(detail.get("orderLineStatusDesc") or "").strip())
    if unknown:
        return state, True, ""
    if state is LineState.INVALID or refused(detail) or refused(settlement):
        return LineState.INVALID, False, ""
    if strange:
        return LineState.PENDING, False, Doubt.CONTRADICTION  # held for a person, with all that Suning says of it
    granted = str(settlement.get("isGrant") or 0)
    if granted not in ("0", "1"):
        return LineState.PENDING, True, ""
    if granted == "1" and state is not LineState.CONFIRMED:
        return LineState.PENDING, False, Doubt.CONTRADICTION
    return (LineState.SETTLED if granted == "1" else state), False, ""


def settled_sum(settlement: Mapping[str, Any]) -> int:
    """What Suning settled. Raises ValueError where it does not say: an absent amount is no zero that was paid."""
    if settlement.get("needPayCommission") in (None, ""):
        raise ValueError(Said("%(field)s is missing", field="needPayCommission"))
    return field(settlement, "needPayCommission", amount_of)


def contradictory(detail: Mapping[str, Any], amount: int, estimate: int) -> bool:
    """True where the commission lies far above amount times rate, as where fen stand for yuan."""
    warnings: list[str] = []
    rate = rate_bp(detail.get("commissionRatio"), warnings)
    if rate is None:
        return False
    due = abs(amount) * rate // 10_000
    return estimate > due + due * SLACK_PERCENT // 100 + SLACK_FEN


def amount_of(value: Any) -> int:
    """Yuan as fen; what is absent is nothing."""
    return exact_minor(value) if value not in (None, "") else 0


def whole(value: Any) -> int:
    """A number of pieces, given as number or text, with or without a fraction of zero; what is absent is one."""
    text = str(value if value not in (None, "") else 1).strip()
    head, _, tail = text.partition(".")
    if not head.isascii() or not head.isdecimal() or len(head) > 9 or tail.strip("0"):
        raise ValueError(Said("%(value)s is not a whole number", value=repr(text[:40])))
    return int(head)


def id_text(row: Mapping[str, Any], name: str) -> str:
    """An id as text. Raises ValueError where it is missing or no plain word."""
    text = str(row.get(name) or "").strip()
    if not text.isascii() or not text.isalnum() or len(text) > 60:
        raise ValueError(Said("%(field)s is missing", field=name))
    return text
