"""Drops what a network or a file says about buyers before anything is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

PERSONAL = re.compile(
    r"buyer|consignee|receiver|recipient|customer_?(?:name|id|pin)|user_?(?:name|id|pin|nick)|nick_?name|member_?(?:name|id)|special_?id|"
    r"real_?name|(?:^|_)pin$|^plus$|open_?id|union_?openid|phone|mobile|telephone|(?:^|_)tel$|address|e_?mail|id_?card|"
    r"birthday|gender|(?:^|_)ip$|(?:client|user|order)_?ip|device_?id|imei|idfa|"
    r"买家|收货人|收件人|收货地址|手机|电话|地址|身份证|姓名|邮箱|会员名|会员昵称|会员运营|用户昵称|用户名|^plus订单$|微信号",
    re.I,
)


def is_personal(name: str) -> bool:
    """True for a field or heading that is about the buyer."""
    return bool(PERSONAL.search(name.strip()))


def without_personal(value: Any) -> Any:
    """The same JSON value, at every depth without fields about the buyer."""
    match value:
        case Mapping():
            return {name: without_personal(inner) for name, inner in value.items() if not is_personal(str(name))}
        case list() | tuple():
            return [without_personal(inner) for inner in value]
        case _:
            return value
