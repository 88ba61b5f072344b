"""Turns one promoted order of youzan.salesman.trades.get into a line (Youzan docs). Money in yuan, times of Beijing.

An order is one line: Youzan says what was paid for an order, settles an order, and takes a refund off an order; of its
items it tells the prices before any discount.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from affiliate.networks.clocks import BEIJING
from affiliate.networks.privacy import without_personal
from affiliate.networks.reading import lines_of, rows_of
from affiliate.networks.sanity import clean_title, exact_minor, storable
from affiliate.networks.types import LineState, OrderLine, RejectedRow
from affiliate.networks.wording import Said, in_field
from affiliate.networks.youzan.codes import SETTLE_STATES, SETTLED, TRADE_STATES
from affiliate.networks.youzan.recognise import SLUG

MOST_PIECES = 100_000


def read_rows(
    rows: list[Any], seller: str, first_line: int = 1
) -> tuple[tuple[OrderLine, ...], tuple[RejectedRow, ...]]:
    """The lines of one page that are this salesman's, and apart from them the orders that could not be read."""
    return lines_of(rows, lambda row: order_line(row, seller), first_line)


def order_line(row: Any, seller: str) -> OrderLine:
    """The line of one order. Raises ValueError saying which field cannot be read, and for somebody else's order: a
    wrong number among the credentials must not bring in a stranger's money.
    """
    if not isinstance(row, Mapping):
        raise ValueError(Said("the row is not an object"))
    order_id, named = _word(row, "order_no"), _word(row, "seller")
    if not order_id or not named:
        raise ValueError(Said("%(field)s is missing", field="seller" if order_id else "order_no"))
    if named != seller:
        raise ValueError(Said("the order is of salesman %(named)s, not of %(seller)s", named=named, seller=seller))
    placed_at = time_of(row, "created_at")
    if placed_at is None:
        raise ValueError(Said("%(field)s is missing", field="created_at"))
    trade, settle = _word(row, "state"), _word(row, "settle_state")
    commission, items = amount(row, "cps_money"), rows_of(row.get("items"))
    settled = settle == SETTLED
    return OrderLine(
        network=SLUG,
        order_id=order_id,
        line_id=order_id,
        state=LineState.SETTLED if settled else TRADE_STATES.get(trade, LineState.PENDING),
        network_state=f"{trade}/{settle}"[:40],
        unknown_state=not settled and (trade not in TRADE_STATES or settle not in SETTLE_STATES),
        amount_minor=amount(row, "money"),
        estimated_commission_minor=commission,
        settled_commission_minor=commission if settled else None,
        sub_id="",
        ad_slot=seller,
        placed_at=placed_at,
        updated_at=None,
        settled_at=time_of(row, "settled_at"),
        raw=storable(without_personal(row)),
        item_id=_word(items[0], "num_iid") if len(items) == 1 else "",
        item_title=clean_title(items[0].get("title")) if items else "",
        quantity=sum(_pieces(item) for item in items) or 1,
    )


def _word(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return "" if value is None else str(value).strip()[:80]


def _pieces(item: Mapping[str, Any]) -> int:
    text = _word(item, "num")
    return min(int(text), MOST_PIECES) if text.isascii() and text.isdecimal() else 1


def amount(row: Mapping[str, Any], name: str) -> int:
    """Yuan as fen. Raises ValueError where there is none: an absent amount is no zero that was paid."""
    if row.get(name) in (None, ""):
        raise ValueError(Said("%(field)s is missing", field=name))
    try:
        return exact_minor(row[name])
    except ValueError as exc:
        raise ValueError(in_field(name, exc)) from None


def time_of(row: Mapping[str, Any], name: str) -> datetime | None:
    """A time of Beijing in UTC; None for none."""
    text = _word(row, name)
    if not text:
        return None
    try:
        return datetime.strptime(text[:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING).astimezone(UTC)
    except ValueError:
        raise ValueError(in_field(name, ValueError(Said("%(value)s is not a time", value=repr(text[:40]))))) from None
