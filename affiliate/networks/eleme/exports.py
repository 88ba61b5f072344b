"""Reads 订单明细 of Ele.me's union console.

No download of it was seen: its headings are the Chinese names that the docs of the order report give the same fields.
Columns are found by name, and a file that lacks what is needed is refused by name.
"""

from __future__ import annotations

from affiliate.networks.eleme.recognise import SLUG
from affiliate.networks.exports import MERCHANT_HEADINGS, ExportProfile, ExportRow
from affiliate.networks.sanity import clean_title, storable
from affiliate.networks.types import LineState, OrderLine
from affiliate.networks.wording import Said, in_field

STATES = {
    "已下单": LineState.PENDING,
    "已付款": LineState.PENDING,
    "已收货": LineState.CONFIRMED,
    "已失效": LineState.INVALID,
    "售中退": LineState.INVALID,
    "售后退": LineState.INVALID,
}
SETTLED_WORDS = {"已结算": True, "未结算": False, "": False}

COLUMNS = {
    "order_no": ("订单号", "父订单号", "主订单号", "订单编号", "淘宝父订单号"),
    "line_no": ("子订单号", "子单号", "淘宝子订单号", "子订单编号"),
    "state_text": ("订单状态",),
    "settle_text": ("结算状态",),
    "created_at": ("下单时间", "创建时间", "订单创建时间"),
    "paid_at": ("付款时间", "支付时间"),
    "received_at": ("收货时间", "确认收货时间"),
    "settled_at": ("结算时间",),
    "pay_amount": ("付款金额", "支付金额", "订单金额"),
    "income_est": ("预估收入", "付款预估收入", "预估佣金"),
    "income_final": ("结算预估收入", "结算收入", "结算佣金"),
    "item_id": ("商品ID", "活动ID"),
    "item_title": ("商品标题", "商品名称", "活动名称"),
    "shop": ("店铺名称", "门店名称"),
    "qty": ("商品数量", "数量"),
    "place_id": ("推广位", "推广位ID", "推广位PID", "pid"),
    "sub_id": ("sid", "会员标识", "渠道标识", "自定义参数"),
}


def to_line(row: ExportRow) -> OrderLine:
    """The order line of one row. Raises ValueError naming the heading that cannot be read."""
    numbers = {name: row.id(name) for name in ("order_no", "line_no")}
    for name, text in numbers.items():
        if text and not text.isdecimal():
            wrong = Said("%(value)s is not a number of Ele.me", value=repr(text[:40]))
            raise ValueError(in_field(row.headings[name], ValueError(wrong)))
    placed_at = row.time("created_at")
    if placed_at is None:
        raise ValueError(Said("%(field)s is missing", field=row.headings["created_at"]))
    state, unknown = _state(row)
    return OrderLine(
        network=SLUG,
        order_id=numbers["order_no"],
        line_id=numbers["line_no"] or numbers["order_no"],
        state=state,
        network_state="/".join(filter(None, (row.text("state_text"), row.text("settle_text")))),
        amount_minor=row.amount("pay_amount"),
        estimated_commission_minor=row.amount("income_est"),
        settled_commission_minor=row.amount("income_final") if state is LineState.SETTLED else None,
        sub_id=row.text("sub_id"),
        placed_at=placed_at,
        updated_at=None,
        raw=storable(dict(row.raw)),
        item_id=row.id("item_id")[:80],
        item_title=clean_title(row.cells.get("item_title", "")),
        shop=clean_title(row.text("shop"), 100),
        quantity=max(row.count("qty"), 1),
        ad_slot=row.text("place_id")[:80],
        paid_at=row.time("paid_at"),
        finished_at=row.time("received_at"),
        settled_at=row.time("settled_at") if state is LineState.SETTLED else None,
        unknown_state=unknown,
    )


def _state(row: ExportRow) -> tuple[LineState, bool]:
    """Our state for the file's two words, and whether one of them is unknown. Nothing settles without its sum."""
    word, settled = row.text("state_text"), row.text("settle_text")
    if word not in STATES or settled not in SETTLED_WORDS:
        return LineState.PENDING, True
    state = STATES[word]
    if state is LineState.CONFIRMED and SETTLED_WORDS[settled] and row.has("income_final"):
        return LineState.SETTLED, False
    return state, False


CONSOLE = ExportProfile(
    network=SLUG,
    name="eleme-console",
    columns=COLUMNS,
    required=frozenset({"order_no", "state_text", "settle_text", "created_at", "income_est", "income_final"}),
    to_line=to_line,
    forbidden=(*MERCHANT_HEADINGS, "骑手", "配送费", "收货地址"),
    states=STATES,
    id_columns=frozenset({"order_no", "line_no"}),
)

PROFILES: tuple[ExportProfile, ...] = (CONSOLE,)
