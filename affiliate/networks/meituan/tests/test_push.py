"""订单回推: which messages are Meituan's, and which order they are about."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from affiliate.networks.errors import NotFound, PermissionNeeded
from affiliate.networks.meituan.adapter import MeituanAdapter
from affiliate.networks.meituan.push import read, signature
from affiliate.networks.pushes import Forged, Push, Pushed, Unreadable
from affiliate.networks.tests.gateways.meituan import APP_SECRET, MeituanGateway


def as_json(fields: dict[str, Any]) -> Push:
    return Push(json.dumps(fields).encode(), {"content-type": "application/json"})


@pytest.fixture
def fields() -> dict[str, str]:
    gateway = MeituanGateway()
    return gateway.push_of(gateway.add_order(orderId="77"))


def test_the_documented_example_gives_the_documented_signature() -> None:
    example = {"actId": "33", "appkey": "demoappkey", "linkType": "1", "shortLink": "1", "sid": "a12p345"}
    assert signature(example, "demosecret") == "0a20a239c99e82842ae293e708df6a69"


def test_a_signed_message_names_its_order_as_json_and_as_a_form(fields: dict[str, str]) -> None:
    said = read(as_json(fields), APP_SECRET)
    assert said.order_ids == ("77",)
    form = Push(urlencode(fields).encode(), {"content-type": "application/x-www-form-urlencoded; charset=UTF-8"})
    assert read(form, APP_SECRET) == said


def test_the_same_fields_written_otherwise_are_the_same_message_and_others_another(fields: dict[str, str]) -> None:
    said = read(as_json(fields), APP_SECRET)
    respelt = json.dumps(dict(reversed(fields.items())), ensure_ascii=False, indent=4).encode()
    assert read(Push(respelt), APP_SECRET) == said
    gateway = MeituanGateway()
    later = read(as_json(gateway.push_of(gateway.add_order(orderId="77"), status="8")), APP_SECRET)
    assert later.order_ids == said.order_ids and later.key != said.key


def test_a_number_is_signed_as_it_is_written(fields: dict[str, str]) -> None:
    body = json.dumps(fields).replace('"total": "35.50"', '"total": 35.50').replace('"status": "1"', '"status": 1')
    assert read(Push(body.encode()), APP_SECRET).order_ids == ("77",)


@pytest.mark.parametrize(
    "change", [{"sign": ""}, {"sign": "0" * 32}, {"sign": "é"}, {"orderid": "78"}, {"extra": ""}, {"status": "8"}]
)
def test_what_the_secret_did_not_sign_is_forged(fields: dict[str, str], change: dict[str, str]) -> None:
    with pytest.raises(Forged):
        read(as_json(fields | change), APP_SECRET)


def test_without_a_secret_nothing_is_signed(fields: dict[str, str]) -> None:
    unsigned = {name: value for name, value in fields.items() if name != "sign"}
    with pytest.raises(Forged):
        read(as_json(unsigned | {"sign": signature(unsigned, "")}), "")
    with pytest.raises(Forged):
        read(as_json(unsigned), APP_SECRET)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b"\xff\xfe{",
        '{"orderid": "７７"}'.encode("gb18030"),
        b"[" * 60_000,
        b'{"a": {"b": "1"}}',
        b'{"a": ["1"]}',
        b'{"a": true}',
        b'{"orderid": "1", "orderid": "2"}',
        b'{"a": "\\ud800"}',
        b'{"\\ud800": "a"}',
        json.dumps({f"f{n}": "" for n in range(101)}).encode(),
    ],
)
def test_what_is_no_flat_object_in_utf_8_cannot_be_read(body: bytes) -> None:
    with pytest.raises(Unreadable):
        read(Push(body), APP_SECRET)


@pytest.mark.parametrize("order_id", ["", "../1", "1 2", "x" * 81, "７"])
def test_a_signed_message_without_a_possible_order_number_cannot_be_read(order_id: str) -> None:
    fields = {"orderid": order_id, "status": "1"}
    with pytest.raises(Unreadable):
        read(as_json(fields | {"sign": signature(fields, APP_SECRET)}), APP_SECRET)


def test_one_order_is_read_by_its_number_whatever_its_business(
    meituan: MeituanAdapter, gateway: MeituanGateway
) -> None:
    gateway.add_order(orderId="1")
    gateway.add_order(orderId="2", platform=2, businessLine=3, status="6")
    gateway.add_order(orderId="3", businessLine=12, updateTime="soon")
    assert [line.order_id for line in meituan.order("2").lines] == ["2"]
    page = meituan.order("3")
    assert (page.lines, len(page.rejected)) == ((), 1)
    with pytest.raises(NotFound):
        meituan.order("4")


def test_a_refused_business_hides_no_order_of_another_and_is_told_where_none_has_it(
    meituan: MeituanAdapter, gateway: MeituanGateway
) -> None:
    gateway.add_order(orderId="2", platform=2)
    gateway.refused_platform = 1
    assert [line.order_id for line in meituan.order("2").lines] == ["2"]
    gateway.refused_platform = 2
    with pytest.raises(PermissionNeeded):
        meituan.order("2")


def test_the_adapter_proves_with_the_secret_of_its_account(fields: dict[str, str]) -> None:
    assert isinstance(MeituanAdapter({"APP_SECRET": APP_SECRET}).pushed(as_json(fields)), Pushed)
    with pytest.raises(Forged):
        MeituanAdapter({}).pushed(as_json(fields))
