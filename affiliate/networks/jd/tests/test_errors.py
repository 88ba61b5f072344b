"""Every way in which JD fails ends as the error that says what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from affiliate.networks.errors import (
    BadInput,
    NetworkError,
    PermissionNeeded,
    ProtocolError,
    Reauthorise,
    Unavailable,
    Wait,
)
from affiliate.networks.jd.adapter import JdAdapter
from affiliate.networks.jd.codes import MEANINGS, answer_error, gateway_error
from affiliate.networks.tests.gateways.jd import DEFAULT_ITEM, JdGateway
from affiliate.networks.types import ItemRef

SKU = ItemRef("jd", str(DEFAULT_ITEM))


@pytest.mark.parametrize(
    ("fault", "expected", "code"),
    [
        ("inner_429", Wait, "429"),
        ("inner_500", Unavailable, "500"),
    ],
)
def test_a_fault_in_its_own_words_is_told_for_what_it_is(
    jd: JdAdapter, jd_gateway: JdGateway, fault: str, expected: type[NetworkError], code: str
) -> None:
    jd_gateway.misbehave(fault)
    with pytest.raises(expected) as caught:
        jd.lookup(SKU)
    assert caught.value.code == code
    assert caught.value.network == "jd"
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize("fault", ["inner_429", "inner_500"])
def test_a_passing_fault_is_tried_again(jd: JdAdapter, jd_gateway: JdGateway, fault: str) -> None:
    jd_gateway.misbehave(fault, times=2)
    assert jd.lookup(SKU).price_minor == 39_900


def test_retry_after_tells_when(jd: JdAdapter, jd_gateway: JdGateway) -> None:
    jd_gateway.misbehave("http_429_later")
    with pytest.raises(Wait) as caught:
        jd.lookup(SKU)
    assert caught.value.retry_at is not None
    assert abs(caught.value.retry_at - datetime.now(UTC) - timedelta(hours=1)) < timedelta(minutes=1)
    assert len(jd_gateway.calls) == 1


def test_a_wrong_secret_is_for_the_operator(jd_with: Callable[..., JdAdapter]) -> None:
    with pytest.raises(Reauthorise) as caught:
        jd_with(APP_SECRET="wrong").lookup(SKU)
    assert (caught.value.code, caught.value.detail) == ("12", "无效签名 Invalid signature")


def test_an_unknown_app_key_is_for_the_operator(jd_with: Callable[..., JdAdapter]) -> None:
    with pytest.raises(Reauthorise):
        jd_with(APP_KEY="unknown").lookup(SKU)


def test_a_clock_that_is_off_is_named(jd: JdAdapter, jd_gateway: JdGateway) -> None:
    jd_gateway.clock_offset = timedelta(minutes=11)
    with pytest.raises(Reauthorise, match="clock"):
        jd.lookup(SKU)


def test_no_permission_for_the_query_is_said(jd: JdAdapter, jd_gateway: JdGateway) -> None:
    jd_gateway.permissions.discard("goods.query")
    with pytest.raises(PermissionNeeded):
        jd.lookup(SKU)


def test_an_unknown_code_is_reported_and_not_guessed() -> None:
    error = answer_error("jd", "31337", "新情况")
    assert isinstance(error, ProtocolError)
    assert "新情况" in error.detail


def test_every_known_code_has_words_for_the_person_and_for_the_operator() -> None:
    for code, (kind, message, meaning) in MEANINGS.items():
        assert issubclass(kind, NetworkError), code
        assert message.endswith("."), code
        assert meaning, code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("无效签名 Invalid signature", Reauthorise),
        ("timestamp 超出允许范围", Reauthorise),
        ("请求过于频繁", Wait),
        ("平台服务繁忙 busy", Unavailable),
        ("连接超时", Unavailable),
        ("没有接口权限", PermissionNeeded),
        ("无效的方法 Invalid method", BadInput),
        ("something else", ProtocolError),
    ],
)
def test_a_refusal_of_the_gateway_is_told_by_its_words(text: str, expected: type[NetworkError]) -> None:
    assert type(gateway_error("jd", "1", text)) is expected
