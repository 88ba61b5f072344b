"""What 抖店's codes mean: the platform's own (op.jinritemai.com/docs/guide-docs/212/1427), and those of each method."""

from __future__ import annotations

from collections.abc import Mapping
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

Meaning = tuple[type[NetworkError], str]

BUSY: Meaning = (Unavailable, "The network is busy. Try again later.")
UNPAID: Meaning = (NotPromotable, "Douyin pays no commission for this item.")
REFUSED: Meaning = (BadInput, "Douyin refused the request as wrong.")
KEYS: Meaning = (
    Reauthorise,
    "Douyin does not accept the credentials of this account. Check APP_KEY and APP_SECRET.",
)
TOKEN: Meaning = (Reauthorise, "The authorisation at Douyin has ended. Authorise the account again.")
CLOCK: Meaning = (Reauthorise, "Douyin refuses the time of the call: the clock of this machine is off. Correct it.")
NOT_ALLOWED: Meaning = (
    PermissionNeeded,
    "The account has no permission for this call. Apply for it in the console of 抖店开放平台.",
)
NO_PROMOTER: Meaning = (
    PermissionNeeded,
    "The account may not promote yet: it needs the role 独立抖客 in 百应 and an account that it is paid to.",
)

BY_SUB_CODE: tuple[tuple[tuple[str, ...], Meaning], ...] = (
    (("isv.access-token", "dop.authorization", "dop.token-generate-failed"), TOKEN),
    (("isv.signature", "isv.app-id"), KEYS),
    (("isv.timestamp",), CLOCK),
    (("isv.app-permissions", "isv.authorization-type", "dop.app-forbidden"), NOT_ALLOWED),
)
"""By the beginning of `sub_code`. First match counts."""

BY_NUMBER: dict[str, Meaning] = {
    **dict.fromkeys(("255", "256", "4353", "8193", "4126"), BUSY),
    **dict.fromkeys(("507", "515", "1025", "1102", "4104", "4115", "4128", "4132", "4133"), UNPAID),
    **dict.fromkeys(("4354", "4360", "4399", "4400", "4407", "4613", "4617", "4618"), UNPAID),
    **dict.fromkeys(("4111", "4131", "4346", "4404", "4410", "4601", "4609", "4611"), NO_PROMOTER),
    **dict.fromkeys(("4624", "4627", "4629", "4630", "8198", "-18988"), NO_PROMOTER),
    "4349": (NotFound, "Douyin has no such item."),
    "4102": (Reauthorise, "Douyin does not know the PID of this account. Check PID."),
    "31009": TOKEN,
}
"""By the number at the end of `sub_code`."""

BY_CODE: dict[str, Meaning] = {
    **dict.fromkeys(("20000", "20001", "50000"), BUSY),
    "30001": NOT_ALLOWED,
    "30002": (PermissionNeeded, "Douyin does not know the address of this server. Add it to the app's IP whitelist."),
    **dict.fromkeys(("30000", "40001", "40002", "40003", "40004"), REFUSED),
    "60000": (Wait, "The network was asked too often. Try again a little later."),
    "70000": (
        PermissionNeeded,
        "Douyin has switched this interface off. Promote through 穿山甲 instead, with APP_ID and SECURE_KEY.",
    ),
}


def answer_error(network: str, answer: Mapping[str, Any]) -> NetworkError:
    """The error for an answer that is no success, with Douyin's own words for the operator."""
    code, sub_code = str(answer.get("code") or ""), str(answer.get("sub_code") or "")
    words = str(answer.get("sub_msg") or answer.get("msg") or "")[:300]
    kind, sentence = _meaning(code, sub_code)
    return kind(sentence, network=network, code=sub_code[:80] or code[:80], detail=words)


def _meaning(code: str, sub_code: str) -> Meaning:
    for beginnings, meaning in BY_SUB_CODE:
        if sub_code.startswith(beginnings):
            return meaning
    unknown = (ProtocolError, "Douyin answered with a code that is not known here.")
    return BY_NUMBER.get(sub_code.rpartition(":")[2]) or BY_CODE.get(code) or unknown
