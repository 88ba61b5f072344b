"""Reads 订单明细 as the console of 多多进宝 gives it out.

Headings: rows of the console's 推广订单. The sheet of a leader (招商团长) looks alike and is refused: it holds what is
paid to others. Amounts are yuan where the heading or the digits say so; a row that leaves it open is not guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from affiliate.networks.exports import MERCHANT_HEADINGS, ExportProfile, ExportRow
from affiliate.networks.pdd.orders import SLACK_FEN, SLACK_PERCENT, sub_id_of
from affiliate.networks.pdd.recognise import SLUG
from affiliate.networks.sanity import clean_title, storable
from affiliate.networks.types import Doubt, LineState, OrderLine
from affiliate.networks.wording import Said, in_field

STATES: Mapping[str, LineState] = {
    "未支付": LineState.PENDING,
    "待支付": LineState.PENDING,
    "已支付": LineState.PENDING,
    "待成团": LineState.PENDING,
    "已成团": LineState.PENDING,
    "确认收货": LineState.PENDING,
    "已收货": LineState.PENDING,
    "审核通过": LineState.CONFIRMED,
    "审核成功": LineState.CONFIRMED,
    "已结算": LineState.SETTLED,
    "未支付,已取消": LineState.INVALID,
    "已取消": LineState.INVALID,
    "审核失败": LineState.INVALID,
    "审核失败(不可提现)": LineState.INVALID,
    "非多多进宝商品": LineState.INVALID,
    "已处罚": LineState.INVALID,
}

COLUMNS = {
    "order_no": ("订单编号", "订单号", "订单编号(订单号)"),
    "item_id": ("商品ID", "商品编号", "goods_id"),
    "state_text": ("订单状态描述", "订单状态"),
    "created_at": ("创建时间", "下单时间", "订单创建时间", "支付时间"),
    "income_est": ("预估佣金收入(元)", "预估佣金收入", "预估佣金(元)", "预估佣金", "佣金(元)", "佣金"),
    "pay_amount": ("订单金额(元)", "订单金额", "支付金额(元)", "支付金额"),
    "rate": ("佣金比例", "佣金比率"),
    "paid_at": ("支付时间",),
    "received_at": ("收货时间", "确认收货时间"),
    "settled_at": ("结算时间",),
    "updated_at": ("最后更新时间", "更新时间"),
    "item_title": ("商品信息", "商品名称", "商品标题"),
    "shop": ("店铺名称", "店铺"),
    "qty": ("商品数", "商品数量"),
    "price": ("商品价格(元)", "商品价格"),
    "place_id": ("pid", "推广位ID", "推广位PID"),
    "sub_id": ("customParameters", "custom_parameters", "自定义参数"),
    "reason": ("失败原因", "审核失败原因"),
}
_ORDER_NO = re.compile(r"(\d{6})-?(\d{15})", re.ASCII)
_MONEY = ("income_est", "pay_amount", "price")
_RATE = re.compile(r"(\d{1,3}(?:\.\d{1,3})?)\s*%", re.ASCII)


def to_line(row: ExportRow) -> OrderLine:
    """The order line of one row. Raises ValueError naming the heading that cannot be read."""
    order_no = order_number(row)
    placed_at = row.time("created_at")
    if placed_at is None:
        raise ValueError(Said("%(field)s is missing", field=row.headings["created_at"]))
    _must_be_yuan(row)
    word = row.text("state_text")
    state = STATES.get(_plain(word))
    amount, income = row.amount("pay_amount"), row.amount("income_est")
    strange = state not in (None, LineState.INVALID) and _contradictory(row, amount, income)
    held = LineState.PENDING if strange or state is None else state
    settled = held is LineState.SETTLED and row.has("income_est")
    if held is LineState.SETTLED and not settled:
        held = LineState.CONFIRMED  # paid, but the sum is not told: an empty cell is no zero
    return OrderLine(
        network=SLUG,
        order_id=order_no,
        line_id=order_no,
        state=held,
        network_state=f"{word} {clean_title(row.text('reason'), 60)}".strip(),
        amount_minor=amount,
        estimated_commission_minor=income,
        settled_commission_minor=income if settled else None,
        sub_id=sub_id_of(row.cells.get("sub_id", "").strip()),
        placed_at=placed_at,
        updated_at=row.time("updated_at"),
        raw=storable(dict(row.raw)),
        item_id=row.id("item_id"),
        item_title=clean_title(row.cells.get("item_title", "")),
        shop=clean_title(row.text("shop"), 100),
        quantity=max(row.count("qty"), 1),
        ad_slot=slot_of(row),
        paid_at=row.time("paid_at"),
        finished_at=row.time("received_at"),
        settled_at=row.time("settled_at") if settled else None,
        unknown_state=state is None,
        doubt=Doubt.CONTRADICTION if strange else "",
    )


def order_number(row: ExportRow) -> str:
    """The order's number in the form of the interface: the hyphen that some tools take out is put back."""
    text = row.id("order_no")
    if (match := _ORDER_NO.fullmatch(text)) is None:
        wrong = Said("%(value)s is not an order number of Pinduoduo", value=repr(text[:40]))
        raise ValueError(in_field(row.headings["order_no"], ValueError(wrong)))
    return f"{match.group(1)}-{match.group(2)}"


def slot_of(row: ExportRow) -> str:
    """The pid, where the cell holds one."""
    pid = row.id("place_id")
    return pid if re.fullmatch(r"\d{1,20}_\d{1,20}", pid, re.ASCII) else ""


def _plain(word: str) -> str:
    return word.replace("，", ",").replace("（", "(").replace("）", ")").replace(" ", "")


def _must_be_yuan(row: ExportRow) -> None:
    """Raise ValueError where neither a heading nor a digit tells yuan from fen."""
    filled = [column for column in _MONEY if row.has(column) and row.text(column).strip("0.")]
    told = any("元" in row.headings[column] or any(c in row.text(column) for c in ".元¥￥") for column in filled)
    if filled and not told:
        unclear = Said("%(value)s may be yuan or fen", value=repr(row.text(filled[0])[:40]))
        raise ValueError(in_field(row.headings[filled[0]], ValueError(unclear)))


def _contradictory(row: ExportRow, amount: int, income: int) -> bool:
    """True where the commission lies far above amount times rate."""
    match = _RATE.fullmatch(row.text("rate"))
    if match is None or not row.has("pay_amount"):
        return False
    try:
        due = int(Decimal(match.group(1)) * amount / 100)
    except InvalidOperation:
        return True
    return income > due + abs(due) * SLACK_PERCENT // 100 + SLACK_FEN


CONSOLE = ExportProfile(
    network=SLUG,
    name="pdd-console",
    columns=COLUMNS,
    required=frozenset({"order_no", "state_text", "created_at", "income_est", "pay_amount"}),
    to_line=to_line,
    forbidden=(
        *MERCHANT_HEADINGS,
        "招商团长昵称",
        "招商佣金",
        "招商收入(元)",
        "招商收入",
        "推手佣金",
        "收货人",
        "收件人",
    ),
    states=STATES,
)

PROFILES: tuple[ExportProfile, ...] = (CONSOLE,)
