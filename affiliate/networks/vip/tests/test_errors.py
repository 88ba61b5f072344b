"""Every way in which VIP fails ends as the error that says what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

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
from affiliate.networks.tests.gateways.vip import DEFAULT_ITEM, VipGateway
from affiliate.networks.types import ItemRef
from affiliate.networks.vip.adapter import VipAdapter
from affiliate.networks.vip.codes import WORDS, answer_error

ITEM = ItemRef("vip", DEFAULT_ITEM)


@pytest.mark.parametrize(
    ("fault", "expected", "code"),
    [
        ("vendor_limit", Wait, "vipapis.app-call-limited"),
        ("vendor_busy", Unavailable, "500"),
        ("vendor_permission", PermissionNeeded, "403"),
        ("vendor_unknown", ProtocolError, "4711"),
    ],
)
def test_a_fault_in_its_own_words_is_told_for_what_it_is(
    vip: VipAdapter, vip_gateway: VipGateway, fault: str, expected: type[NetworkError], code: str
) -> None:
    vip_gateway.misbehave(fault)
    with pytest.raises(expected) as caught:
        vip.lookup(ITEM)
    assert (caught.value.code, caught.value.network) == (code, "vip")
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize("fault", ["vendor_limit", "vendor_busy"])
def test_a_passing_fault_is_tried_again(vip: VipAdapter, vip_gateway: VipGateway, fault: str) -> None:
    vip_gateway.misbehave(fault, times=2)
    assert vip.lookup(ITEM).price_minor == 12_900


@pytest.mark.parametrize("fault", ["vendor_permission", "vendor_unknown"])
def test_a_lasting_fault_is_not_asked_again(vip: VipAdapter, vip_gateway: VipGateway, fault: str) -> None:
    vip_gateway.misbehave(fault, times=1)
    with pytest.raises(NetworkError):
        vip.lookup(ITEM)
    assert len(vip_gateway.calls) == 1


@pytest.mark.parametrize(
    ("change", "word"),
    [({"APP_SECRET": "wrong"}, "APP_SECRET"), ({"APP_KEY": "x"}, "APP_KEY"), ({"ACCESS_TOKEN": "x"}, "ACCESS_TOKEN")],
)
def test_wrong_credentials_are_for_the_operator(
    vip_with: Callable[..., VipAdapter], change: dict[str, str], word: str
) -> None:
    with pytest.raises(Reauthorise, match=word):
        vip_with(**change).lookup(ITEM)


def test_a_clock_that_is_off_is_named(vip: VipAdapter, vip_gateway: VipGateway) -> None:
    vip_gateway.clock_offset = timedelta(minutes=11)
    with pytest.raises(Reauthorise, match="clock"):
        vip.lookup(ITEM)


@pytest.mark.parametrize(
    ("code", "message", "expected"),
    [
        ("1", "接口限流", Wait),
        ("1", "系统超时", Unavailable),
        ("1", "签名错误", Reauthorise),
        ("1", "accessToken 过期", Reauthorise),
        ("1", "没有权限", PermissionNeeded),
        ("1", "商品不存在", NotFound),
        ("1", "该商品不支持推广", NotPromotable),
        ("1", "参数 goodsIds 不合法", BadInput),
        ("1", "新情况", ProtocolError),
        ("", "", ProtocolError),
    ],
)
def test_a_refusal_is_told_by_its_words(code: str, message: str, expected: type[NetworkError]) -> None:
    error = answer_error("vip", code, message)
    assert type(error) is expected
    assert error.detail == message


def test_every_kind_has_a_sentence() -> None:
    for words, kind, message in WORDS:
        assert words
        assert issubclass(kind, NetworkError)
        assert message.endswith(".")


def test_no_secret_stands_in_a_log_line(
    vip: VipAdapter, vip_gateway: VipGateway, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        vip.lookup(ITEM)
    written = " ".join(str(vars(record)) for record in caplog.records if record.name == "zhongcao.networks")
    assert "getByGoodsIdsV2WithOauth" in written
    assert "tok123" not in written
    assert "demoAppSecret" not in written
