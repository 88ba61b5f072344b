"""What Suning's answers mean: error codes as errors, orderLineStatus as states.

Source: Suning open platform docs (错误码, suning.netalliance.order.query). Codes are words with dots in them.
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

NO_RESULT = "no-result"

WORDS: tuple[tuple[tuple[str, ...], type[NetworkError], str], ...] = (
    (
        ("requesttime", "timestamp", "时间戳", "request-time"),
        Reauthorise,
        "Suning refuses the time of the call: the clock of this machine is off by more than ten minutes. Correct it.",
    ),
    (
        ("限流", "频繁", "频率", "flow-limit", "too-many", "frequency", "exceed-limit", "超限"),
        Wait,
        "The network was asked too often. Try again a little later.",
    ),
    (
        ("access_token", "oauth.check"),
        Reauthorise,
        "Suning's authorisation has run out or is wrong. Authorise the account anew.",
    ),
    (
        ("permission", "authority", "权限"),
        PermissionNeeded,
        "The account has no permission for this call. Apply for it at Suning's open platform.",
    ),
    (
        ("sign", "签名", "appkey", "app-key", "appsecret"),
        Reauthorise,
        "Suning does not accept the credentials of this account. Check APP_KEY and APP_SECRET.",
    ),
    (
        ("service.unavailable", "timeout", "超时", "繁忙", "系统异常", "系统错误", "isp."),
        Unavailable,
        "The network is busy. Try again later.",
    ),
    (("不存在", "已下架", "not-exist"), NotFound, "Suning has no such item."),
    (
        ("不支持推广", "无法推广", "不可推广", "非推广", "无佣金", "未参加推广"),
        NotPromotable,
        "Suning pays no commission for this item.",
    ),
    (
        ("parameter", "param", "参数", "不合法", "格式", "illegal", "invalid"),
        BadInput,
        "Suning refused the request as wrong.",
    ),
)
"""First match counts; code and text are looked at together."""

STATES = {
    "1": LineState.PENDING,
    "2": LineState.PENDING,
    "3": LineState.INVALID,
    "4": LineState.INVALID,
    "5": LineState.CONFIRMED,
}
STATE_TEXTS = {
    "等待付款": LineState.PENDING,
    "等待支付": LineState.PENDING,
    "支付完成": LineState.PENDING,
    "已付款": LineState.PENDING,
    "退款": LineState.INVALID,
    "已退款": LineState.INVALID,
    "退货": LineState.INVALID,
    "已取消": LineState.INVALID,
    "确认收货": LineState.CONFIRMED,
}


def answer_error(network: str, code: str, message: str) -> NetworkError:
    """The error for an `sn_error`, with Suning's own words for the operator."""
    lowered = f"{code} {message}".lower()
    for words, kind, text in WORDS:
        if any(word in lowered for word in words):
            return kind(text, network=network, code=code[:80], detail=message[:300] or code[:300])
    return ProtocolError(
        "Suning answered with a code that is not known here.", network=network, code=code[:80], detail=message[:300]
    )


def line_state(status: str, text: str) -> tuple[LineState, bool]:
    """What a status means, by its number or, where that is missing, by its words; and whether it is unknown."""
    state = STATES.get(status) if status else STATE_TEXTS.get(text)
    return (state, False) if state is not None else (LineState.PENDING, True)
