"""What JD Union's numbers mean: answer codes as errors, validCode as states.

Source: JD Union open platform docs (返回码 of jd.union.open.goods.query, .promotion.common.get, .order.row.query).
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

WINDOW_TOO_LARGE = frozenset({"2002452", "2002453"})
NOTHING_FOUND = frozenset({"201", "202"})
SUB_ID_REFUSED = frozenset({"2001403", "2001208"})
"""No permission for subUnionId, or its form refused: the ad slot stands in."""
COUPON_REFUSED = frozenset({"2001701", "2001702", *(str(code) for code in range(2001905, 2001918))}) - {
    "2001910",
    "2001912",
}
SCENE_REFUSED = frozenset({"410", "411", "2001706", "2001707"})

_ASKED_TOO_OFTEN = "The network was asked too often. Try again a little later."
_BUSY = "The network is busy. Try again later."
_NO_PERMISSION = "The account has no permission for this call. Apply for it in the JD Union console."
_NO_SCENE = (
    "The account may not use JD item links in this scene. Apply for scene 2, or paste a jingfen or u.jd.com link."
)
_NOT_PROMOTABLE = "JD pays no commission for this item."
_BAD_MATERIAL = "JD does not recognise this link as an item."
_BAD_CALL = "JD refused the request as wrong."
_BAD_SITE = "JD does not know the site id of this account. Correct it in the settings."
_BAD_COUPON = "JD does not accept this coupon for the item."
_BAD_SUB_ID = "JD does not accept this sub-ID."

_Meaning = tuple[type[NetworkError], str, str]

MEANINGS: dict[str, _Meaning] = {
    "201": (NotFound, "JD has no such item.", "未查询到数据"),
    "202": (NotFound, "JD has no such page of results.", "页码超出范围"),
    "401": (PermissionNeeded, _NO_PERMISSION, "无权限"),
    "403": (PermissionNeeded, _NO_PERMISSION, "无访问权限"),
    "408": (PermissionNeeded, _NO_PERMISSION, "联盟账号 unionId 受限"),
    "410": (PermissionNeeded, _NO_SCENE, "无该场景 sceneId 权限"),
    "411": (PermissionNeeded, _NO_SCENE, "场景 sceneId 与物料不匹配"),
    "429": (Wait, _ASKED_TOO_OFTEN, "请求过于频繁"),
    "500": (Unavailable, _BUSY, "京东服务异常"),
    "2001101": (BadInput, _BAD_MATERIAL, "materialId 格式错误"),
    "2001102": (BadInput, _BAD_MATERIAL, "materialId 无法识别"),
    "2001104": (NotPromotable, _NOT_PROMOTABLE, "商品不在推广中"),
    "2001105": (NotPromotable, _NOT_PROMOTABLE, "落地页不支持推广"),
    "2001107": (NotPromotable, _NOT_PROMOTABLE, "落地页不支持推广"),
    "2001208": (BadInput, _BAD_SUB_ID, "subUnionId 格式错误"),
    "2001213": (BadInput, _BAD_CALL, "pid 错误"),
    "2001214": (BadInput, _BAD_CALL, "pid 与 subUnionId 不能同时使用"),
    "2001215": (BadInput, _BAD_CALL, "pid 不能是自己"),
    "2001230": (BadInput, _BAD_CALL, "链接过长"),
    "2001403": (PermissionNeeded, _NO_PERMISSION, "无权限（如 subUnionId，可邮件 cps-qxsq@jd.com 申请）"),
    "2001501": (Reauthorise, _BAD_SITE, "APPID/WEBID 不存在"),
    "2001610": (Reauthorise, _BAD_SITE, "APPID/WEBID 不存在"),
    "2001504": (Unavailable, _BUSY, "服务降级，请稍后重试"),
    "2001609": (Unavailable, _BUSY, "服务降级，请稍后重试"),
    "2001701": (PermissionNeeded, _NO_PERMISSION, "无二合一权限"),
    "2001702": (NotPromotable, _NOT_PROMOTABLE, "原链接不支持"),
    "2001703": (BadInput, _BAD_MATERIAL, "原链接无效"),
    "2001706": (PermissionNeeded, _NO_SCENE, "场景 sceneId 不符"),
    "2001707": (PermissionNeeded, _NO_SCENE, "场景 sceneId 不符"),
    "2002400": (BadInput, _BAD_CALL, "参数错误"),
    "2002401": (PermissionNeeded, _NO_PERMISSION, "无订单查询权限"),
    "2002403": (PermissionNeeded, _NO_PERMISSION, "无订单查询权限"),
    "2002408": (Unavailable, _BUSY, "服务降级，请稍后重试"),
    "2002410": (BadInput, _BAD_CALL, "参数错误"),
    "2002452": (
        BadInput,
        "The order window holds more rows than JD gives out. Ask for a shorter one.",
        "时间窗数据超过一万行",
    ),
    "2002453": (BadInput, "The order window holds more rows than JD gives out. Ask for a shorter one.", "时间窗过大"),
    "2002499": (BadInput, _BAD_CALL, "参数错误"),
    "2002500": (Unavailable, _BUSY, "京东服务异常"),
    **{str(code): (BadInput, _BAD_COUPON, "优惠券无效、过期或不适用于该商品") for code in range(2001905, 2001918)},
    **{str(code): (BadInput, _BAD_CALL, "礼金参数问题") for code in range(2001919, 2001933)},
    **dict.fromkeys(("2001904", "2001910", "2001912"), (Unavailable, _BUSY, "服务繁忙，请稍后重试")),
}

GATEWAY_WORDS: tuple[tuple[tuple[str, ...], type[NetworkError], str], ...] = (
    (
        ("timestamp", "时间戳"),
        Reauthorise,
        "JD refuses the time of the call: the clock of this machine is off by more than ten minutes. Correct it.",
    ),
    (("频繁", "频率", "too many", "limit", "限流", "过快"), Wait, _ASKED_TOO_OFTEN),
    (("超时", "繁忙", "timeout", "busy", "unavailable", "服务不可用", "系统异常"), Unavailable, _BUSY),
    (
        ("sign", "签名", "app_key", "appkey", "app key", "token", "应用"),
        Reauthorise,
        "JD does not accept the credentials of this account. Check APP_KEY and APP_SECRET.",
    ),
    (("权限", "permission", "unauthorized", "not allowed"), PermissionNeeded, _NO_PERMISSION),
    (("method", "param", "参数", "方法", "version", "版本", "format"), BadInput, _BAD_CALL),
)
"""The gateway's numbers are not published; its texts tell the kinds apart. First match counts."""

