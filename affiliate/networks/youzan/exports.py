"""Reads the sheet of salesmen's orders (分销员订单) that the shop's back-end gives out. Headings are those of the
trades method's fields in Chinese: no sheet of a shop is public. A row is an order as a whole.

The sheet is about every salesman of the shop. Only the rows of ours are taken, told by code or mobile number.
"""

from __future__ import annotations

from collections.abc import Sequence

from affiliate.networks.exports import ExportProfile, ExportRow
from affiliate.networks.sanity import clean_title, storable
from affiliate.networks.types import LineState, OrderLine
from affiliate.networks.wording import Said
from affiliate.networks.youzan.recognise import SLUG
from affiliate.networks.youzan.salesmen import Salesman

STATES = {
    "待结算": LineState.PENDING,
    "未结算": LineState.PENDING,
    "余额不足": LineState.PENDING,
    "结算异常": LineState.PENDING,
    "货到付款": LineState.PENDING,
    "已结算": LineState.SETTLED,
}

COLUMNS = {
    "order_no": ("订单号", "推广订单号", "订单编号"),
    "created_at": ("下单时间", "订单创建时间", "创建时间"),
    "pay_amount": ("订单金额", "订单总额", "订单金额(元)", "实付金额", "成交金额"),
    "income_est": ("商品佣金", "商品佣金(元)", "商品提成", "提成金额", "提成金额(元)"),
    "seller": ("分销员", "销售员", "分销员标识码", "销售员标识码"),
    "mobile": ("手机号", "分销员手机号", "销售员手机号"),
    "state_text": ("结算状态",),
    "settled_at": ("结算时间",),
    "item_title": ("商品名称", "商品"),
}


def profiles(salesmen: Sequence[Salesman]) -> tuple[ExportProfile, ...]:
    """The layouts, knowing which salesmen are ours."""
    return (
        ExportProfile(
            network=SLUG,
            name="youzan-salesmen",
            columns=COLUMNS,
            required=frozenset({"order_no", "created_at", "pay_amount", "income_est", "mobile", "state_text"}),
            to_line=lambda row: to_line(row, salesmen),
            states=STATES,
        ),
    )


def to_line(row: ExportRow, salesmen: Sequence[Salesman]) -> OrderLine:
    """The order of one row. Raises ValueError naming the heading that cannot be read, and for others' orders."""
    mobile, seller = row.text("mobile"), row.text("seller")
    ours = next((one for one in salesmen if one.seller == seller or (mobile and one.mobile == mobile)), None)
    if ours is None:
        raise ValueError(Said("the order is of none of the salesmen in SALESMEN"))
    placed_at = row.time("created_at")
    if placed_at is None:
        raise ValueError(Said("%(field)s is missing", field=row.headings["created_at"]))
    word, order_no, commission = row.text("state_text"), row.id("order_no"), row.amount("income_est")
    state = STATES.get(word, LineState.PENDING)
    if state is LineState.SETTLED and not row.has("income_est"):
        state = LineState.CONFIRMED  # settled, it says, and does not say at how much
    return OrderLine(
        network=SLUG,
        order_id=order_no,
        line_id=order_no,
        state=state,
        network_state=word,
        unknown_state=word not in STATES,
        amount_minor=row.amount("pay_amount"),
        estimated_commission_minor=commission,
        settled_commission_minor=commission if state is LineState.SETTLED else None,
        sub_id="",
        ad_slot=ours.seller,
        placed_at=placed_at,
        updated_at=None,
        settled_at=row.time("settled_at"),
        raw=storable(dict(row.raw)),
        item_title=clean_title(row.cells.get("item_title", "")),
    )
