"""What 饿了么联盟's numbers mean: states of orders, of their items, of settlement and of 维权.

Source: the docs of alibaba.alsc.union.kbcpx.positive.order.get and .refund.order.get on open.taobao.com. Its business
codes are not published: they are told by their words.
"""

from __future__ import annotations

from affiliate.networks.errors import BadInput, NotFound, PermissionNeeded
from affiliate.networks.top_errors import Meaning
from affiliate.networks.types import LineState

TOO_FULL = "too_full"

MEANINGS: dict[str, Meaning] = {
    "403": (
        PermissionNeeded,
        "The account has no permission for this call. Ask the operations of Ele.me's union for it.",
        "无权限",
    ),
    "404": (NotFound, "Ele.me's union has no such activity, shop or item.", "不存在"),
    "400": (BadInput, "Ele.me's union refused the request as wrong.", "参数错误"),
}

STATES: dict[int, LineState] = {
    0: LineState.INVALID,
    1: LineState.PENDING,
    2: LineState.PENDING,
    4: LineState.CONFIRMED,
}
"""order_state: 已失效, 已下单, 已付款, 已收货."""

ITEM_STATES: dict[int, LineState | None] = {
    0: LineState.INVALID,
    1: None,
    2: None,
    3: LineState.INVALID,
    4: None,
    5: LineState.INVALID,
}
"""order_item_status: 失效, 下单, 付款, 售中退, 收货, 售后退. None leaves it to order_state."""

SETTLED, NOT_SETTLED = 1, 2

CLAIM_TAKEN = 0
CLAIM_KNOWN = frozenset({0, 1, 2, 3})
"""explain_state of a 维权: 成功, 创建, 关闭, 失败."""