INVALID_STATES = frozenset({-1, *range(2, 10), 11, 13, 14, *range(19, 24), *range(25, 32), *range(33, 44)})
"""无效 and 违规. 2 (拆单) is here as well: the rows that replace the mother row come by themselves."""

OPEN_STATES = frozenset({15, 16, 24})
FINISHED = 17


def answer_error(network: str, code: str, message: str) -> NetworkError:
    """The error for an inner code of JD Union, with JD's own words for the operator."""
    kind, text, meaning = MEANINGS.get(
        code, (ProtocolError, "JD answered with a code that is not known here.", "未知返回码")
    )
    return kind(
        text,
        network=network,
        code=code,
        detail=f"{meaning}：{message}"[:300] if message not in ("", meaning) else meaning,
    )


def gateway_error(network: str, code: str, text: str) -> NetworkError:
    """The error for an `error_response` of the gateway, told by its words."""
    lowered = text.lower()
    for words, kind, message in GATEWAY_WORDS:
        if any(word in lowered for word in words):
            return kind(message, network=network, code=code, detail=text[:300])
    return ProtocolError(
        "JD's gateway refused the call for a reason that is not known here.",
        network=network,
        code=code,
        detail=text[:300],
    )


def line_state(valid_code: int, *, paid_out: bool) -> tuple[LineState, bool]:
    """What a validCode means, and whether it is unknown to the table."""
    if valid_code == FINISHED:
        return (LineState.SETTLED if paid_out else LineState.CONFIRMED), False
    if valid_code in OPEN_STATES:
        return LineState.PENDING, False
    if valid_code in INVALID_STATES:
        return LineState.INVALID, False
    return LineState.PENDING, True
