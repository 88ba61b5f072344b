"""Turns one row of alibaba.alsc.union.kbcpx.positive.order.get into an order line, with what 维权 took back.

Amounts are yuan as text, times Beijing time; `sid` is the sub-ID.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from affiliate.networks.doubts import doubting
from affiliate.networks.eleme.codes import CLAIM_KNOWN, CLAIM_TAKEN, ITEM_STATES, NOT_SETTLED, SETTLED, STATES
from affiliate.networks.eleme.recognise import SLUG
from affiliate.networks.privacy import without_personal
from affiliate.networks.reading import field, lines_of
from affiliate.networks.sanity import clean_title, storable
from affiliate.networks.top_reading import amount_of, beijing_time, id_text, number
from affiliate.networks.types import LineState, OrderLine, RejectedRow
from affiliate.networks.wording import Said

Claims = Callable[[Mapping[str, Any]], Sequence[Mapping[str, Any]]]
"""The 维权 rows of an order row."""


def read_rows(
    rows: Sequence[Any], claims: Claims, first_line: int = 1
) -> tuple[tuple[OrderLine, ...], tuple[RejectedRow, ...]]:
    """The lines of one page, and apart from them the rows that could not be read."""

    def read(row: Any) -> OrderLine:
        if not isinstance(row, Mapping):
            raise ValueError(Said("the row is not an object"))
        return order_line(row, claims(row))

    return lines_of(rows, read, first_line)


@doubting
def order_line(row: Mapping[str, Any], claims: Sequence[Mapping[str, Any]] = ()) -> OrderLine:
    """One line. Raises ValueError saying which field cannot be read."""
    biz_order_id = id_text(row, "biz_order_id")
    placed_at = field(row, "tk_create_time", beijing_time)
    if placed_at is None:
        raise ValueError(Said("%(field)s is missing", field="tk_create_time"))
    claim = Claim.of(claims)
    standing = _standing(row, claim)
    times = [field(row, "gmt_modified", beijing_time), *claim.times]
    sid = str(row.get("sid") or "").strip()
    return OrderLine(
        network=SLUG,
        order_id=str(row.get("parent_order_id") or biz_order_id),
        line_id=biz_order_id,
        state=standing.state,
        network_state=standing.words,
        amount_minor=field(row, "pay_amount", amount_of),
        estimated_commission_minor=_estimate(row, claim),
        settled_commission_minor=standing.settled,
        sub_id=sid,
        placed_at=placed_at,
        updated_at=max((at for at in times if at), default=None),
        raw=storable(
            without_personal(row) | ({"refund_orders": list(map(without_personal, claims))} if claims else {})
        ),
        item_id=str(row.get("item_id") or row.get("activity_id") or "")[:80],
        item_title=clean_title(row.get("title")),
        shop=clean_title(row.get("shop_name"), 100),
        quantity=max(number(row.get("product_num") or 1), 1),
        ad_slot=str(row.get("pid") or "").strip()[:80],
        paid_at=field(row, "pay_time", beijing_time),
        finished_at=field(row, "receive_time", beijing_time),
        settled_at=field(row, "settle_time", beijing_time),
        refunded_minor=claim.refunded,
        unknown_state=standing.unknown,
    )


@dataclass(frozen=True, slots=True)
class Claim:
    """What all 维权 of one order line come to."""

    taken: int
    refunded: int
    states: tuple[int, ...]
    times: tuple[datetime | None, ...]

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, Any]]) -> Claim:
        """Add them up. An amount that cannot be read leaves the line in doubt: it is not taken for none."""
        won = [row for row in rows if field(row, "explain_state", number) == CLAIM_TAKEN]
        return cls(
            taken=sum(field(row, "settle", amount_of) for row in won),
            refunded=sum(field(row, "refund_amount", amount_of) for row in won),
            states=tuple(field(row, "explain_state", number) for row in rows),
            times=tuple(field(row, "gmt_modified", beijing_time) for row in rows),
        )


@dataclass(frozen=True, slots=True)
class _Standing:
    state: LineState
    words: str
    settled: int | None
    unknown: bool


def _standing(row: Mapping[str, Any], claim: Claim) -> _Standing:
    """order_state, what became of its item, whether it was settled, and what 维权 made of that."""
    order_state = field(row, "order_state", number)
    item_state = _optional(row, "order_item_status")
    settle_state = _optional(row, "settle_state")
    unknown = (
        order_state not in STATES
        or (item_state is not None and item_state not in ITEM_STATES)
        or settle_state not in (None, SETTLED, NOT_SETTLED)
        or any(state not in CLAIM_KNOWN for state in claim.states)
    )
    state = STATES.get(order_state, LineState.PENDING)
    if item_state is not None and (by_item := ITEM_STATES.get(item_state)) is not None:
        state = by_item
    settled = None
    if state is LineState.CONFIRMED and settle_state == SETTLED:
        settled = _settled(row) - claim.taken
        state = LineState.INVALID if claim.taken and settled <= 0 else LineState.SETTLED
    if unknown:
        state = LineState.PENDING
    words = "/".join(str(one) for one in (order_state, item_state, settle_state) if one is not None)
    if claim.states:
        words += " 维权 " + "/".join(str(one) for one in claim.states)
    return _Standing(state, words[:60], settled if state is LineState.SETTLED else None, unknown)


def _estimate(row: Mapping[str, Any], claim: Claim) -> int:
    """付款预估收入, less what a 维权 took."""
    estimate = field(row, "income", amount_of)
    return max(estimate - claim.taken, 0) if claim.taken else estimate


def _optional(row: Mapping[str, Any], name: str) -> int | None:
    return field(row, name, number) if row.get(name) not in (None, "") else None


def _settled(row: Mapping[str, Any]) -> int:
    """结算预估收入. Raises ValueError where it is not told: an absent amount is no zero that was paid."""
    if row.get("settle") in (None, ""):
        raise ValueError(Said("%(field)s is missing", field="settle"))
    return field(row, "settle", amount_of)
