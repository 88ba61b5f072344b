"""Reads the order list of the Meituan Union console. Columns are the Chinese titles of query_order's fields (Meituan
Union docs); a row is an order as a whole.
"""

from __future__ import annotations

from affiliate.networks.exports import ExportProfile, ExportRow
from affiliate.networks.meituan.recognise import SLUG
from affiliate.networks.sanity import clean_title, storable
from affiliate.networks.types import LineState, OrderLine
from affiliate.networks.wording import Said

STATES = {
    "已付款": LineState.PENDING,
    "付款": LineState.PENDING,
    "已完成": LineState.CONFIRMED,
    "完成": LineState.CONFIRMED,
    "已取消": LineState.INVALID,
    "取消": LineState.INVALID,
    "风控": LineState.INVALID,
    "已退款": LineState.INVALID,
    "已结算": LineState.SETTLED,
    "结算": LineState.SETTLED,
}

COLUMNS = {
    "order_no": ("订单号", "订单编号", "订单ID"),
    "created_at": ("支付时间", "付款时间"),
    "pay_amount": ("支付金额", "支付金额(元)", "付款金额"),
    "income_est": ("预估佣金", "预估佣金(元)"),
    "refund": ("退款金额", "退款金额(元)"),
    "refund_income": ("退款佣金", "退款佣金(元)"),
    "sub_id": ("sid", "子渠道", "二级媒体身份"),
    "act_id": ("活动ID", "活动id", "推广活动ID"),
    "item_title": ("商品名称", "活动名称", "店铺名称"),
    "state_text": ("状态", "订单状态"),
    "updated_at": ("更新时间", "订单更新时间"),
}


def to_line(row: ExportRow) -> OrderLine:
    """The order of one row. Raises ValueError naming the heading that cannot be read."""
    placed_at = row.time("created_at")
    if placed_at is None:
        raise ValueError(Said("%(field)s is missing", field=row.headings["created_at"]))
    word = row.text("state_text")
    state = STATES.get(word, LineState.PENDING)
    if state is LineState.SETTLED and not row.has("income_est"):
        state = LineState.CONFIRMED  # settled, it says, and does not say at how much
    estimate = row.amount("income_est")
    order_no, activity = row.id("order_no"), row.text("act_id")
    return OrderLine(
        network=SLUG,
        order_id=order_no,
        line_id=order_no,
        state=state,
        network_state=word,
        amount_minor=row.amount("pay_amount"),
        estimated_commission_minor=estimate,
        settled_commission_minor=estimate - row.amount("refund_income") if state is LineState.SETTLED else None,
        sub_id=row.text("sub_id"),
        placed_at=placed_at,
        paid_at=placed_at,
        updated_at=row.time("updated_at"),
        raw=storable(dict(row.raw)),
        item_id=f"act:{activity}" if activity.isdecimal() and activity.strip("0") else "",
        item_title=clean_title(row.cells.get("item_title", "")),
        refunded_minor=row.amount("refund"),
        unknown_state=word not in STATES,
    )


PROFILES = (
    ExportProfile(
        network=SLUG,
        name="meituan-console",
        columns=COLUMNS,
        required=frozenset({"order_no", "created_at", "pay_amount", "income_est", "state_text"}),
        to_line=to_line,
        states=STATES,
    ),
)
