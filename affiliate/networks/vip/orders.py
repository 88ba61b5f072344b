"""Turns one order of VIP into its lines (VOP docs, UnionOrderService: orderList and refundOrderList).

Amounts are text in yuan, times epoch milliseconds. An order holds several items; what VIP says of the order as a whole
(after-sale changes, deductions) is shared out over them by commission, to the fen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from affiliate.networks.doubts import doubting
from affiliate.networks.privacy import without_personal
from affiliate.networks.reading import field, lines_of, rows_of
from affiliate.networks.sanity import clean_title, exact_minor, storable
from affiliate.networks.types import Doubt, LineState, OrderLine, RejectedRow
from affiliate.networks.vip.codes import line_state
from affiliate.networks.vip.parsing import from_millis, rate_bp
from affiliate.networks.vip.recognise import SLUG
from affiliate.networks.wording import Said

Refunds = Sequence[Mapping[str, Any]]
SLACK_FEN, SLACK_PERCENT = 2, 2
DONE = "2"
"""afterSaleStatus 售后完成; 1 is under way, 3 called off."""
REFUND_TIMES = ("applyTime", "commissionEnterTime", "commissionSettledTime")


@dataclass(frozen=True, slots=True)
class _Item:
    """One item of an order with what is told of it: its commission before and its income after all that is taken."""

    order: Mapping[str, Any]
    detail: Mapping[str, Any]
    details: Sequence[Mapping[str, Any]]
    refunds: Refunds
    commission: int
    income: int
    held: bool


def read_rows(
    rows: list[Any], first_line: int = 1, refunds: Mapping[str, Refunds] | None = None
) -> tuple[tuple[OrderLine, ...], tuple[RejectedRow, ...]]:
    """The lines of the orders of one page, and apart from them the orders that could not be read."""

    def read(row: Any) -> list[OrderLine]:
        known = (refunds or {}).get(str(row.get("orderSn") or "") if isinstance(row, Mapping) else "", ())
        return order_lines(row, known)

    return lines_of(rows, read, first_line)


@doubting
def order_lines(order: Mapping[str, Any], refunds: Refunds = ()) -> list[OrderLine]:
    """The lines of one order. Raises ValueError saying which field cannot be read."""
    if not isinstance(order, Mapping):
        raise ValueError(Said("the row is not an object"))
    details = rows_of(order.get("detailList"))
    if not details:
        raise ValueError(Said("%(field)s is missing", field="detailList"))
    commissions = [field(detail, "commission", amount_of) for detail in details]
    net = after_deduction(order, commissions)
    changes = allocated(abs(field(order, "afterSaleChangeCommission", amount_of)), commissions)
    held = contradictory(order, commissions)
    seen: dict[str, int] = {}
    lines = []
    for detail, commission, income, change in zip(details, commissions, net, changes, strict=True):
        lost = max(after_sale(detail, change), refunded(detail, details, refunds, "commission"))
        strange = held or above_rate(detail, commission)
        line = _line(_Item(order, detail, details, refunds, commission, income - lost, strange))
        times = seen[line.line_id] = seen.get(line.line_id, 0) + 1
        lines.append(line if times == 1 else _numbered(line, times))
    return lines


def _numbered(line: OrderLine, times: int) -> OrderLine:
    """The same goods in the same size on one order once more: kept apart by a running number, as in files."""
    return replace(line, line_id=f"{line.line_id}#{times}")


def _line(item: _Item) -> OrderLine:
    order, detail = item.order, item.detail
    order_sn, goods_id = id_text(order, "orderSn"), id_text(detail, "goodsId")
    size_id = str(detail.get("sizeId") or "").strip()[:40]
    state, unknown, doubt = state_of(order, detail, held=item.held)
    placed_at = field(order, "orderTime", moment)
    if placed_at is None:
        raise ValueError(Said("%(field)s is missing", field="orderTime"))
    amount = field(detail, "commissionTotalCost", amount_of)
    settled = state is LineState.SETTLED
    return OrderLine(
        network=SLUG,
        order_id=order_sn,
        line_id="_".join(part for part in (order_sn, goods_id, size_id) if part),
        state=state,
        network_state=str(order["status"]),
        amount_minor=amount,
        estimated_commission_minor=item.income,
        settled_commission_minor=item.income if settled else None,
        sub_id=str(order.get("statParam") or "").strip()[:80],
        placed_at=placed_at,
        updated_at=newest(order, item.refunds),
        raw=kept(item),
        item_id=goods_id,
        item_title=clean_title(detail.get("goodsName")),
        quantity=max(whole(detail.get("goodsCount") or 1), 1),
        ad_slot=str(order.get("channelTag") or order.get("pid") or "").strip()[:80],
        finished_at=field(order, "signTime", moment),
        settled_at=field(order, "settledTime", moment) if settled else None,
        refunded_minor=gone_back(amount, item),
        unknown_state=unknown,
        doubt=doubt,
    )


def kept(item: _Item) -> Any:
    """The report of this line alone, without what it says of the buyer."""
    raw = {name: value for name, value in item.order.items() if name != "detailList"} | {"detail": dict(item.detail)}
    if item.refunds:
        raw["refunds"] = [dict(refund) for refund in item.refunds]
    return storable(without_personal(raw))


def state_of(order: Mapping[str, Any], detail: Mapping[str, Any], *, held: bool) -> tuple[LineState, bool, str]:
    """The state of one item, whether it is unknown, and what is doubtful: that of its
    order, unless VIP has refused it alone. An order marked as abnormal (异常) is held for a person, as is one whose
    figures contradict each other. Raises ValueError for a settled one without sum.
    """
    status, settled = field(order, "status", whole), whole(order.get("settled") or 0)
    state, unknown = line_state(status, settled)
    if state is LineState.INVALID or unknown:
        return state, unknown, ""
    if str(detail.get("status", status)) == "0":
        return LineState.INVALID, False, ""
    if held or str(order.get("fdsBlackOrder") or 0) == "1":
        return LineState.PENDING, False, Doubt.CONTRADICTION
    if state is LineState.SETTLED and detail.get("commission") in (None, ""):
        raise ValueError(Said("%(field)s is missing", field="commission"))
    return state, False, ""


def contradictory(order: Mapping[str, Any], commissions: list[int]) -> bool:
    """True where the commissions of the items do not make that of the order."""
    if order.get("commission") in (None, ""):
        return False
    return abs(field(order, "commission", amount_of) - sum(commissions)) > len(commissions)


def above_rate(detail: Mapping[str, Any], commission: int) -> bool:
    """True where the commission lies far above amount times rate, as where fen stand for yuan."""
    warnings: list[str] = []
    rate = rate_bp(detail.get("commissionRate"), warnings)
    if warnings:
        return True
    if rate is None:
        return False
    due = abs(field(detail, "commissionTotalCost", amount_of)) * rate // 10_000
    return commission > due + due * SLACK_PERCENT // 100 + SLACK_FEN


def after_deduction(order: Mapping[str, Any], commissions: list[int]) -> list[int]:
    """The commissions less what VIP deducts beforehand, where it names what is left; never more than before."""
    if order.get("estimateCommissionAfterDeduction") in (None, ""):
        return commissions
    left = field(order, "estimateCommissionAfterDeduction", amount_of)
    return allocated(min(left, sum(commissions)), commissions)


def allocated(total: int, weights: Sequence[int]) -> list[int]:
    """The total in shares by weight that add up to it exactly; on the first where nothing weighs."""
    if (weight := sum(max(w, 0) for w in weights)) <= 0:
        return [total, *([0] * (len(weights) - 1))]
    shares = [total * max(w, 0) // weight for w in weights]
    order = sorted(range(len(weights)), key=lambda i: -(total * max(weights[i], 0) % weight))
    for index in order[: total - sum(shares)]:
        shares[index] += 1
    return shares


def after_sale(detail: Mapping[str, Any], share: int) -> int:
    """What after-sales took from an item's commission: VIP's own list for it, else its share of the order's change.
    Whether VIP writes a loss with a sign is not certain, so that every change counts as a loss.
    """
    infos = rows_of(detail.get("afterSaleInfo"))
    if not infos:
        return share
    done = [info for info in infos if str(info.get("afterSaleStatus", DONE)) == DONE]
    return sum(abs(field(info, "afterSaleChangedCommission", amount_of)) for info in done)


def refunded(detail: Mapping[str, Any], details: Sequence[Mapping[str, Any]], refunds: Refunds, name: str) -> int:
    """What the refund report takes from an item, in `commission` or `totalCost`."""
    total = 0
    for refund in refunds:
        if str(refund.get("afterSaleStatus", DONE)) != DONE:
            continue
        items = rows_of(refund.get("refundOrderDetails"))
        if not items and len(details) == 1:
            whole_name = {"commission": "commission", "totalCost": "commissionTotalCost"}[name]
            total += abs(field(refund, whole_name, amount_of))
        total += sum(abs(field(item, name, amount_of)) for item in items if _same(item, detail))
    return total


def _same(item: Mapping[str, Any], detail: Mapping[str, Any]) -> bool:
    return all(str(item.get(name) or "") == str(detail.get(name) or "") for name in ("goodsId", "sizeId"))


def gone_back(amount: int, item: _Item) -> int:
    """What went back to the buyer: as the refund report says, else in proportion to the commission that was lost."""
    if told := refunded(item.detail, item.details, item.refunds, "totalCost"):
        return min(told, max(amount, 0))
    lost = min(after_sale(item.detail, 0), max(item.commission, 0))
    return amount * lost // item.commission if item.commission > 0 else 0


def newest(order: Mapping[str, Any], refunds: Refunds) -> datetime | None:
    """When the order changed last, refunds included: a report that knows of them is the newer one."""
    times = [field(order, "lastUpdateTime", moment)]
    times += [from_millis(refund.get(name)) for refund in refunds for name in REFUND_TIMES]
    return max((time for time in times if time is not None), default=None)


def amount_of(value: Any) -> int:
    """Yuan as fen; what is absent is nothing."""
    return exact_minor(value) if value not in (None, "") else 0


def whole(value: Any) -> int:
    """A whole number, given as number or text."""
    try:
        return int(str(value).strip())
    except ValueError:
        raise ValueError(Said("%(value)s is not a whole number", value=repr(str(value)[:40]))) from None


def id_text(row: Mapping[str, Any], name: str) -> str:
    """An id as text. Raises ValueError where it is missing or no plain word."""
    text = str(row.get(name) or "").strip()
    if not text.isascii() or not text.replace("-", "").isalnum() or len(text) > 60:
        raise ValueError(Said("%(field)s is missing", field=name))
    return text


def moment(value: Any) -> datetime | None:
    """A time in UTC; None for empty and for zero. Raises ValueError for what is no time."""
    if value in (None, "", 0, "0"):
        return None
    at = from_millis(value)
    if at is None:
        raise ValueError(Said("%(value)s is not a time", value=repr(str(value)[:40])))
    return at
