"""What TOP's codes mean: the gateway's own numbers, its sub-codes, and codes of the service behind it.

Source: open.taobao.com docId=102 (公共错误码): a call is worth repeating for `isp.*`, never for `isv.*`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from affiliate.networks.clocks import BEIJING
from affiliate.networks.errors import (
    BadInput,
    NetworkError,
    PermissionNeeded,
    ProtocolError,
    Reauthorise,
    Unavailable,
    Wait,
)

Meaning = tuple[type[NetworkError], str, str]
"""Kind, our sentence, the vendor's words for it."""

DAILY_QUOTA = "accesscontrol.limited-by-app-access-count"
_BAN = re.compile(r"last for (\d{1,6}) more seconds?", re.I)

_ASKED_TOO_OFTEN = "The network was asked too often. Try again a little later."
_QUOTA = "The calls of today are used up. They are counted anew at midnight in Beijing."
_BUSY = "The network is busy. Try again later."
_NO_PERMISSION = (
    "The application has no permission for this call. Apply for its package in the open platform's console."
)
_BAD_KEYS = "The gateway does not accept the credentials of this account. Check APP_KEY and APP_SECRET."
_BAD_SESSION = "The authorisation (SESSION) is missing or has run out. Authorise the account again."
_BAD_CLOCK = (
    "The gateway refuses the time of the call: the clock of this machine is off by more than ten minutes. Correct it."
)
_BAD_CALL = "The gateway refused the request as wrong."

CODES: dict[str, Meaning] = {
    **dict.fromkeys(("4", "5", "6", "7", "8"), (Wait, _ASKED_TOO_OFTEN, "调用次数超限")),
    "10": (Unavailable, _BUSY, "服务暂不可用"),
    **dict.fromkeys(("11", "12", "13"), (PermissionNeeded, _NO_PERMISSION, "权限不足")),
    **dict.fromkeys(("9", "21", "22", "40", "41", "42", "43"), (BadInput, _BAD_CALL, "参数或方法错误")),
    **dict.fromkeys(("24", "25", "28", "29"), (Reauthorise, _BAD_KEYS, "签名或 App Key 无效")),
    **dict.fromkeys(("26", "27"), (Reauthorise, _BAD_SESSION, "Session 缺失或失效")),
    **dict.fromkeys(("30", "31"), (Reauthorise, _BAD_CLOCK, "时间戳无效")),
}
"""The gateway's own. 15 and 50 stand for the service behind it: their sub-codes tell."""


def gateway_error(
    network: str, refused: Mapping[str, Any], meanings: Mapping[str, Meaning], now: datetime
) -> NetworkError:
    """The error for an `error_response`, with the vendor's own code and words."""
    code, sub_code = str(refused.get("code") or ""), str(refused.get("sub_code") or "")
    words = [str(refused.get(key) or "") for key in ("msg", "sub_code", "sub_msg")]
    detail = " ".join(f"{code} {' '.join(words)}".split())[:300]
    kind, text, _meaning = _meaning_of(code, sub_code, meanings)
    if kind is Wait:
        retry_at = _until(sub_code, " ".join(words), now)
        text = _QUOTA if sub_code.startswith(DAILY_QUOTA) else text
        return Wait(text, network=network, code=sub_code or code, detail=detail, retry_at=retry_at)
    return kind(text, network=network, code=_short(sub_code) or code, detail=detail)


def business_error(network: str, code: str, words: str, meanings: Mapping[str, Meaning]) -> NetworkError:
    """The error for a code inside an answer that the gateway calls good."""
    unknown: Meaning = (ProtocolError, "The network answered with a code that is not known here.", "未知返回码")
    kind, text, meaning = meanings.get(_short(code), unknown)
    return kind(text, network=network, code=_short(code) or "refused", detail=f"{meaning} {code} {words}".strip()[:300])


def _meaning_of(code: str, sub_code: str, meanings: Mapping[str, Meaning]) -> Meaning:
    lowered = sub_code.lower()
    if (known := meanings.get(_short(sub_code))) is not None:
        return known
    if lowered.startswith("accesscontrol."):
        return CODES["7"]
    if code in CODES:
        return CODES[code]
    if "permission" in lowered or "not-authorized" in lowered:
        return CODES["11"]
    if "session" in lowered:
        return CODES["27"]
    if lowered.startswith("isp."):
        return CODES["10"]
    if lowered.startswith("isv."):
        return CODES["41"]
    if code in ("15", "50"):
        return CODES["10"]
    return (ProtocolError, "The gateway refused the call for a reason that is not known here.", "")


def _short(sub_code: str) -> str:
    """A sub-code without what services put before their own numbers (`isv.biz-error:2007` is 2007)."""
    match = re.search(r"(?:^|[.:_-])(\d{3,5})$", sub_code)
    return match.group(1) if match else sub_code


def _until(sub_code: str, words: str, now: datetime) -> datetime | None:
    """When the gateway will answer again, as far as it says."""
    if match := _BAN.search(words):
        return now + timedelta(seconds=int(match.group(1)))
    if sub_code.startswith(DAILY_QUOTA):
        today = now.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
        return (today + timedelta(days=1)).astimezone(now.tzinfo)
    return None
