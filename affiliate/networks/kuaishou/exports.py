"""Reads a promoter's order sheet of 快分销. No such sheet is public: the headings are the Chinese titles of the API's
fields (kwaimoney.order.list), in the wordings of Kuaishou's sheets. The seller's own sheet is public, and refused.
"""

from __future__ import annotations

from affiliate.networks.exports import MERCHANT_HEADINGS, ExportProfile, ExportRow
from affiliate.networks.kuaishou.recognise import SLUG
from affiliate.networks.sanity import clean_title, storable
from affiliate.networks.types import LineState, OrderLine
from affiliate.networks.wording import Said

STATES = {
    "已付款": LineState.PENDING,
    "已支付": LineState.PENDING,
    "已发货": LineState.PENDING,
    "已收货": LineState.CONFIRMED,
    "已结算": LineState.SETTLED,
    "已失效": LineState.INVALID,
    "已退款": LineState.INVALID,
    "已取消": LineState.INVALID,
}

COLUMNS = {
    "order_no": ("订单ID", "订单号", "订单编号"),
    "item_id": ("商品ID", "商品编号"),
    "item_title": ("商品名称", "商品标题"),
    "shop": ("店铺名称", "商家名称"),
    "qty": ("商品数量", "成交数量", "购买数量"),
    "created_at": ("订单创建时间", "下单时间", "创建时间"),
    "paid_at": ("付款时间", "支付时间", "订单支付时间"),
    "received_at": ("收货时间", "确认收货时间"),
    "settled_at": ("结算时间", "佣金结算时间", "订单结算时间"),
    "updated_at": ("更新时间", "订单更新时间"),
    "pay_amount": ("支付金额", "付款金额", "实付款", "实付金额", "支付金额(元)", "实付金额(元)"),
    "income_est": ("预估佣金", "预估佣金收入", "预估佣金(元)", "预估佣金收入(元)"),
    "income_final": ("结算佣金", "结算佣金收入", "实际佣金", "实际佣金收入", "结算佣金(元)", "实际佣金(元)"),
    "refund": ("退款金额",),
    "state_text": ("订单状态", "状态"),
    "place_id": ("推广位ID", "推广位", "cpsPid", "PID"),
    "sub_id": ("站外自定义参数", "自定义参数", "透传参数", "comments"),
}

SELLERS = ("预估推广佣金", "分佣比例", "快赚客id", "授权推广者", "团长id", "收货人", "快递单号")
"""Parts of headings of the seller's order sheet alone: what it says of commission is what the seller pays."""


def to_line(row: ExportRow) -> OrderLine:
    """The item of one row, under the number that the API gives it. Raises ValueError naming the heading that cannot be
    read.
    """
    order_no, item_id = row.id("order_no"), row.id("item_id")
    placed_at = row.time("created_at") or row.time("paid_at")
    if not item_id:
        raise ValueError(Said("%(field)s is missing", field=row.headings["item_id"]))
    if placed_at is None:
        raise ValueError(Said("%(field)s is missing", field=row.headings.get("created_at", COLUMNS["created_at"][0])))
    word, place = row.text("state_text"), row.text("place_id")
    state = STATES.get(word, LineState.PENDING)
    if state is LineState.SETTLED and not row.has("income_final"):
        state = LineState.CONFIRMED  # settled, it says, and does not say at how much
    return OrderLine(
        network=SLUG,
        order_id=order_no,
        line_id=f"{order_no}_{item_id}",
        state=state,
        network_state=word,
        unknown_state=word not in STATES,
        amount_minor=row.amount("pay_amount"),
        estimated_commission_minor=row.amount("income_est"),
        settled_commission_minor=row.amount("income_final") if state is LineState.SETTLED else None,
        refunded_minor=row.amount("refund"),
        sub_id=row.text("sub_id"),
        ad_slot=place[:100] if place.startswith("ks_") else "",
        placed_at=placed_at,
        paid_at=row.time("paid_at"),
        updated_at=row.time("updated_at"),
        finished_at=row.time("received_at"),
        settled_at=row.time("settled_at") if state is LineState.SETTLED else None,
        raw=storable(dict(row.raw)),
        item_id=item_id,
        item_title=clean_title(row.cells.get("item_title", "")),
        shop=clean_title(row.text("shop"), 100),
        quantity=max(row.count("qty"), 1),
    )


PROFILES = (
    ExportProfile(
        network=SLUG,
        name="kuaishou-promoter",
        columns=COLUMNS,
        required=frozenset({"order_no", "item_id", "pay_amount", "income_est", "state_text"}),
        to_line=to_line,
        forbidden=(*MERCHANT_HEADINGS, *SELLERS),
        states=STATES,
    ),
)
