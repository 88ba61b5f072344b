"""What is dropped as the buyer's, and what only sounds like it."""

from __future__ import annotations

import pytest

from affiliate.networks.privacy import is_personal, without_personal


@pytest.mark.parametrize(
    "name",
    [
        "plus",
        "pin",
        "userPin",
        "user_name",
        "buyerNick",
        "receiverPhone",
        "mobile",
        "address",
        "openId",
        "open_id",
        "email",
    ]
    + [
        "买家昵称",
        "收货人姓名",
        "收货地址",
        "手机号",
        "会员昵称",
        "会员运营ID",
        "special_id",
        "plus订单",
        "memberName",
        "clientIp",
        "ip",
    ],
)
def test_a_field_about_the_buyer_is_personal(name: str) -> None:
    assert is_personal(name)


@pytest.mark.parametrize(
    "name",
    [
        "orderId",
        "skuId",
        "subUnionId",
        "unionId",
        "positionId",
        "pid",
        "渠道关系ID",
        "shopName",
        "skuName",
        "script",
    ]
    + ["商品名称", "订单号", "estimateFee", "surplus", "opinion", "description", "shipping", "tip", "recipe"],
)
def test_a_field_about_the_order_is_kept(name: str) -> None:
    assert not is_personal(name)


def test_personal_fields_go_at_every_depth() -> None:
    row = {"id": 1, "pin": "x", "inner": {"phone": "1", "kept": [{"email": "x", "n": 1}]}}
    assert without_personal(row) == {"id": 1, "inner": {"kept": [{"n": 1}]}}
