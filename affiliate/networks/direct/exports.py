"""Reads a direct merchant's CSV or workbook of orders, with English or Chinese headings."""

from __future__ import annotations

import re

from affiliate.networks.direct.merchants import NAME
from affiliate.networks.direct.postback import KEY, LONGEST_CODE, item_of
from affiliate.networks.exports import ExportProfile, ExportRow
from affiliate.networks.sanity import clean_title, storable
from affiliate.networks.types import LineState, OrderLine
from affiliate.networks.wording import Said

WITHOUT_CENTS = frozenset({"JPY", "KRW", "VND", "CLP", "ISK", "XAF", "XOF"})
"""A file writes whole units; these have no hundredth, so that reading them as the others would be wrong by 100."""

STATES = {
    "pending": LineState.PENDING,
    "confirmed": LineState.CONFIRMED,
    "settled": LineState.SETTLED,
    "invalid": LineState.INVALID,
    "待确认": LineState.PENDING,
    "已付款": LineState.PENDING,
    "已确认": LineState.CONFIRMED,
    "已完成": LineState.CONFIRMED,
    "已结算": LineState.SETTLED,
    "无效": LineState.INVALID,
    "已退款": LineState.INVALID,
    "已取消": LineState.INVALID,
}

COLUMNS = {
    "merchant": ("merchant", "商家"),
    "order_no": ("order_id", "订单号", "订单编号"),
    "line_no": ("line_id", "行号", "子订单号"),
    "state_text": ("state", "订单状态", "状态"),
    "pay_amount": ("amount", "付款金额", "订单金额"),
    "income_est": ("commission", "佣金", "预估佣金"),
    "created_at": ("placed_at", "下单时间", "创建时间"),
    "updated_at": ("updated_at", "更新时间"),
    "sub_id": ("sub_id", "推广标识", "ref"),
    "coupon_code": ("coupon_code", "优惠码", "券码"),
    "item_id": ("item_id", "商品ID"),
    "item_title": ("item_title", "商品名称"),
    "currency": ("currency", "币种"),
}


def to_line(row: ExportRow) -> OrderLine:
    """The order line of one row. Raises ValueError naming what cannot be read."""
    merchant = row.text("merchant").lower()
    order_id, line = _key(row, "order_no"), _key(row, "line_no")
    if not NAME.fullmatch(merchant):
        raise ValueError(Said("%(value)s is not a merchant's short name", value=repr(merchant[:40])))
    placed_at = row.time("created_at")
    if placed_at is None:
        raise ValueError(Said("%(field)s is missing", field=row.headings["created_at"]))
    word = row.text("state_text")
    state = STATES.get(word.lower())
    amount, commission = row.amount("pay_amount"), row.amount("income_est")
    if amount < 0 or not 0 <= commission <= amount:
        raise ValueError(Said("the commission does not fit the amount: %(cell)s", cell=row.text("income_est")[:40]))
    updated_at = row.time("updated_at")
    settled = state is LineState.SETTLED
    if settled and not row.has("income_est"):
        raise ValueError(Said("%(field)s is missing", field=row.headings["income_est"]))
    return OrderLine(
        network="direct",
        merchant=merchant,
        order_id=order_id,
        line_id=f"{merchant}:{order_id}:{line}",
        state=state or LineState.PENDING,
        network_state=word,
        unknown_state=state is None,
        currency=_currency(row),
        amount_minor=amount,
        estimated_commission_minor=commission,
        settled_commission_minor=commission if settled else None,
        sub_id=str(storable(row.text("sub_id")))[:80],
        coupon_code=str(storable(row.text("coupon_code")))[:LONGEST_CODE],
        item_id=item_of(str(storable(row.text("item_id")))[:150], merchant),
        item_title=clean_title(row.text("item_title")),
        placed_at=placed_at,
        updated_at=updated_at,
        settled_at=updated_at if settled else None,
        raw=storable(dict(row.raw)),
    )


def _key(row: ExportRow, column: str) -> str:
    """An order or line number of the form that postbacks take, so that a line is one line however it comes."""
    text = row.id(column)
    if column == "line_no" and not text:
        return "1"
    if not KEY.fullmatch(text):
        field = row.headings.get(column, column)
        raise ValueError(Said("%(field)s: %(value)s is no number of an order", field=field, value=repr(text[:50])))
    return text


def _currency(row: ExportRow) -> str:
    text = row.text("currency").upper() or "CNY"
    if not re.fullmatch(r"[A-Z]{3}", text) or text in WITHOUT_CENTS:
        raise ValueError(Said("%(value)s is not a currency that can be read here", value=repr(text[:10])))
    return text


NEEDED = frozenset({"merchant", "order_no", "state_text", "pay_amount", "income_est", "created_at"})
NAMING = {"direct merchant orders": "sub_id", "direct merchant orders by coupon code": "coupon_code"}
"""Either column may name the author; a file without both would credit nobody, and is refused."""

PROFILES = tuple(
    ExportProfile(
        network="direct",
        name=name,
        columns=COLUMNS,
        required=NEEDED | {naming},
        to_line=to_line,
        states=STATES,
        id_columns=frozenset({"order_no", "line_no"}),
    )
    for name, naming in NAMING.items()
)
