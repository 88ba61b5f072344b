"""Reads a direct merchant's CSV or workbook of orders, with English or Chinese headings."""

from __future__ import annotations

from affiliate.networks.exports import ExportProfile, ExportRow
from affiliate.networks.sanity import clean_title, storable
from affiliate.networks.types import LineState, OrderLine
from affiliate.networks.wording import Said

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
    "item_id": ("item_id", "商品ID"),
    "item_title": ("item_title", "商品名称"),
    "currency": ("currency", "币种"),
}


def to_line(row: ExportRow) -> OrderLine:
    """The order line of one row. Raises ValueError naming what cannot be read."""
    merchant, order_id, line = row.text("merchant"), row.id("order_no"), row.id("line_no") or "1"
    if not merchant or not order_id:
        raise ValueError(Said("%(field)s is missing", field=row.headings["merchant" if order_id else "order_no"]))
    placed_at = row.time("created_at")
    if placed_at is None:
        raise ValueError(Said("%(field)s is missing", field=row.headings["created_at"]))
    word = row.text("state_text")
    state = STATES.get(word.lower())
    commission = row.amount("income_est")
    return OrderLine(
        network="direct",
        merchant=merchant,
        order_id=order_id,
        line_id=f"{merchant}:{order_id}:{line}",
        state=state or LineState.PENDING,
        network_state=word,
        unknown_state=state is None,
        currency=row.text("currency") or "CNY",
        amount_minor=row.amount("pay_amount"),
        estimated_commission_minor=commission,
        settled_commission_minor=commission if state is LineState.SETTLED else None,
        sub_id=row.text("sub_id"),
        item_id=row.text("item_id"),
        item_title=clean_title(row.text("item_title")),
        placed_at=placed_at,
        updated_at=row.time("updated_at") if row.has("updated_at") else None,
        raw=storable(dict(row.raw)),
    )


PROFILES = (
    ExportProfile(
        network="direct",
        name="direct merchant orders",
        columns=COLUMNS,
        required=frozenset({"merchant", "order_no", "state_text", "pay_amount", "income_est", "created_at", "sub_id"}),
        to_line=to_line,
        states=STATES,
        id_columns=frozenset({"order_no", "line_no"}),
    ),
)
