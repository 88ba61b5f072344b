"""Turns one row of taobao.tbk.order.details.get into an order line, with what 维权 took back (docIds 43328, 65180).

Amounts are yuan as text, times Beijing time. The 技术服务费 that Alimama keeps at pay-out is taken off here, once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from affiliate.networks.doubts import doubting
from affiliate.networks.privacy import without_personal
from affiliate.networks.reading import field, lines_of
from affiliate.networks.sanity import clean_title, storable
from affiliate.networks.taobao.codes import REFUND_KNOWN, REFUND_TAKEN, STATES, THIRD_PARTY
from affiliate.networks.taobao.recognise import SLUG
from affiliate.networks.taobao.slots import reported_slot
from affiliate.networks.top_reading import amount_of, beijing_time, id_text, number, some_id
from affiliate.networks.types import Doubt, LineState, OrderLine, RejectedRow
from affiliate.networks.wording import Said

Refunds = Callable[[Mapping[str, Any]], Sequence[Mapping[str, Any]] | None]
"""The 维权 rows of an order row; None where the account may not read them."""


def read_rows(
    rows: Sequence[Any], pid: str, refunds: Refunds, first_line: int = 1
) -> tuple[tuple[OrderLine, ...], tuple[RejectedRow, ...]]:
    """The lines of one page, and apart from them the rows that could not be read."""

    def read(row: Any) -> OrderLine:
        if not isinstance(row, Mapping):
            raise ValueError(Said("the row is not an object"))
        return order_line(row, pid, refunds(row) if is_refunded(row) else ())

    return lines_of(rows, read, first_line)


def is_refunded(row: Mapping[str, Any]) -> bool:
    """True where the row says that there is a 维权; its own amounts never change for it."""
    return str(row.get("refund_tag") or "0") not in ("0", "", "false", "False")


def line_id(trade_id: str, role: Any) -> str:
    """The line's key. A 三方 row comes under the same number as the 二方 one, and is another line."""
    return f"{trade_id}:3" if str(role or "") in (str(THIRD_PARTY), "三方") else trade_id


@doubting
def order_line(row: Mapping[str, Any], pid: str, refunds: Sequence[Mapping[str, Any]] | None = ()) -> OrderLine:
    """One line. Raises ValueError saying which field cannot be read. `refunds` is None where they are not to be had: a
    refunded line is then held rather than paid in full.
    """
    trade_id, parent_id = id_text(row, "trade_id"), id_text(row, "trade_parent_id")
    placed_at = field(row, "tk_create_time", beijing_time)
    if placed_at is None:
        raise ValueError(Said("%(field)s is missing", field="tk_create_time"))
    clawback = Clawback.of(refunds or ())
    standing = _standing(row, clawback, readable=refunds is not None)
    times = [field(row, "modified_time", beijing_time), *clawback.times]
    return OrderLine(
        network=SLUG,
        order_id=parent_id,
        line_id=line_id(trade_id, row.get("tk_order_role")),
        state=standing.state,
        network_state=standing.words,
        amount_minor=field(row, "alipay_total_price", amount_of),
        estimated_commission_minor=_estimate(row, clawback),
        settled_commission_minor=standing.settled,
        sub_id="",
        placed_at=placed_at,
        updated_at=max((at for at in times if at), default=None),
        raw=storable(without_personal(row) | _kept(refunds)),
        item_id=str(row.get("item_id") or "")[:80],
        item_title=clean_title(row.get("item_title")),
        shop=clean_title(row.get("seller_shop_title"), 100),
        quantity=max(number(row.get("item_num") or 1), 1),
        ad_slot=reported_slot(pid, *(some_id(row.get(name)) for name in ("site_id", "adzone_id", "relation_id"))),
        paid_at=field(row, "tb_paid_time", beijing_time) or field(row, "tk_paid_time", beijing_time),
        settled_at=field(row, "tk_earning_time", beijing_time),
        refunded_minor=clawback.refunded,
        unknown_state=standing.unknown,
        doubt=standing.doubt,
        service_fee_minor=_fee(row),
    )


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where a line stands: our state, the network's words, what was settled, and why a person must look."""

    state: LineState
    words: str
    settled: int | None
    unknown: bool
    doubt: str


