"""What Pangle's words and states mean. No table of errors is public, so its messages tell the kinds apart."""

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
        "Pangle refuses the time of the call: the clock of this machine is off by more than ten minutes. Correct it.",
    ),
    (
        ("频繁", "限流", "频率", "too many", "qps", "rate limit"),
        Wait,
        "The network was asked too often. Try again a little later.",
    ),
    (
        ("超时", "繁忙", "系统异常", "系统错误", "timeout", "busy", "稍后", "internal"),
        Unavailable,
        "The network is busy. Try again later.",
    ),
    (
        ("sign", "签名", "app_id", "appid", "secure_key"),
        Reauthorise,
        "Pangle does not accept the credentials of this account. Check APP_ID and SECURE_KEY.",
    ),
    (
        ("权限", "permission", "未开通", "白名单", "whitelist"),
        PermissionNeeded,
        "The account has no permission for this call. Apply for e-commerce CPS in the Pangle console.",
    ),
    (
        ("不可推广", "不支持推广", "不支持分享", "已下架", "下架", "未加入", "不在联盟"),
        NotPromotable,
        "Douyin pays no commission for this item.",
    ),
    (("不存在", "未找到", "无数据", "not found"), NotFound, "Douyin has no such item."),
    (("参数", "param", "格式", "非法", "invalid", "不合法"), BadInput, "Pangle refused the request as wrong."),
)
"""First match counts."""

STATES = {
    "PAY_SUCC": LineState.PENDING,
    "CONFIRM": LineState.CONFIRMED,
    "SETTLE": LineState.SETTLED,
    "REFUND": LineState.INVALID,
}
"""`flow_point` of an order."""


def answer_error(network: str, code: str, message: str) -> NetworkError:
    """The error for an answer that is no success, with Pangle's own words for the operator."""
    lowered = message.lower()
    for words, kind, sentence in WORDS:
        if any(word in lowered for word in words):
            return kind(sentence, network=network, code=code, detail=message[:300])
    return ProtocolError(
        "Pangle answered with a code that is not known here.", network=network, code=code, detail=message[:300]
    )
