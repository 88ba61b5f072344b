"""What Youzan's codes and words mean. Few of its codes are public, so its messages tell the other kinds apart."""

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

Meaning = tuple[type[NetworkError], str]

NO_SALESMAN = (
    "Youzan knows no such salesman of this shop. Check SALESMEN, and with the shop whether they still are one."
)
TOKEN: Meaning = (
    Reauthorise,
    "Youzan's authorisation has run out or was withdrawn. Renew the token, or let the shop authorise again.",
)
SALESMAN: Meaning = (Reauthorise, NO_SALESMAN)
PERMISSION: Meaning = (
    PermissionNeeded,
    "The application has no permission for this call. Apply for it (高级权限) in Youzan's console.",
)
QUOTA: Meaning = (PermissionNeeded, "The application's calls are used up. Order more of them in Youzan's console.")
OFTEN: Meaning = (Wait, "The network was asked too often. Try again a little later.")
BUSY: Meaning = (Unavailable, "The network is busy. Try again later.")
WRONG: Meaning = (BadInput, "Youzan refused the request as wrong.")

CLIENT: Meaning = (
    Reauthorise,
    "Youzan does not accept the credentials of this account. Check CLIENT_ID and CLIENT_SECRET.",
)
CODE: Meaning = (
    Reauthorise,
    "Youzan does not take this code: it counts once, and for two minutes. Authorise the account again.",
)

CODES: dict[str, Meaning] = {
    "1000": CLIENT,
    "1004": TOKEN,
    "1005": CODE,
    "10003": TOKEN,
    "40009": TOKEN,
    "40010": TOKEN,
    "4203": TOKEN,
    "10004": PERMISSION,
    "11001": PERMISSION,
    "20001": OFTEN,
    "20002": QUOTA,
    "121000100": BUSY,
    "140400100": SALESMAN,
    "300000000": SALESMAN,
}
"""140400200 is missing: Youzan says it of salesmen, items and orders alike."""

WORDS: tuple[tuple[tuple[str, ...], Meaning], ...] = (
    (("not salesman", "user not exist", "粉丝绑定", "不是分销员", "不是销售员"), SALESMAN),
    (("频繁", "限流", "频率", "too many", "qps"), OFTEN),
    (("欠费", "额度", "配额", "quota", "套餐"), QUOTA),
    (("超时", "繁忙", "系统异常", "服务错误", "timeout", "busy", "稍后"), BUSY),
    (("权限", "permission", "未开通"), PERMISSION),
    (("client_id", "client_secret", "client 不存在", "应用不存在"), CLIENT),
    (("token", "授权"), TOKEN),
    (("不参与推广", "未参与推广", "不支持推广"), (NotPromotable, "The shop pays no commission for this item.")),
    (("不存在", "not exist", "not found", "已删除"), (NotFound, "Youzan has no such item.")),
    (("参数", "param", "args", "invalid", "illegal", "out of max"), WRONG),
)
"""First match counts."""

TRADE_STATES = {
    "3": LineState.PENDING,
    "5": LineState.PENDING,
    "6": LineState.PENDING,
    "100": LineState.CONFIRMED,
}
"""`state`: to be paid, paid, sent, completed."""

SETTLED = "2"
SETTLE_STATES = frozenset({"0", "1", SETTLED, "3", "4", "5"})
"""`settle_state`: none yet, to be settled, settled, the shop's balance is short, failed and tried again, cash on
delivery. Only one of them is money.
"""


def answer_error(network: str, code: str, message: str) -> NetworkError:
    """The error for an answer that is no success, with Youzan's own words for the operator."""
    lowered = message.lower()
    found = CODES.get(code) or next((meaning for words, meaning in WORDS if any(w in lowered for w in words)), None)
    kind, sentence = found or (ProtocolError, "Youzan answered with a code that is not known here.")
    return kind(sentence, network=network, code=code, detail=message[:300])