def _standing(row: Mapping[str, Any], clawback: Clawback, *, readable: bool) -> _Standing:
    """tk_status, and what 维权 made of it."""
    status = field(row, "tk_status", number)
    state = STATES.get(status, LineState.PENDING)
    settled = _settled(row) - clawback.taken if state is LineState.SETTLED else None
    unread = not readable and state in (LineState.CONFIRMED, LineState.SETTLED)
    if unread or clawback.unknown:
        state = LineState.PENDING
    elif clawback.taken and settled is not None and settled <= 0:
        state = LineState.INVALID
    return _Standing(
        state=state,
        words=_words(status, clawback, unread=unread),
        settled=settled if state is LineState.SETTLED else None,
        unknown=status not in STATES or clawback.unknown,
        doubt=Doubt.CONTRADICTION if unread else "",
    )


class Clawback:
    """What all 维权 of one order line come to."""

    def __init__(self) -> None:
        self.taken = 0
        """Commission that goes back, without the fee that was never ours."""
        self.refunded = 0
        self.statuses: list[int] = []
        self.times: list[Any] = []
        self.unknown = False

    @classmethod
    def of(cls, refunds: Sequence[Mapping[str, Any]]) -> Clawback:
        """Add them up. Raises ValueError for an amount that cannot be read: it is not taken for none."""
        found = cls()
        for row in refunds:
            status = field(row, "refund_status", number)
            found.statuses.append(status)
            found.times.append(field(row, "modified_time", beijing_time))
            found.unknown |= status not in REFUND_KNOWN
            if status in REFUND_TAKEN:
                found.taken += _taken(row)
                found.refunded += field(row, "refund_fee", amount_of)
        return found


def _taken(row: Mapping[str, Any]) -> int:
    """应退还佣金 and 补贴 without fees, where they are told; else the whole of what is shown, fees included."""
    names = ("tk_commission_fee_refund", "tk_subsidy_fee_refund")
    if any(row.get(name) not in (None, "") for name in names):
        return sum(field(row, name, amount_of) for name in names)
    return field(row, "show_return_fee", amount_of)


def _estimate(row: Mapping[str, Any], clawback: Clawback) -> int:
    """付款预估收入 after Alimama's fee; of goods that are kept the smaller 结算预估收入 holds, where it is told."""
    estimate = field(row, "pub_share_pre_fee", amount_of)
    if str(row.get("tk_status")) in ("14", "3") and (final := field(row, "pub_share_fee", amount_of)) > 0:
        estimate = min(estimate, final)
    net = estimate - _fee(row) - clawback.taken
    return max(net, 0) if clawback.taken else net


def _settled(row: Mapping[str, Any]) -> int:
    """结算预估收入 after Alimama's fee. Raises ValueError where it is not told: an absent amount is no zero."""
    if row.get("pub_share_fee") in (None, ""):
        raise ValueError(Said("%(field)s is missing", field="pub_share_fee"))
    return field(row, "pub_share_fee", amount_of) - _fee(row)


def _fee(row: Mapping[str, Any]) -> int:
    """技术服务费, which the reported incomes still hold and which is kept back at pay-out."""
    return field(row, "alimama_share_fee", amount_of)


def _words(status: int, clawback: Clawback, *, unread: bool) -> str:
    """The network's own words: tk_status, and behind it those of each 维权."""
    refund = "/".join(str(one) for one in clawback.statuses) if clawback.statuses else "?" if unread else ""
    return f"{status} 维权 {refund}"[:60] if refund else str(status)


def _kept(refunds: Sequence[Mapping[str, Any]] | None) -> dict[str, Any]:
    return {"refund_orders": [without_personal(row) for row in refunds]} if refunds else {}
