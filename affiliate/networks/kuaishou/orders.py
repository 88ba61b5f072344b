"""Turns one order of kwaimoney.order.list into order lines (Kuaishou open platform docs). Money in fen, times in epoch
milliseconds. What is split is `estimatedIncome`, which Kuaishou gives after its technical service fee.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from affiliate.networks.doubts import doubting
from affiliate.networks.fen import fen
from affiliate.networks.kuaishou.codes import STATES
from affiliate.networks.kuaishou.recognise import SLUG
from affiliate.networks.privacy import without_personal
from affiliate.networks.reading import lines_of, rows_of
from affiliate.networks.sanity import clean_title, storable
from affiliate.networks.types import Doubt, LineState, OrderLine, RejectedRow
from affiliate.networks.wording import Said, in_field

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PRODUCTS = "cpsKwaimoneyOrderProductView"


def read_rows(rows: list[Any], first_line: int = 1) -> tuple[tuple[OrderLine, ...], tuple[RejectedRow, ...]]:
    """The lines of one page, and apart from them the orders that could not be read."""
    return lines_of(rows, order_lines, first_line)


@doubting
def order_lines(row: Any) -> list[OrderLine]:
    """The lines of one order. Raises ValueError saying which field cannot be read."""
    if not isinstance(row, Mapping):
        raise ValueError(Said("the row is not an object"))
    products = rows_of(row.get(PRODUCTS))
    if not products:
        raise ValueError(Said("%(field)s is missing", field=PRODUCTS))
    return [_line(row, product, shared=len(products) > 1) for product in products]


def _line(row: Mapping[str, Any], product: Mapping[str, Any], *, shared: bool) -> OrderLine:
    """One item of an order. Sums of the order that several items share cannot be told apart: a line that is settled
    by one waits for a person, and what went back is not counted for each.
    """
    order_id = str(product.get("oid") or row.get("oid") or "").strip()
    item_id = str(product.get("itemId") or "").strip()
    if not order_id.strip("0") or not item_id:
        raise ValueError(Said("%(field)s is missing", field="oid" if not order_id.strip("0") else "itemId"))
    word = str(row.get("cpsOrderStatus") if row.get("cpsOrderStatus") is not None else "")
    state = STATES.get(word, LineState.PENDING)
    unclear = shared and state is LineState.SETTLED and amount(row, "settlementAmount") != 0
    placed_at = time_of(row, "orderCreateTime") or time_of(row, "createTime") or time_of(row, "payTime")
    if placed_at is None:
        raise ValueError(Said("%(field)s is missing", field="createTime"))
    return OrderLine(
        network=SLUG,
        order_id=order_id,
        line_id=f"{order_id}_{item_id}",
        state=LineState.PENDING if unclear else state,
        network_state=f"{word} shared" if unclear else word,
        unknown_state=word not in STATES,
        service_fee_minor=amount(product, "techServiceAmount"),
        doubt=Doubt.CONTRADICTION if unclear else "",
        amount_minor=amount(product, "paymentFee"),
        estimated_commission_minor=amount(product, "estimatedIncome"),
        settled_commission_minor=_settled(row) if state is LineState.SETTLED and not unclear else None,
        sub_id=str(product.get("comments") or "").strip(),
        ad_slot=str(product.get("cpsPid") or "").strip()[:100],
        placed_at=placed_at,
        updated_at=time_of(row, "updateTime"),
        paid_at=time_of(row, "payTime"),
        finished_at=time_of(row, "recvTime"),
        settled_at=time_of(row, "settlementSuccessTime"),
        raw=storable(without_personal({**row, PRODUCTS: [product]})),
        item_id=item_id,
        item_title=clean_title(product.get("itemTitle")),
        quantity=max(amount(product, "num"), 1),
        refunded_minor=0 if shared else sum(amount(back, "refundFee") for back in rows_of(row.get("orderRefundInfo"))),
    )


def _settled(row: Mapping[str, Any]) -> int:
    """What Kuaishou settled. Raises ValueError where it does not say: an absent amount is no zero that was paid."""
    if row.get("settlementAmount") in (None, ""):
        raise ValueError(Said("%(field)s is missing", field="settlementAmount"))
    return amount(row, "settlementAmount")


def amount(row: Mapping[str, Any], name: str) -> int:
    """A whole number of fen or pieces; what is absent is nothing. Negative ones pass: the house holds them."""
    value = row.get(name)
    try:
        return fen(value) if value not in (None, "") else 0
    except ValueError as exc:
        raise ValueError(in_field(name, exc)) from None


def time_of(row: Mapping[str, Any], name: str) -> datetime | None:
    """Epoch milliseconds in UTC; None for none, for zero and for times nobody lives to see."""
    text = str(row.get(name) or "").strip()
    if not text.strip("0"):
        return None
    if not text.isdecimal() or not 10**12 <= int(text[:15]) < 4_102_444_800_000:
        raise ValueError(in_field(name, ValueError(Said("%(value)s is not a time", value=repr(text[:40])))))
    return EPOCH + timedelta(milliseconds=int(text))
