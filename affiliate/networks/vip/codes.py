"""What VIP's answers mean: returnCode as errors, status and settled as states.

Source: VOP docs, UnionOrderService (订单状态). VIP publishes no table of codes; its texts tell the kinds apart.
"""

from __future__ import annotations

from affiliate.networks.errors import (
    BadInput,
    NetworkError,
    NotFound,
    NotPromotable,
    PermissionNeeded,
    ProtocolError,
    Reauthorise,
    Unavailable,
    Wait,
)
from affiliate.networks.types import LineState

_BAD_CALL = "VIP refused the request as wrong."

WORDS: tuple[tuple[tuple[str, ...], type[NetworkError], str], ...] = (
    (
        ("timestamp", "时间戳"),
        Reauthorise,
        "VIP refuses the time of the call: the clock of this machine is off. Correct it.",
    ),
    (
        ("限流", "频繁", "频率", "too many", "rate limit", "flow-control", "flow control", "call-limited", "过快"),
        Wait,
        "The network was asked too often. Try again a little later.",
    ),
    (
        ("超时", "繁忙", "系统异常", "系统错误", "服务异常", "timeout", "busy", "unavailable", "internal"),
        Unavailable,
        "The network is busy. Try again later.",
    ),
    (
        ("accesstoken", "access-token", "access token", "oauth", "授权"),
        Reauthorise,
        "VIP's authorisation has run out or is wrong. Authorise the account anew and enter the new ACCESS_TOKEN.",
    ),
    (
        ("sign", "签名", "appkey", "app-key", "app key", "appsecret"),
        Reauthorise,
        "VIP does not accept the credentials of this account. Check APP_KEY and APP_SECRET.",
    ),
    (
        ("权限", "permission", "forbidden", "not allowed", "无权"),
        PermissionNeeded,
        "The account has no permission for this call. Apply for it at VIP's open platform (渠道工具商权限包).",
    ),
    (("不存在", "已下架", "未找到", "not found"), NotFound, "VIP has no such item."),
    (
        ("不支持推广", "无法推广", "不可推广", "非推广", "无佣金", "黑名单"),
        NotPromotable,
        "VIP pays no commission for this item.",
    ),
    (
        ("参数", "param", "不能为空", "不合法", "illegal", "invalid", "格式", "method", "version", "service"),
        BadInput,
        _BAD_CALL,
    ),
)
"""First match counts; the code is looked at like the text, since the gateway's own codes are words."""


def answer_error(network: str, code: str, message: str) -> NetworkError:
    """The error for a returnCode other than 0, with VIP's own words for the operator."""
    lowered = f"{code} {message}".lower()
    for words, kind, text in WORDS:
        if any(word in lowered for word in words):
            return kind(text, network=network, code=code[:60], detail=message[:300])
    return ProtocolError(
        "VIP answered with a code that is not known here.", network=network, code=code[:60], detail=message[:300]
    )


def line_state(status: int, settled: int) -> tuple[LineState, bool]:
    """What status and settled mean together, and whether that is unknown to the table."""
    match status, settled:
        case 0, 0:
            return LineState.INVALID, False
        case 1, 0:
            return LineState.PENDING, False
        case 2, 0:
            return LineState.CONFIRMED, False
        case 2, 1:
            return LineState.SETTLED, False
    return LineState.PENDING, True
