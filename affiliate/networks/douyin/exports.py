"""Reads the promoter's order sheet of 精选联盟. Headings: 佣金订单明细 of the back-end; the seller's (支出) is
refused. The sheet carries no sub-ID.
"""

from __future__ import annotations

from affiliate.networks.douyin.recognise import SLUG
from affiliate.networks.exports import ExportProfile, ExportRow
from affiliate.networks.sanity import clean_title, storable
from affiliate.networks.types import LineState, OrderLine
from affiliate.networks.wording import Said

STATES = {
    "订单付款": LineState.PENDING,
    "已付款": LineState.PENDING,
    "订单收货": LineState.CONFIRMED,
    "已收货": LineState.CONFIRMED,
    "订单结算": LineState.SETTLED,
    "已结算": LineState.SETTLED,
    "订单退货退款": LineState.INVALID,
    "已退款": LineState.INVALID,
    "已失效": LineState.INVALID,
}

COLUMNS = {
    "order_no": ("订单id", "订单ID", "订单号"),
    "item_id": ("商品id", "商品ID"),
    "item_title": ("商品名称",),
    "pay_amount": ("支付金额", "支付金额(元)"),
    "income_est": ("预估佣金收入", "渠道预估佣金收入", "预估佣金收入(元)"),
    "income_final": ("实际佣金收入", "渠道实际佣金收入", "实际佣金收入(元)"),
    "state_text": ("订单状态",),
    "created_at": ("付款时间", "支付时间"),
    "received_at": ("收货时间",),
    "settled_at": ("订单结算时间", "结算时间"),
    "shop": ("店铺名称",),
    "qty": ("商品数量",),
    "sub_id": ("external_info", "外部信息"),
}


def to_line(row: ExportRow) -> OrderLine:
    """The order of one row. Raises ValueError naming the heading that cannot be read."""
    placed_at = row.time("created_at")
    if placed_at is None:
        raise ValueError(Said("%(field)s is missing", field=row.headings["created_at"]))
    word, order_no = row.text("state_text"), row.id("order_no")
    state = STATES.get(word, LineState.PENDING)
    if state is LineState.SETTLED and not row.has("income_final"):
        raise ValueError(Said("%(field)s is missing", field=COLUMNS["income_final"][0]))
    return OrderLine(
        network=SLUG,
        order_id=order_no,
        line_id=order_no,
        state=state,
        network_state=word,
        unknown_state=word not in STATES,
        amount_minor=row.amount("pay_amount"),
        estimated_commission_minor=row.amount("income_est"),
        settled_commission_minor=row.amount("income_final") if state is LineState.SETTLED else None,
        sub_id=row.text("sub_id"),
        placed_at=placed_at,
        paid_at=placed_at,
        updated_at=None,
        raw=storable(dict(row.raw)),
        item_id=row.id("item_id"),
        item_title=clean_title(row.cells.get("item_title", "")),
        shop=clean_title(row.text("shop"), 100),
        quantity=max(row.count("qty"), 1),
        finished_at=row.time("received_at"),
        settled_at=row.time("settled_at"),
    )


PROFILES = (
    ExportProfile(
        network=SLUG,
        name="douyin-promoter",
        columns=COLUMNS,
        required=frozenset({"order_no", "item_id", "pay_amount", "income_est", "state_text", "created_at"}),
        to_line=to_line,
        states=STATES,
    ),
)
