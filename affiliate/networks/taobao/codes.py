"""What 淘宝联盟's own numbers mean: answer codes as errors, tk_status as states, refund_status as what it costs us.

Source: open.taobao.com docIds 43328 (订单查询), 65409 (万能转链), 65180 (维权退款订单).
"""

from __future__ import annotations

from affiliate.networks.errors import BadInput, NotPromotable, PermissionNeeded, Unavailable, Wait
from affiliate.networks.top_errors import Meaning
from affiliate.networks.types import LineState

WINDOW_TOO_LONG, TOO_OLD = "2007", "2004"

_BUSY = "The network is busy. Try again later."
_TOO_OFTEN = "The network was asked too often. Try again a little later."
_BAD_WINDOW = "Taobao refuses the order window. It may span three hours, and twenty minutes around big sales."
_TOO_OLD = "Taobao gives out orders of the last 90 days only. Import older ones from the back-end's file."
_BAD_CALL = "Taobao refused the request as wrong."
_NO_LINKS = (
    "The account may not convert links (万能转链 is given by invitation). Search for the item and take it from there."
)
_NOT_PROMOTABLE = "Taobao pays no commission for this item."

MEANINGS: dict[str, Meaning] = {
    "3000": (Wait, _TOO_OFTEN, "订单查询被限流，次日再试"),
    "3001": (Unavailable, _BUSY, "订单服务繁忙"),
    "9100": (Wait, _TOO_OFTEN, "订单查询过快"),
    **dict.fromkeys(("1005", "1006", "1008"), (BadInput, _BAD_CALL, "jump_type、tk_status 或 position_index 错误")),
    **dict.fromkeys(("2000", "2001", "2002"), (BadInput, _BAD_WINDOW, "起止时间错误")),
    TOO_OLD: (BadInput, _TOO_OLD, "只能查询最近 90 天的订单"),
    WINDOW_TOO_LONG: (BadInput, _BAD_WINDOW, "查询时间跨度过长"),
    **dict.fromkeys(("101", "102", "103"), (BadInput, _BAD_CALL, "维权查询参数错误")),
    "1001": (PermissionNeeded, _NO_LINKS, "无转链权限"),
    "10000": (NotPromotable, _NOT_PROMOTABLE, "商品不可推广"),
}

STATES: dict[int, LineState] = {
    11: LineState.PENDING,
    12: LineState.PENDING,
    14: LineState.CONFIRMED,
    3: LineState.SETTLED,
    13: LineState.INVALID,
}
"""拍下未付款, 已付款, 确认收货, 已结算, 已失效."""

THIRD_PARTY = 3
"""tk_order_role 三方: a share of somebody else's order, reported in a row of its own under the same number."""

REFUND_TAKEN = frozenset({2, 12, 13})
"""维权成功, 待扣淘客, 已扣淘客: the commission goes back. 14 and 15 are charged to the seller, 3 has failed."""
REFUND_KNOWN = REFUND_TAKEN | {3, 4, 11, 14, 15}
"""4 维权创建 and 11 多次待处理 are open: nothing moves before they are decided."""
