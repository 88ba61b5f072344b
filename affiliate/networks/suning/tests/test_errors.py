"""Every way in which Suning fails ends as the error that says what to do."""

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
from affiliate.networks.suning.adapter import SuningAdapter
from affiliate.networks.suning.codes import WORDS, answer_error
from affiliate.networks.tests.gateways.suning import DEFAULT_ITEM, SuningGateway
from affiliate.networks.types import ItemRef

ITEM = ItemRef("suning", DEFAULT_ITEM)


@pytest.mark.parametrize(
    ("fault", "expected", "code"),
    [
        ("vendor_limit", Wait, "isp.sys.flow-limit"),
        ("vendor_busy", Unavailable, "isp.sys.service.unavailable.timeout"),
        ("vendor_permission", PermissionNeeded, "sys.check.api-permission:authority"),
        ("vendor_token", Reauthorise, "sys.oauth.check.access_token:overdue"),
        ("vendor_unknown", ProtocolError, "biz.some.thing:else"),
        ("vendor_nothing", NotFound, "no_item"),
    ],
)
def test_a_fault_in_its_own_words_is_told_for_what_it_is(
    suning: SuningAdapter, suning_gateway: SuningGateway, fault: str, expected: type[NetworkError], code: str
) -> None:
    suning_gateway.misbehave(fault)
    with pytest.raises(expected) as caught:
        suning.lookup(ITEM)
    assert (caught.value.code, caught.value.network) == (code, "suning")
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize("fault", ["vendor_limit", "vendor_busy"])
def test_a_passing_fault_is_tried_again(suning: SuningAdapter, suning_gateway: SuningGateway, fault: str) -> None:
    suning_gateway.misbehave(fault, times=2)
    assert suning.lookup(ITEM).price_minor == 4_590


@pytest.mark.parametrize("fault", ["vendor_permission", "vendor_unknown"])
def test_a_lasting_fault_is_not_asked_again(suning: SuningAdapter, suning_gateway: SuningGateway, fault: str) -> None:
    suning_gateway.misbehave(fault, times=1)
    with pytest.raises(NetworkError):
        suning.lookup(ITEM)
    assert len(suning_gateway.calls) == 1


@pytest.mark.parametrize("change", [{"APP_SECRET": "wrong"}, {"APP_KEY": "unknown"}])
def test_wrong_keys_are_for_the_operator(suning_with: Callable[..., SuningAdapter], change: dict[str, str]) -> None:
    with pytest.raises(Reauthorise, match="APP_SECRET"):
        suning_with(**change).lookup(ITEM)


def test_a_clock_that_is_off_is_named(suning: SuningAdapter, suning_gateway: SuningGateway) -> None:
    suning_gateway.clock_offset = timedelta(minutes=11)
    with pytest.raises(Reauthorise, match="clock"):
        suning.lookup(ITEM)


@pytest.mark.parametrize(
    ("code", "message", "expected"),
    [
        ("biz.order.missing-parameter:startTime", "", BadInput),
        ("sys.check.method-permission:authority", "", PermissionNeeded),
        ("sys.check.oauth-permission:authority", "", PermissionNeeded),
        ("sys.oauth.check.access_token:inexistence", "", Reauthorise),
        ("isp.sys.service.unavailable.x", "", Unavailable),
        ("biz.x:1", "商品不存在", NotFound),
        ("biz.x:1", "该商品不支持推广", NotPromotable),
        ("biz.x:1", "新情况", ProtocolError),
        ("", "", ProtocolError),
    ],
)
def test_a_refusal_is_told_by_code_and_words(code: str, message: str, expected: type[NetworkError]) -> None:
    assert type(answer_error("suning", code, message)) is expected


def test_every_kind_has_a_sentence() -> None:
    for words, kind, message in WORDS:
        assert words
        assert issubclass(kind, NetworkError)
        assert message.endswith(".")
