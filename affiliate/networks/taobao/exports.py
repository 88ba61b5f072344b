"""Reads what the back-end of 淘宝联盟 gives out: 订单明细 of both generations.

Headings: pub.alimama.com, 订单明细, before 2019 and since. In the old one 预估收入 is what was *settled*, in the
new one nothing has that name: the generation must be known before an amount is read. The 维权 sheet has no
ad slot and no time of the order, so that it makes no line; refunds come through the union's interface.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from affiliate.networks.exports import MERCHANT_HEADINGS, ExportProfile, ExportRow
from affiliate.networks.sanity import clean_title, storable
from affiliate.networks.taobao.orders import line_id
from affiliate.networks.taobao.recognise import SLUG
from affiliate.networks.taobao.slots import reported_slot
from affiliate.networks.top_reading import some_id
from affiliate.networks.types import Doubt, LineState, OrderLine
from affiliate.networks.wording import Said, in_field

STATES = {
    "已付款": LineState.PENDING,
    "已收货": LineState.CONFIRMED,
    "已结算": LineState.SETTLED,
    "已失效": LineState.INVALID,
}
OLD_STATES = {
    "订单付款": LineState.PENDING,
    "订单成功": LineState.CONFIRMED,
    "订单结算": LineState.SETTLED,
    "分销结算": LineState.SETTLED,
    "订单失效": LineState.INVALID,
}

COLUMNS = {
    "order_no": ("订单编号", "淘宝订单编号", "淘宝父订单编号"),
    "line_no": ("淘宝子订单号", "子订单编号", "淘宝子订单编号"),
    "item_id": ("商品ID", "商品编号"),
    "state_text": ("订单状态",),
    "created_at": ("创建时间", "订单创建时间"),
    "paid_at": ("淘宝付款时间", "付款时间"),
    "settled_at": ("结算时间",),
    "pay_amount": ("付款金额", "付款金额(元)"),
    "income_est": ("付款预估收入", "付款预估收入(元)"),
    "income_final": ("结算预估收入", "结算预估收入(元)"),
    "service_fee": ("技术服务费", "技术服务费(元)"),
    "special_est": ("预估专项服务费",),
    "special_final": ("结算专项服务费",),
    "item_title": ("商品标题", "商品信息", "商品名称"),
    "shop": ("店铺名称", "所属店铺", "掌柜旺旺"),
    "qty": ("商品数量", "商品数"),
    "role": ("推广者身份",),
    "claim": ("维权标签",),
    "media_id": ("媒体ID", "来源媒体ID"),
    "place_id": ("推广位ID", "广告位ID"),
    "relation_id": ("渠道关系ID",),
}
OLD_COLUMNS = {
    **{name: COLUMNS[name] for name in ("order_no", "item_id", "state_text", "created_at", "settled_at", "pay_amount")},
    "income_est": ("效果预估",),
    "income_final": ("预估收入",),
    "item_title": ("商品信息",),
    "shop": ("所属店铺", "掌柜旺旺"),
    "qty": ("商品数",),
    "media_id": ("来源媒体ID",),
    "place_id": ("广告位ID",),
}
_REQUIRED = frozenset({"order_no", "item_id", "state_text", "created_at", "income_est", "income_final", "place_id"})
_FORBIDDEN = (*MERCHANT_HEADINGS, "计划名称", "实际成交价格", "达人昵称")


def profiles(pid: str) -> tuple[ExportProfile, ...]:
    """Both generations, for an account whose PID completes the ad slots of the file."""
    return (
        ExportProfile(
            network=SLUG,
            name="taobao-orders",
            columns=COLUMNS,
            required=_REQUIRED,
            to_line=partial(to_line, pid=pid, states=STATES),
            forbidden=_FORBIDDEN,
            states=STATES,
            id_columns=frozenset({"order_no", "line_no", "item_id", "relation_id"}),
        ),
        ExportProfile(
            network=SLUG,
            name="taobao-orders-before-2019",
            columns=OLD_COLUMNS,
            required=_REQUIRED,
            to_line=partial(to_line, pid=pid, states=OLD_STATES),
            forbidden=_FORBIDDEN,
            states=OLD_STATES,
        ),
    )


def to_line(row: ExportRow, *, pid: str, states: Mapping[str, LineState]) -> OrderLine:
    """The order line of one row. Raises ValueError naming the heading that cannot be read."""
    order_no, line_no, item_id = row.id("order_no"), row.id("line_no"), row.id("item_id")
    for column, value in (("order_no", order_no or "-"), ("line_no", line_no)):
        if value and not value.isdecimal():
            raise ValueError(in_field(row.headings[column], _no_number(row.text(column))))
    placed_at = row.time("created_at")
    if placed_at is None:
        raise ValueError(Said("%(field)s is missing", field=row.headings["created_at"]))
    word = row.text("state_text")
    state = states.get(word, LineState.PENDING)
    if state is LineState.SETTLED and not row.has("income_final"):
        state = LineState.CONFIRMED  # paid out, it says, and does not say how much
    claimed = state is LineState.SETTLED and _is_claimed(row)
    if claimed:
        state = LineState.PENDING
    return OrderLine(
        network=SLUG,
        order_id=order_no,
        line_id=line_id(line_no or f"{order_no}_{item_id}", row.text("role")),
        state=state,
        network_state=f"{word} 维权" if claimed else word,
        amount_minor=row.amount("pay_amount"),
        estimated_commission_minor=row.amount("income_est") - row.amount("service_fee") - row.amount("special_est"),
        settled_commission_minor=_settled(row) if state is LineState.SETTLED else None,
        sub_id="",
        placed_at=placed_at,
        updated_at=None,
        raw=storable(dict(row.raw)),
        item_id=item_id[:80],
        item_title=clean_title(row.cells.get("item_title", "")),
        shop=clean_title(row.text("shop"), 100),
        quantity=max(row.count("qty"), 1),
        ad_slot=reported_slot(pid, *(some_id(row.id(name)) for name in ("media_id", "place_id", "relation_id"))),
        paid_at=row.time("paid_at"),
        settled_at=_settled_at(row, state),
        unknown_state=word not in states,
        service_fee_minor=_fee(row, state),
        doubt=Doubt.CONTRADICTION if claimed else "",
    )


def _settled(row: ExportRow) -> int:
    return row.amount("income_final") - row.amount("service_fee") - row.amount("special_final")


def _fee(row: ExportRow, state: LineState) -> int:
    """What was taken off the income that counts in this state."""
    special = "special_final" if state is LineState.SETTLED else "special_est"
    return row.amount("service_fee") + row.amount(special)


def _settled_at(row: ExportRow, state: LineState) -> datetime | None:
    return row.time("settled_at") if state is LineState.SETTLED else None


def _is_claimed(row: ExportRow) -> bool:
    """True where the row is marked as 维权: its amounts do not tell what is taken back, so it waits for a person."""
    return row.text("claim") not in ("", "0", "否", "非维权", "正常")


def _no_number(text: str) -> ValueError:
    return ValueError(Said("%(value)s is not a number of Taobao", value=repr(text[:40])))
