"""What Kuaishou's words and numbers mean. No table of errors is public, so its messages tell the kinds apart."""

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
        "Kuaishou refuses the time of the call: the clock of this machine is off. Correct it.",
    ),
    (
        ("频繁", "限流", "频率", "too many", "qps", "limit exceeded"),
        Wait,
        "The network was asked too often. Try again a little later.",
    ),
    (("超时", "繁忙", "系统异常", "timeout", "busy", "稍后"), Unavailable, "The network is busy. Try again later."),
    (
        ("access_token", "token", "授权", "登录态"),
        Reauthorise,
        "Kuaishou's authorisation has run out or was withdrawn. Authorise the account again.",
    ),
    (
        ("sign", "签名", "appkey", "app_key"),
        Reauthorise,
        "Kuaishou does not accept the credentials of this account. Check APP_KEY and SIGN_SECRET.",
    ),
    (
        ("权限", "permission", "scope", "未开通", "不是快赚客"),
        PermissionNeeded,
        "The account has no permission for this call. Apply for it on Kuaishou's open platform.",
    ),
    (
        ("不可推广", "不支持推广", "未加入推广", "不在分销", "已下架", "计划不存在"),
        NotPromotable,
        "Kuaishou pays no commission for this item.",
    ),
    (("不存在", "未找到", "无数据"), NotFound, "Kuaishou has no such item."),
    (("参数", "param", "格式", "非法", "invalid"), BadInput, "Kuaishou refused the request as wrong."),
)
"""First match counts."""

STATES = {
    "30": LineState.PENDING,
    "40": LineState.PENDING,
    "50": LineState.CONFIRMED,
    "60": LineState.SETTLED,
    "80": LineState.INVALID,
}
"""`cpsOrderStatus`: paid, sent, received, settled, void."""


def answer_error(network: str, code: str, message: str) -> NetworkError:
    """The error for an answer that is no success, with Kuaishou's own words for the operator."""
    lowered = message.lower()
    for words, kind, sentence in WORDS:
        if any(word in lowered for word in words):
            return kind(sentence, network=network, code=code, detail=message[:300])
    return ProtocolError(
        "Kuaishou answered with a code that is not known here.", network=network, code=code, detail=message[:300]
    )
