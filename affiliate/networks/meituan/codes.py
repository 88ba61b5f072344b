"""What Meituan Union's words and numbers mean. It publishes no table of errors, so its messages tell the kinds apart;
order states are in its docs (query_order).
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

WORDS: tuple[tuple[tuple[str, ...], type[NetworkError], str], ...] = (
    (
        ("timestamp", "时间戳"),
        Reauthorise,
        "Meituan refuses the time of the call: the clock of this machine is off by more than two minutes. Correct it.",
    ),
    (
        ("频繁", "限流", "频率", "too many", "qps"),
        Wait,
        "The network was asked too often. Try again a little later.",
    ),
    (("超时", "繁忙", "系统异常", "timeout", "busy", "稍后"), Unavailable, "The network is busy. Try again later."),
    (
        ("签名", "sign", "appkey", "app key", "s-ca-app", "鉴权"),
        Reauthorise,
        "Meituan does not accept the credentials of this account. Check APP_KEY and APP_SECRET.",
    ),
    (
        ("权限", "permission", "未开通"),
        PermissionNeeded,
        "The account has no permission for this call. Apply for it in the Meituan Union console.",
    ),
    (
        ("不可推广", "不支持推广", "不在推广", "暂不支持", "已下线", "已结束"),
        NotPromotable,
        "Meituan pays no commission for this item or activity.",
    ),
    (("不存在", "未找到", "无数据", "查询不到"), NotFound, "Meituan has no such item or activity."),
    (("参数", "param", "格式", "非法", "sid"), BadInput, "Meituan refused the request as wrong."),
)
"""First match counts."""

STATES = {
    "2": LineState.PENDING,
    "3": LineState.CONFIRMED,
    "4": LineState.INVALID,
    "5": LineState.INVALID,
    "6": LineState.SETTLED,
}
"""`status` of an order: paid, finished, cancelled, stopped by risk control, settled."""

PART_STATES = {
    "1": LineState.PENDING,
    "2": LineState.CONFIRMED,
    "3": LineState.SETTLED,
    "4": LineState.INVALID,
}
"""`couponStatus` of a part of an order: paid, used, settled, void. Overrides the order's own state."""


def answer_error(network: str, code: str, message: str) -> NetworkError:
    """The error for an answer that is no success, with Meituan's own words for the operator."""
    lowered = message.lower()
    for words, kind, sentence in WORDS:
        if any(word in lowered for word in words):
            return kind(sentence, network=network, code=code, detail=message[:300])
    return ProtocolError(
        "Meituan answered with a code that is not known here.", network=network, code=code, detail=message[:300]
    )
