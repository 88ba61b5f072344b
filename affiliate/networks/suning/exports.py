"""Reads the order details (订单明细) of Suning Union's back-end.

No sample of such a file is public: the headings are the Chinese names of the interface's fields, in the forms in which
back-ends write them. Columns are found by name; where one is called otherwise, the import names what it misses.
"""

from __future__ import annotations

from affiliate.networks.exports import MERCHANT_HEADINGS, ExportProfile, ExportRow
from affiliate.networks.sanity import clean_title, storable
from affiliate.networks.suning.codes import STATE_TEXTS
from affiliate.networks.suning.orders import contradictory
from affiliate.networks.suning.recognise import SLUG, item_id_of
from affiliate.networks.types import Doubt, LineState, OrderLine
from affiliate.networks.wording import Said, in_field

STATES = STATE_TEXTS | {"已结算": LineState.SETTLED, "已失效": LineState.INVALID, "违规": LineState.INVALID}

COLUMNS = {
    "order_no": ("订单号", "订单编号", "orderCode"),
    "line_no": ("行项目号", "订单行号", "订单行项目号", "orderLineNumber"),
    "item_id": ("商品编码", "商品ID", "商品编号", "goodsNum"),
    "seller": ("店铺编码", "商家编码", "sellerCode"),
    "state_text": ("订单行状态", "订单状态", "订单行状态描述", "orderLineStatusDesc"),
    "settled": ("结算状态", "是否结算"),
    "created_at": ("下单时间", "提交时间", "orderSubmitTime", "支付时间", "payTime"),
    "income_est": ("预估佣金", "预估佣金(元)", "prePayCommission"),
    "income_final": ("结算佣金", "结算佣金(元)", "实际佣金", "应付佣金"),
    "pay_amount": ("支付金额", "支付金额(元)", "实付金额", "payAmount"),
    "rate": ("佣金比例", "佣金比率", "commissionRatio"),
    "paid_at": ("支付时间", "payTime"),
    "received_at": ("确认收货时间", "收货时间", "confirmTime"),
    "settled_at": ("结算时间",),
    "item_title": ("商品名称", "productName"),
    "shop": ("店铺名称", "sellName"),
    "qty": ("数量", "商品数量", "saleNum"),
    "place_id": ("推广位ID", "推广位", "positionId"),
    "sub_id": ("子推广账号", "子会员编码", "childAccountId"),
}


def to_line(row: ExportRow) -> OrderLine:
    """The order line of one row. Raises ValueError naming the heading that cannot be read."""
    order_no, line_no = row.id("order_no"), row.id("line_no")
    for column, text in (("order_no", order_no), ("line_no", line_no)):
        if not text.isascii() or not text.isalnum():
            wrong = Said("%(value)s is not a number of Suning", value=repr(text[:40]))
            raise ValueError(in_field(row.headings[column], ValueError(wrong)))
    placed_at = row.time("created_at")
    if placed_at is None:
        raise ValueError(Said("%(field)s is missing", field=row.headings["created_at"]))
    amount, estimate = row.amount("pay_amount"), row.amount("income_est")
    state, unknown, doubt = state_of(row, amount, estimate)
    settled = state is LineState.SETTLED
    return OrderLine(
        network=SLUG,
        order_id=order_no,
        line_id=line_no,
        state=state,
        network_state=row.text("state_text"),
        amount_minor=amount,
        estimated_commission_minor=estimate,
        settled_commission_minor=row.amount("income_final") if settled else None,
        sub_id=row.text("sub_id")[:80],
        placed_at=placed_at,
        updated_at=None,
        raw=storable(dict(row.raw)),
        item_id=item_id_of(row.id("item_id"), row.id("seller") or "0"),
        item_title=clean_title(row.cells.get("item_title", "")),
        shop=clean_title(row.text("shop"), 100),
        quantity=max(row.count("qty"), 1),
        ad_slot=row.text("place_id")[:80],
        paid_at=row.time("paid_at"),
        finished_at=row.time("received_at"),
        settled_at=row.time("settled_at") if settled else None,
        unknown_state=unknown,
        doubt=doubt,
    )


def state_of(row: ExportRow, amount: int, estimate: int) -> tuple[LineState, bool, str]:
    """Our state for the file's words, whether they are unknown, and a doubt where its figures contradict each other.
    Where it is paid but the sum is not told it stays open: an empty cell is no zero.
    """
    state = STATES.get(row.text("state_text"))
    strange = contradictory({"commissionRatio": row.text("rate").rstrip("%")}, amount, estimate)
    if state is None:
        return LineState.PENDING, True, ""
    if strange and state is not LineState.INVALID:
        return LineState.PENDING, False, Doubt.CONTRADICTION
    if state is LineState.CONFIRMED and row.text("settled") in ("已结算", "是", "1"):
        state = LineState.SETTLED
    if state is LineState.SETTLED and not row.has("income_final"):
        state = LineState.CONFIRMED
    return state, False, ""


CONSOLE = ExportProfile(
    network=SLUG,
    name="suning-console",
    columns=COLUMNS,
    required=frozenset({"order_no", "line_no", "state_text", "created_at", "income_est", "pay_amount"}),
    to_line=to_line,
    forbidden=(*MERCHANT_HEADINGS, "收货人", "收件人"),
    states=STATES,
)

PROFILES: tuple[ExportProfile, ...] = (CONSOLE,)
