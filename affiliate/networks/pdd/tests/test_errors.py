"""Every way in which Pinduoduo fails ends as the error that says what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

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
from affiliate.networks.pdd.adapter import PddAdapter
from affiliate.networks.pdd.codes import MEANINGS, answer_error
from affiliate.networks.tests.gateways.pdd import DEFAULT_ITEM, PddGateway
from affiliate.networks.types import ItemRef

NUMBER = ItemRef("pdd", str(DEFAULT_ITEM))


@pytest.mark.parametrize(
    ("fault", "expected", "code"),
    [
        ("vendor_limit", Wait, "52101"),
        ("vendor_frequency", Wait, "70031"),
        ("vendor_busy", Unavailable, "50002"),
        ("vendor_quota", PermissionNeeded, "70032"),
        ("vendor_address", PermissionNeeded, "20005"),
        ("vendor_unknown", ProtocolError, "98765"),
    ],
)
def test_a_fault_in_its_own_words_is_told_for_what_it_is(
    pdd: PddAdapter, pdd_gateway: PddGateway, fault: str, expected: type[NetworkError], code: str
) -> None:
    pdd_gateway.misbehave(fault)
    with pytest.raises(expected) as caught:
        pdd.lookup(NUMBER)
    assert (caught.value.code, caught.value.network) == (code, "pdd")
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize("fault", ["vendor_busy"])
def test_a_passing_fault_is_tried_again(pdd: PddAdapter, pdd_gateway: PddGateway, fault: str) -> None:
    pdd_gateway.misbehave(fault, times=2)
    assert pdd.lookup(NUMBER).price_minor == 2990


@pytest.mark.parametrize(("fault", "seconds"), [("vendor_limit", 10), ("vendor_frequency", 60)])
def test_a_rate_limit_names_when_to_ask_again_and_is_not_hammered(
    pdd: PddAdapter, pdd_gateway: PddGateway, fault: str, seconds: int
) -> None:
    pdd_gateway.misbehave(fault)
    with pytest.raises(Wait) as caught:
        pdd.lookup(NUMBER)
    assert caught.value.retry_at is not None
    assert abs(caught.value.retry_at - datetime.now(UTC) - timedelta(seconds=seconds)) < timedelta(seconds=3)
    assert len(pdd_gateway.calls) == 1


@pytest.mark.parametrize("fault", ["vendor_quota", "vendor_address"])
def test_a_lasting_fault_is_not_asked_again(pdd: PddAdapter, pdd_gateway: PddGateway, fault: str) -> None:
    pdd_gateway.misbehave(fault, times=1)
    with pytest.raises(NetworkError):
        pdd.lookup(NUMBER)
    assert len(pdd_gateway.calls) == 1


@pytest.mark.parametrize("change", [{"CLIENT_SECRET": "wrong"}, {"CLIENT_ID": "unknown"}])
def test_wrong_keys_are_for_the_operator(pdd_with: Callable[..., PddAdapter], change: dict[str, str]) -> None:
    with pytest.raises(Reauthorise, match="CLIENT_SECRET"):
        pdd_with(**change).lookup(NUMBER)


def test_a_clock_that_is_off_is_named(pdd: PddAdapter, pdd_gateway: PddGateway) -> None:
    pdd_gateway.clock_offset = timedelta(minutes=11)
    with pytest.raises(Reauthorise, match="clock"):
        pdd.lookup(NUMBER)


def test_no_permission_for_the_search_is_said(pdd: PddAdapter, pdd_gateway: PddGateway) -> None:
    pdd_gateway.permissions.discard("search")
    with pytest.raises(PermissionNeeded) as caught:
        pdd.lookup(NUMBER)
    assert caught.value.code == "20031"
    assert "没有授权" in caught.value.detail


@pytest.mark.parametrize(
    ("code", "sub_code", "words", "expected"),
    [
        (50001, "60001", "参数未备案", PermissionNeeded),
        (50001, "1", "商品不存在", NotFound),
        (50001, "1", "该商品不支持推广", NotPromotable),
        (50001, "1", "goods_sign参数不合法", BadInput),
        (50001, "1", "请求过于频繁", Wait),
        (50001, "", "", Unavailable),
        (59999, "", "", Unavailable),
        (10019, "", "access_token已过期", Reauthorise),
        (31337, "", "新情况", ProtocolError),
        (None, None, None, ProtocolError),
    ],
)
def test_sub_codes_are_told_by_their_words(
    code: int | None, sub_code: str | None, words: str | None, expected: type[NetworkError]
) -> None:
    error = answer_error("pdd", {"error_code": code, "sub_code": sub_code, "sub_msg": words, "request_id": "r1"})
    assert type(error) is expected
    assert (words or "") in error.detail
    assert "r1" in error.detail


def test_every_known_code_has_words_for_the_person_and_for_the_operator() -> None:
    for code, (kind, message, meaning) in MEANINGS.items():
        assert issubclass(kind, NetworkError), code
        assert message.endswith("."), code
        assert meaning, code
