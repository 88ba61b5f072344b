"""What Pinduoduo's numbers mean: error codes as errors, order_status as states.

Source: Pinduoduo open platform docs (全局错误码, 接口限流, pdd.ddk.order.list.increment.get).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

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

NOTON_RECORD = "60001"
"""sub_code: pid and custom_parameters have not been put on record (备案)."""

_BAD_CALL = "Pinduoduo refused the request as wrong."
_BAD_KEYS = "Pinduoduo does not accept the credentials of this account. Check CLIENT_ID and CLIENT_SECRET."
_BAD_CLOCK = (
    "Pinduoduo refuses the time of the call: the clock of this machine is off by more than ten minutes. Correct it."
)
_NO_PERMISSION = (
    "The application has no permission for this call. Apply for its permission package (权限包) at Pinduoduo."
)
_ADDRESS = (
    "Pinduoduo does not know this machine's address. Add it to the application's list of addresses (IP白名单) there."
)
_QUOTA = "The application's quota of calls at Pinduoduo is used up or withdrawn. Apply for more in its console."
_BUSY = "The network is busy. Try again later."
_ASKED_TOO_OFTEN = "The network was asked too often. Try again a little later."
ON_RECORD = (
    "Pinduoduo wants this pid put on record first (备案). Test the connection under Networks: it gives the address to "
    "open once in the Pinduoduo app."
)
_NOT_PROMOTABLE = "Pinduoduo pays no commission for this item."
_NO_ITEM = "Pinduoduo has no such item."
_UNKNOWN = "Pinduoduo answered with a code that is not known here."

_Meaning = tuple[type[NetworkError], str, str]

MEANINGS: dict[str, _Meaning] = {
    "10000": (BadInput, _BAD_CALL, "公共参数错误"),
    "10001": (Reauthorise, _BAD_KEYS, "client_id 错误"),
    "10016": (Reauthorise, _BAD_KEYS, "client 无效"),
    "10017": (BadInput, _BAD_CALL, "请求类型错误"),
    "10018": (BadInput, _BAD_CALL, "请求格式错误"),
    "10019": (Reauthorise, "The access token has run out. Authorise the account anew.", "access_token 过期"),
    "20004": (Reauthorise, _BAD_KEYS, "签名校验失败"),
    "20005": (PermissionNeeded, _ADDRESS, "IP 不在白名单"),
    "20031": (PermissionNeeded, _NO_PERMISSION, "没有该接口的权限包"),
    "20032": (PermissionNeeded, _NO_PERMISSION, "应用状态或权限不允许"),
    "20034": (PermissionNeeded, _NO_PERMISSION, "应用状态或权限不允许"),
    "20035": (PermissionNeeded, _NO_PERMISSION, "应用状态或权限不允许"),
    "21001": (BadInput, _BAD_CALL, "业务参数错误"),
    "21002": (PermissionNeeded, _NO_PERMISSION, "业务权限不足"),
    "30000": (BadInput, _BAD_CALL, "业务参数错误"),
    "30001": (PermissionNeeded, _NO_PERMISSION, "业务权限不足"),
    "50000": (Unavailable, _BUSY, "系统内部错误"),
    "50001": (Unavailable, _BUSY, "业务服务错误"),
    "50002": (Unavailable, _BUSY, "系统繁忙"),
    "52001": (Unavailable, _BUSY, "服务超时"),
    "52002": (Unavailable, _BUSY, "服务超时"),
    "52101": (Wait, _ASKED_TOO_OFTEN, "应用限流"),
    "52102": (Wait, _ASKED_TOO_OFTEN, "接口限流"),
    "52103": (Wait, _ASKED_TOO_OFTEN, "接口总限流"),
    "70031": (Wait, _ASKED_TOO_OFTEN, "调用过于频繁"),
    "70033": (Wait, _ASKED_TOO_OFTEN, "调用过于频繁"),
    "70032": (PermissionNeeded, _QUOTA, "调用量用尽"),
    "70034": (PermissionNeeded, _QUOTA, "禁止调用"),
    "70035": (PermissionNeeded, _QUOTA, "调用量用尽"),
    "70036": (PermissionNeeded, _QUOTA, "测试状态应用的调用量用尽，请将应用上线"),
}

PAUSES = {"52101": 10, "52102": 10, "52103": 10, "70031": 60, "70033": 60}
"""Seconds to leave it alone: limits are counted over windows of ten seconds."""

BUSINESS_WORDS: tuple[tuple[tuple[str, ...], type[NetworkError], str], ...] = (
    (("备案", "授权"), PermissionNeeded, ON_RECORD),
    (("不存在", "已下架", "未找到"), NotFound, _NO_ITEM),
    (("不支持推广", "无法推广", "不可推广", "非推广", "无佣金"), NotPromotable, _NOT_PROMOTABLE),
    (("频繁", "限流"), Wait, _ASKED_TOO_OFTEN),
    (("参数", "不合法", "非法", "格式"), BadInput, _BAD_CALL),
    (("权限",), PermissionNeeded, _NO_PERMISSION),
)
"""Sub-codes of 50001 are not published but for one; their texts tell the kinds apart. First match counts."""

PENDING_STATES = frozenset({-1, 0, 1, 2})
"""未支付, 已支付, 已成团, 确认收货: the check (审核) is still to come."""
INVALID_STATES = frozenset({4, 8, 10})
CHECKED, SETTLED = 3, 5


def answer_error(network: str, refused: Mapping[str, Any], now: datetime | None = None) -> NetworkError:
    """The error for an `error_response`, with Pinduoduo's own code and words for the operator."""
    code, sub_code = str(refused.get("error_code") or ""), str(refused.get("sub_code") or "")
    words = " ".join(str(refused.get(key) or "") for key in ("error_msg", "sub_msg")).strip()
    kind, text, meaning = _meaning(code, sub_code, words)
    retry_at = (now or datetime.now(UTC)) + timedelta(seconds=PAUSES.get(code, 10)) if kind is Wait else None
    full = f"{code}/{sub_code}" if sub_code and sub_code != code else code
    request = str(refused.get("request_id") or "")
    said = f"{meaning}：{words}" if words and words != meaning else meaning
    detail = f"{said} ({request})" if request else said
    return kind(text, network=network, code=full, detail=detail[:300], retry_at=retry_at)


def _meaning(code: str, sub_code: str, words: str) -> _Meaning:
    lowered = words.lower()
    if sub_code == NOTON_RECORD:
        return PermissionNeeded, ON_RECORD, "未备案"
    if code == "50001":
        for tells, kind, text in BUSINESS_WORDS:
            if any(word in words for word in tells):
                return kind, text, "业务服务错误"
    if code in ("10000", "10018") and ("timestamp" in lowered or "时间戳" in words):
        return Reauthorise, _BAD_CLOCK, "时间戳超出范围"
    if code in MEANINGS:
        return MEANINGS[code]
    if len(code) == 5 and code.startswith("5"):
        return Unavailable, _BUSY, "服务错误"
    return ProtocolError, _UNKNOWN, "未知返回码"


def line_state(status: int) -> tuple[LineState, bool]:
    """What an order_status means, and whether it is unknown to the table."""
    if status == SETTLED:
        return LineState.SETTLED, False
    if status == CHECKED:
        return LineState.CONFIRMED, False
    if status in PENDING_STATES:
        return LineState.PENDING, False
    if status in INVALID_STATES:
        return LineState.INVALID, False
    return LineState.PENDING, True
