"""Reads 订单明细 as the JD Union console gives it out.

Headings: JD Union console, 订单明细 download. The file has no row id: order number and item id make the line's key, in
the form of the API's `id`, so that a line is one line however it comes.
"""

from __future__ import annotations

from datetime import UTC, datetime

from affiliate.networks.exports import MERCHANT_HEADINGS, ExportProfile, ExportRow
from affiliate.networks.jd.orders import ad_slot, pay_date
from affiliate.networks.jd.recognise import SLUG
from affiliate.networks.sanity import clean_title, storable
from affiliate.networks.types import LineState, OrderLine
from affiliate.networks.wording import Said, in_field

STATES = {
    "待付款": LineState.PENDING,
    "已付款": LineState.PENDING,
    "已付定金": LineState.PENDING,
    "有效": LineState.PENDING,
    "已完成": LineState.CONFIRMED,
    "无效": LineState.INVALID,
    "违规": LineState.INVALID,
    "违规订单": LineState.INVALID,
}
"""Texts of validCode. Refusals carry their reason behind a dash (无效-取消, 违规订单-流量异常)."""

COLUMNS = {
    "order_no": ("订单号", "订单编号", "订单ID"),
    "item_id": ("商品ID", "商品编号", "SKU ID", "skuId"),
    "state_text": ("订单状态", "订单状态描述"),
    "created_at": ("下单时间", "订单创建时间"),
    "income_est": ("预估佣金", "预估佣金(元)", "预估佣金收入"),
    "base_est": ("预估金额", "预估计佣金额", "预估金额(元)"),
    "pay_amount": ("付款金额", "付款金额(元)", "订单金额"),
    "base_final": ("实际金额", "实际计佣金额", "实际金额(元)"),
    "income_final": ("实际佣金", "实际佣金(元)", "实际佣金收入"),
    "received_at": ("完成时间", "订单完成时间"),
    "settled_info": ("结算信息", "结算时间"),
    "item_title": ("商品名称", "商品标题", "商品信息"),
    "shop": ("商品店铺名称", "店铺名称", "所属店铺"),
    "qty": ("商品数量", "商品数"),
    "frozen": ("商品售后中数量",),
    "returned": ("商品已退货数量",),
    "place_id": ("推广位ID", "推广位 ID"),
    "sub_id": ("subUnionId", "子联盟ID", "子渠道", "子渠道ID"),
}


def state_of(row: ExportRow) -> tuple[LineState, bool]:
    """Our state for the file's word, and whether the word is unknown. Nothing is settled before the sum is told."""
    word = row.text("state_text").replace("－", "-").replace("—", "-").split("-", 1)[0].strip()
    state = STATES.get(word)
    if state is None:
        return LineState.PENDING, True
    if state is LineState.CONFIRMED and paid_out(row) and row.has("income_final"):
        return LineState.SETTLED, False
    return state, False


def paid_out(row: ExportRow) -> bool:
    """True where 结算信息 says that JD has paid: the word itself, or a pay day that is past."""
    text = row.text("settled_info")
    day = settled_on(row)
    return text.startswith("已结算") or (day is not None and day <= datetime.now(UTC))


def settled_on(row: ExportRow) -> datetime | None:
    """The pay day in 结算信息, where it holds one."""
    text = row.text("settled_info")
    if text.isdecimal():
        return pay_date(text)
    try:
        return row.time("settled_info")
    except ValueError:
        return None


def to_line(row: ExportRow) -> OrderLine:
    """The order line of one row. Raises ValueError naming the heading that cannot be read."""
    order_no, item_id = row.id("order_no"), row.id("item_id")
    if not order_no.isdecimal() or not item_id.isdecimal():
        wrong = "order_no" if not order_no.isdecimal() else "item_id"
        not_jd = Said("%(value)s is not a number of JD", value=repr(row.text(wrong)[:40]))
        raise ValueError(in_field(row.headings[wrong], ValueError(not_jd)))
    placed_at = row.time("created_at")
    if placed_at is None:
        raise ValueError(Said("%(field)s is missing", field=row.headings["created_at"]))
    state, unknown = state_of(row)
    finished = state in (LineState.CONFIRMED, LineState.SETTLED)
    returned = finished and row.count("returned") + row.count("frozen") > 0
    amount = row.amount("base_est") if row.has("base_est") else row.amount("pay_amount")
    estimate = row.amount("income_est")
    if returned and row.has("income_final"):
        estimate = min(estimate, row.amount("income_final"))
    return OrderLine(
        network=SLUG,
        order_id=order_no,
        line_id=f"{order_no}_{item_id}",
        state=state,
        network_state=row.text("state_text"),
        amount_minor=amount,
        estimated_commission_minor=estimate,
        settled_commission_minor=row.amount("income_final") if state is LineState.SETTLED else None,
        sub_id=row.text("sub_id"),
        placed_at=placed_at,
        updated_at=None,
        raw=storable(dict(row.raw)),
        item_id=item_id,
        item_title=clean_title(row.cells.get("item_title", "")),
        shop=clean_title(row.text("shop"), 100),
        quantity=max(row.count("qty"), 1),
        ad_slot=ad_slot(row.id("place_id")),
        finished_at=row.time("received_at"),
        settled_at=settled_on(row) if state is LineState.SETTLED else None,
        refunded_minor=max(amount - row.amount("base_final"), 0) if returned and row.has("base_final") else 0,
        unknown_state=unknown,
    )


CONSOLE = ExportProfile(
    network=SLUG,
    name="jd-console",
    columns=COLUMNS,
    required=frozenset({"order_no", "item_id", "state_text", "created_at", "income_est"}),
    to_line=to_line,
    forbidden=(*MERCHANT_HEADINGS, "收货人", "客户姓名"),
    states=STATES,
)

PROFILES: tuple[ExportProfile, ...] = (CONSOLE,)
