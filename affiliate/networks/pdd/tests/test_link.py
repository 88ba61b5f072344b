"""Links in every form, custom_parameters, the record (备案), refusals."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from affiliate.networks.errors import (
    BadInput,
    NotPromotable,
    Off,
    PermissionNeeded,
    ProtocolError,
    Reauthorise,
)
from affiliate.networks.pdd.adapter import PddAdapter
from affiliate.networks.tests.gateways.pdd import DEFAULT_ITEM, PID, PddGateway
from affiliate.networks.types import ItemRef

NUMBER = ItemRef("pdd", str(DEFAULT_ITEM))
SIGN = ItemRef("pdd", "Y9f2_test-Sign_J0001")
GENERATE, BY_ADDRESS = "goods.promotion.url.generate", "zs.unit.url.gen"


def test_a_sign_gives_a_link_in_every_form(pdd: PddAdapter, pdd_gateway: PddGateway) -> None:
    made = pdd.link(SIGN, "a42_p9001-k7")
    (form,) = pdd_gateway.asked(GENERATE)
    assert form["p_id"] == PID
    assert form["goods_sign_list"] == '["Y9f2_test-Sign_J0001"]'
    assert form["custom_parameters"] == '{"uid":"zc","sid":"a42_p9001-k7"}'
    assert made.url.startswith("https://mobile.yangkeduo.com/app.html?")
    assert made.short_url.startswith("https://p.pinduoduo.com/m")
    assert made.deeplink.startswith("pinduoduo://com.xunmeng.pinduoduo/")
    assert made.mini_program.startswith("wx0000000000000000:package_a/welfare_coupon/")
    assert (made.sub_id, made.ad_slot, made.expires_at) == ("a42_p9001-k7", "", None)


def test_a_number_is_promoted_by_its_plain_address(pdd: PddAdapter, pdd_gateway: PddGateway) -> None:
    made = pdd.link(NUMBER, "a1")
    (form,) = pdd_gateway.asked(BY_ADDRESS)
    assert form["source_url"] == f"https://mobile.yangkeduo.com/goods.html?goods_id={DEFAULT_ITEM}"
    assert (form["pid"], made.sub_id) == (PID, "a1")


def test_a_short_link_of_somebody_else_becomes_ours(pdd: PddAdapter, pdd_gateway: PddGateway) -> None:
    (ref,) = pdd.recognise("https://p.pinduoduo.com/AbCdEfG1?who=else")
    assert pdd.link(ref, "a1").url.startswith("https://mobile.yangkeduo.com/")
    assert pdd_gateway.asked(BY_ADDRESS)[0]["source_url"] == "https://p.pinduoduo.com/AbCdEfG1"


def test_without_a_sub_id_the_link_is_of_the_pid(pdd: PddAdapter, pdd_gateway: PddGateway) -> None:
    made = pdd.link(SIGN, None)
    assert (made.sub_id, made.ad_slot) == (None, PID)
    assert pdd_gateway.asked(GENERATE)[0]["custom_parameters"] == '{"uid":"zc"}'


def test_the_longest_uid_and_sub_id_fit_into_sixty_four_bytes(
    pdd_with: Callable[..., PddAdapter], pdd_gateway: PddGateway
) -> None:
    pdd_gateway.on_record.add("u" * 13)
    assert pdd_with(UID="u" * 13).link(SIGN, "s" * 32).sub_id == "s" * 32
    text = pdd_gateway.asked(GENERATE)[0]["custom_parameters"]
    assert json.loads(text) == {"uid": "u" * 13, "sid": "s" * 32}
    assert len(text) == 64


@pytest.mark.parametrize("uid", ["u" * 14, "a b", "中", '"'])
def test_a_uid_that_cannot_be_sent_is_for_the_operator(pdd_with: Callable[..., PddAdapter], uid: str) -> None:
    with pytest.raises(Reauthorise):
        pdd_with(UID=uid).link(SIGN, "a1")


@pytest.mark.parametrize("ref", [NUMBER, SIGN])
def test_where_every_sid_wants_a_record_the_pid_stands_in_and_the_link_says_so(
    pdd: PddAdapter, pdd_gateway: PddGateway, ref: ItemRef
) -> None:
    pdd_gateway.record_each_sid = True
    made = pdd.link(ref, "a1")
    assert (made.sub_id, made.ad_slot) == (None, PID)
    assert len(pdd_gateway.calls) == 2


@pytest.mark.parametrize("sub_id", ["a1", None])
def test_a_pid_that_is_not_on_record_makes_no_link_and_says_what_to_do(
    pdd: PddAdapter, pdd_gateway: PddGateway, sub_id: str | None
) -> None:
    pdd_gateway.on_record.clear()
    with pytest.raises(PermissionNeeded, match="备案") as caught:
        pdd.link(SIGN, sub_id)
    assert caught.value.code == "50001/60001"
    assert "授权备案" in caught.value.detail


def test_the_test_names_the_address_that_puts_the_pid_on_record(pdd: PddAdapter, pdd_gateway: PddGateway) -> None:
    pdd_gateway.on_record.clear()
    assert pdd.on_record() is False
    with pytest.raises(PermissionNeeded) as caught:
        pdd.check()
    assert caught.value.code == "not_on_record"
    assert caught.value.values == {"url": "https://p.pinduoduo.com/record1"}
    assert "https://p.pinduoduo.com/record1" in caught.value.message
    assert pdd_gateway.asked("rp.prom.url.generate")[0]["channel_type"] == "10"


def test_once_on_record_the_test_is_one_call(pdd: PddAdapter, pdd_gateway: PddGateway) -> None:
    pdd.check()
    assert [method for method, _ in pdd_gateway.calls] == ["pdd.ddk.member.authority.query"]


def test_an_item_that_earns_nothing_is_not_promotable(pdd: PddAdapter) -> None:
    for item_id in ("500000009999", "Z0000_none-Sign_J9999"):
        with pytest.raises(NotPromotable):
            pdd.link(ItemRef("pdd", item_id), "a1")


@pytest.mark.parametrize("sub_id", ["a b", "x" * 33, "", "中", 'a"b', "a.b"])
def test_a_sub_id_outside_the_safe_set_never_reaches_pinduoduo(
    pdd: PddAdapter, pdd_gateway: PddGateway, sub_id: str
) -> None:
    with pytest.raises(BadInput):
        pdd.link(SIGN, sub_id)
    assert pdd_gateway.calls == []


BAD_URLS = [
    "",
    "https://yangkeduo.com.evil.cn/x",
    "https://evil.cn\\@p.pinduoduo.com/x",
    "https://a:b@p.pinduoduo.com/x",
    "https://p.pinduoduo.com/x\r\nSet-Cookie: a=b",
    "javascript:alert(1)//p.pinduoduo.com",
]


@pytest.mark.parametrize("url", BAD_URLS)
def test_a_link_that_leads_elsewhere_is_not_taken(pdd: PddAdapter, pdd_gateway: PddGateway, url: str) -> None:
    pdd_gateway.links = dict.fromkeys(("mobile_url", "url", "mobile_short_url", "short_url"), url)
    with pytest.raises(ProtocolError):
        pdd.link(SIGN, "a1")


def test_forms_that_cannot_be_used_are_left_out_and_the_others_stand_in(
    pdd: PddAdapter, pdd_gateway: PddGateway
) -> None:
    bad_app = {"app_id": "<script>", "page_path": "x"}
    pdd_gateway.links = {"mobile_url": "https://evil.example/", "schema_url": "evil://x", "we_app_info": bad_app}
    made = pdd.link(SIGN, "a1")
    assert made.url.startswith("https://mobile.yangkeduo.com/duo_coupon_landing.html?")
    assert (made.deeplink, made.mini_program) == ("", "")


def test_missing_credentials_are_named(pdd_with: Callable[..., PddAdapter]) -> None:
    with pytest.raises(Off, match="PID"):
        pdd_with(PID=None).link(SIGN, "a1")


def test_what_is_no_item_cannot_be_promoted(pdd: PddAdapter, pdd_gateway: PddGateway) -> None:
    with pytest.raises(BadInput):
        pdd.link(ItemRef("pdd", "../x", url="https://evil.example/"), "a1")
    assert pdd_gateway.calls == []
