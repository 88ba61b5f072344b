"""Reads the order details (订单明细) of VIP Union's back-end.

No sample of such a file is public: the headings are the Chinese names of the interface's fields, in the forms in which
back-ends write them. Columns are found by name; where one is called otherwise, the import names what it misses.
"""

from __future__ import annotations

from collections.abc import Mapping

from affiliate.networks.exports import MERCHANT_HEADINGS, ExportProfile, ExportRow
from affiliate.networks.sanity import clean_title, storable
from affiliate.networks.types import Doubt, LineState, OrderLine
from affiliate.networks.vip.orders import SLACK_FEN, SLACK_PERCENT
from affiliate.networks.vip.parsing import rate_bp
from affiliate.networks.vip.recognise import SLUG
from affiliate.networks.wording import Said, in_field

STATES: Mapping[str, LineState] = {
    "不合格": LineState.INVALID,
    "已失效": LineState.INVALID,
    "待定": LineState.PENDING,
    "已下单": LineState.PENDING,
    "已付款": LineState.PENDING,
    "已签收": LineState.PENDING,
    "已完结": LineState.CONFIRMED,
    "待结算": LineState.CONFIRMED,
    "已结算": LineState.SETTLED,
}

COLUMNS = {
    "order_no": ("订单号", "订单编号", "orderSn"),
    "item_id": ("商品ID", "商品编号", "商品id", "goodsId"),
    "size_id": ("尺码ID", "商品尺码ID", "sizeId"),
    "state_text": ("订单子状态", "订单状态", "订单状态描述", "orderSubStatusName"),
    "settled": ("结算状态", "是否结算", "settled"),
    "created_at": ("下单时间", "订单时间", "创建时间", "orderTime"),
    "income_est": ("佣金", "佣金(元)", "预估佣金", "预估佣金(元)", "commission"),
    "pay_amount": ("计佣金额", "计佣金额(元)", "商品计佣金额", "commissionTotalCost", "支付金额", "支付金额(元)"),
    "rate": ("佣金比例", "佣金比率", "佣金率", "commissionRate"),
    "change": ("售后佣金变动", "售后变动佣金", "售后佣金变动(元)", "afterSaleChangeCommission"),
    "received_at": ("签收时间", "signTime"),
    "settled_at": ("结算时间", "settledTime"),
    "updated_at": ("最后更新时间", "更新时间", "lastUpdateTime"),
    "item_title": ("商品名称", "商品标题", "goodsName"),
    "shop": ("店铺名称", "品牌名称"),
    "qty": ("商品数量", "数量", "goodsCount"),
    "place_id": ("PID", "推广位PID", "渠道标识", "推广位", "channelTag"),
    "sub_id": ("自定义参数", "统计参数", "statParam"),
}


def to_line(row: ExportRow) -> OrderLine:
    """The order line of one row. Raises ValueError naming the heading that cannot be read."""
    order_no, item_id = row.id("order_no"), row.id("item_id")
    for column, text in (("order_no", order_no), ("item_id", item_id)):
        if not text.isascii() or not text.replace("-", "").isalnum():
            wrong = Said("%(value)s is not a number of VIP", value=repr(text[:40]))
            raise ValueError(in_field(row.headings[column], ValueError(wrong)))
    placed_at = row.time("created_at")
    if placed_at is None:
        raise ValueError(Said("%(field)s is missing", field=row.headings["created_at"]))
    amount, commission = row.amount("pay_amount"), row.amount("income_est")
    state, unknown = state_of(row)
    strange = state is not LineState.INVALID and above_rate(row, amount, commission)
    if strange:
        state = LineState.PENDING
    income = commission - abs(row.amount("change"))
    settled = state is LineState.SETTLED
    return OrderLine(
        network=SLUG,
        order_id=order_no,
        line_id="_".join(part for part in (order_no, item_id, row.id("size_id")) if part),
        state=state,
        network_state=row.text("state_text"),
        amount_minor=amount,
        estimated_commission_minor=income,
        settled_commission_minor=income if settled else None,
        sub_id=row.text("sub_id")[:80],
        placed_at=placed_at,
        updated_at=row.time("updated_at"),
        raw=storable(dict(row.raw)),
        item_id=item_id,
        item_title=clean_title(row.cells.get("item_title", "")),
        shop=clean_title(row.text("shop"), 100),
        quantity=max(row.count("qty"), 1),
        ad_slot=row.text("place_id")[:80],
        finished_at=row.time("received_at"),
        settled_at=row.time("settled_at") if settled else None,
        unknown_state=unknown,
        doubt=Doubt.CONTRADICTION if strange else "",
    )


def state_of(row: ExportRow) -> tuple[LineState, bool]:
    """Our state for the file's words, and whether one is unknown. An empty sum is settled at nothing: it stays open."""
    state = STATES.get(row.text("state_text"))
    if state is None:
        return LineState.PENDING, True
    if state is LineState.CONFIRMED and row.text("settled") in ("已结算", "是", "1"):
        state = LineState.SETTLED
    if state is LineState.SETTLED and not row.has("income_est"):
        state = LineState.CONFIRMED
    return state, False


def above_rate(row: ExportRow, amount: int, commission: int) -> bool:
    """True where the commission lies far above amount times rate."""
    warnings: list[str] = []
    rate = rate_bp(row.text("rate"), warnings) if "%" in row.text("rate") else None
    if warnings or rate is None:
        return bool(warnings)
    due = abs(amount) * rate // 10_000
    return commission > due + due * SLACK_PERCENT // 100 + SLACK_FEN


CONSOLE = ExportProfile(
    network=SLUG,
    name="vip-console",
    columns=COLUMNS,
    required=frozenset({"order_no", "item_id", "state_text", "created_at", "income_est", "pay_amount"}),
    to_line=to_line,
    forbidden=(*MERCHANT_HEADINGS, "收货人", "收件人", "供应商佣金", "结算给渠道"),
    states=STATES,
)

PROFILES: tuple[ExportProfile, ...] = (CONSOLE,)
