"""Every way in which Taobao fails ends as the error that says what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from affiliate.networks.errors import NetworkError, PermissionNeeded, ProtocolError, Reauthorise, Unavailable, Wait
from affiliate.networks.taobao.adapter import TaobaoAdapter
from affiliate.networks.taobao.codes import MEANINGS
from affiliate.networks.tests.gateways.taobao import DEFAULT_ITEM, TaobaoGateway
from affiliate.networks.types import ItemRef

ITEM = ItemRef("taobao", DEFAULT_ITEM)


@pytest.mark.parametrize(
    ("fault", "expected", "code"),
    [
        ("busy", Unavailable, "isp.top-remote-connection-timeout"),
        ("ban_long", Wait, "accesscontrol.limited-by-api-access-count"),
        ("quota", Wait, "accesscontrol.limited-by-app-access-count"),
        ("odd", ProtocolError, "zzz.new"),
    ],
)
def test_a_fault_in_its_own_words_is_told_for_what_it_is(
    taobao: TaobaoAdapter, gateway: TaobaoGateway, fault: str, expected: type[NetworkError], code: str
) -> None:
    gateway.misbehave(fault)
    with pytest.raises(expected) as caught:
        taobao.lookup(ITEM)
    assert caught.value.code == code
    assert caught.value.network == "taobao"
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize("fault", ["busy", "ban"])
def test_a_passing_fault_is_tried_again(
    taobao_with: Callable[..., TaobaoAdapter], gateway: TaobaoGateway, fault: str
) -> None:
    gateway.misbehave(fault, times=1)
    assert taobao_with(deadline=5).lookup(ITEM).price_minor == 34_900


@pytest.mark.parametrize("fault", ["quota", "ban_long", "odd"])
def test_a_lasting_fault_is_not_asked_again(taobao: TaobaoAdapter, gateway: TaobaoGateway, fault: str) -> None:
    gateway.misbehave(fault, times=1)
    with pytest.raises(NetworkError):
        taobao.lookup(ITEM)
    assert len(gateway.calls) == 1


def test_a_ban_and_a_quota_tell_when_to_come_back(taobao: TaobaoAdapter, gateway: TaobaoGateway) -> None:
    for fault, longest in (("ban_long", timedelta(minutes=11)), ("quota", timedelta(days=1))):
        gateway.misbehave(fault)
        with pytest.raises(Wait) as caught:
            taobao.lookup(ITEM)
        assert caught.value.retry_at is not None
        assert timedelta(0) < caught.value.retry_at - datetime.now(UTC) <= longest


@pytest.mark.parametrize("change", [{"APP_SECRET": "wrong"}, {"APP_KEY": "99999999"}])
def test_wrong_credentials_are_for_the_operator(
    taobao_with: Callable[..., TaobaoAdapter], change: dict[str, str]
) -> None:
    with pytest.raises(Reauthorise, match="APP_KEY"):
        taobao_with(**change).lookup(ITEM)


def test_a_clock_that_is_off_is_named(taobao: TaobaoAdapter, gateway: TaobaoGateway) -> None:
    gateway.clock_offset = timedelta(minutes=11)
    with pytest.raises(Reauthorise, match="clock"):
        taobao.lookup(ITEM)


def test_a_package_that_was_not_applied_for_is_named_with_the_vendors_words(
    taobao: TaobaoAdapter, gateway: TaobaoGateway
) -> None:
    gateway.forbidden = {"taobao.tbk.item.info.upgrade.get"}
    with pytest.raises(PermissionNeeded) as caught:
        taobao.lookup(ITEM)
    assert "isv.permission-api-package-limit" in caught.value.detail


def test_every_known_code_has_words_for_the_person_and_for_the_operator() -> None:
    for code, (kind, message, meaning) in MEANINGS.items():
        assert issubclass(kind, NetworkError), code
        assert message.endswith("."), code
        assert meaning, code
