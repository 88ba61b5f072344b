"""Links: the ad slot in place of a sub-ID, 口令, life, and the way without 万能转链."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest

from affiliate.networks.errors import BadInput, NotPromotable, Off, PermissionNeeded, ProtocolError, Reauthorise
from affiliate.networks.taobao.adapter import TaobaoAdapter
from affiliate.networks.taobao.links import LIFE
from affiliate.networks.tests.gateways.taobao import DEFAULT_ITEM, OLD_ITEM, PID, SHORT, TaobaoGateway
from affiliate.networks.types import ItemRef

ITEM = ItemRef("taobao", DEFAULT_ITEM)
OTHER = "mm_100000001_200000002_300000004"


def test_a_link_comes_in_every_form_with_the_coupon_in_it(taobao: TaobaoAdapter, gateway: TaobaoGateway) -> None:
    made = taobao.link(ITEM, None)
    (form,) = gateway.forms("link.convert")
    assert (form["adzone_id"], form["item_dto"]) == ("300000003", f'[{{"item_id":"{DEFAULT_ITEM}"}}]')
    assert made.url == "https://uland.taobao.com/coupon/edetail?e=TEST300000003"
    assert made.short_url == "https://s.click.taobao.com/TESTcpn"
    assert made.token_text == "8￥ CZ0001 TesTcLmNoPq￥ https://m.tb.cn/h.TESTC  测试牌 无线降噪头戴耳机"
    assert (made.sub_id, made.ad_slot) == (None, PID)
    assert made.deeplink.startswith("tbopen://m.taobao.com/tbopen/index.html?h5Url=")
    assert made.url in unquote(made.deeplink)


def test_a_link_ends_with_its_coupon_or_with_the_life_of_links(taobao: TaobaoAdapter) -> None:
    made = taobao.link(ITEM, None)
    assert made.expires_at is not None
    assert timedelta(days=2) < made.expires_at - datetime.now(UTC) < timedelta(days=4) < LIFE


@pytest.mark.parametrize("sub_id", ["a1", "", "abc123k7f3"])
def test_a_sub_id_is_refused_before_any_call(taobao: TaobaoAdapter, gateway: TaobaoGateway, sub_id: str) -> None:
    with pytest.raises(BadInput) as caught:
        taobao.link(ITEM, sub_id)
    assert caught.value.code == "sub_id"
    assert gateway.calls == []


def test_another_slot_of_the_account_is_named_and_used(taobao: TaobaoAdapter, gateway: TaobaoGateway) -> None:
    made = taobao.at_slot(OTHER).link(ITEM, None)
    assert (made.ad_slot, made.sub_id) == (OTHER, None)
    assert gateway.forms("link.convert")[0]["adzone_id"] == "300000004"
    assert taobao.link(ITEM, None).ad_slot == PID


def test_a_channel_relation_goes_along_in_its_scene(taobao: TaobaoAdapter, gateway: TaobaoGateway) -> None:
    slot = f"{PID}:2800000001"
    assert taobao.at_slot(slot).link(ITEM, None).ad_slot == slot
    (form,) = gateway.forms("link.convert")
    assert (form["relation_id"], form["biz_scene_id"]) == ("2800000001", "2")


@pytest.mark.parametrize("slot", ["mm_9_200000002_300000004", "300000004", "mm_1_2", "", "mm_1_2_3;x", "mm_1_2_3:x"])
def test_a_slot_of_another_account_or_form_is_refused(taobao: TaobaoAdapter, slot: str) -> None:
    with pytest.raises(BadInput) as caught:
        taobao.at_slot(slot)
    assert caught.value.code == "ad_slot"


def test_a_short_link_of_somebody_else_becomes_ours(taobao: TaobaoAdapter) -> None:
    made = taobao.link(taobao.recognise(SHORT)[0], None)
    assert (made.ref.item_id, made.ad_slot) == (DEFAULT_ITEM, PID)


def test_an_old_number_is_converted_in_the_scene_that_takes_it(taobao: TaobaoAdapter, gateway: TaobaoGateway) -> None:
    gateway.add_item(OLD_ITEM)
    taobao.link(ItemRef("taobao", OLD_ITEM), None)
    assert gateway.forms("link.convert")[0]["biz_scene_id"] == "2"


def test_without_permission_to_convert_the_search_gives_the_link(taobao: TaobaoAdapter, gateway: TaobaoGateway) -> None:
    gateway.forbidden = {"taobao.tbk.dg.general.link.convert"}
    made = taobao.link(ITEM, None)
    assert made.url.startswith("https://uland.taobao.com/coupon/edetail?e=SEARCH")
    assert made.short_url == "https://s.click.taobao.com/TESTabc"
    assert "TesTkLmNoPq" in made.token_text
    assert made.ad_slot == PID
    assert [method.rsplit(".tbk.")[1] for method, _ in gateway.calls][1:3] == [
        "item.info.upgrade.get",
        "dg.material.optional.upgrade",
    ]


def test_a_refusal_inside_the_answer_leads_the_same_way(taobao: TaobaoAdapter, gateway: TaobaoGateway) -> None:
    gateway.item_code = 1001
    assert taobao.link(ITEM, None).url.startswith("https://uland.taobao.com/coupon/edetail?e=SEARCH")


def test_the_searchs_link_of_another_item_is_not_taken(taobao: TaobaoAdapter, gateway: TaobaoGateway) -> None:
    gateway.forbidden = {"taobao.tbk.dg.general.link.convert"}
    gateway.add_item("zzzzzz123-otherback9")
    row = gateway.items.pop("77zzq0testid")
    gateway.items["hidden"] = row  # the details still know it, the search shows only its namesake
    gateway.found = lambda item_id: row if item_id == DEFAULT_ITEM else gateway.items["otherback9"]  # type: ignore[method-assign]
    with pytest.raises(PermissionNeeded, match="permission"):
        taobao.link(ITEM, None)


def test_forms_that_are_not_to_be_had_cost_the_link_nothing(taobao: TaobaoAdapter, gateway: TaobaoGateway) -> None:
    gateway.forbidden = {f"taobao.tbk.{name}" for name in ("dg.general.link.convert", "tpwd.create", "spread.get")}
    made = taobao.link(ITEM, None)
    assert (made.short_url, made.token_text) == ("", "")
    assert made.url


def test_an_item_that_earns_nothing_is_not_promotable(taobao: TaobaoAdapter) -> None:
    with pytest.raises(NotPromotable):
        taobao.link(ItemRef("taobao", "aaaaaaaaa-bbbbbbbbb"), None)


@pytest.mark.parametrize(
    "url",
    [
        "no address",
        "https://taobao.com.evil.cn/x",
        "https://evil.cn\\@s.click.taobao.com/x",
        "https://a:b@s.click.taobao.com/x",
        "https://s.click.taobao.com/x\r\nSet-Cookie: a=b",
        "javascript:alert(1)//s.click.taobao.com",
    ],
)
def test_a_link_that_leads_elsewhere_is_not_taken(taobao: TaobaoAdapter, gateway: TaobaoGateway, url: str) -> None:
    gateway.click_url = url
    with pytest.raises(ProtocolError):
        taobao.link(ITEM, None)


def test_a_pid_of_another_form_is_a_matter_for_the_operator(taobao_with: Callable[..., TaobaoAdapter]) -> None:
    for call in (lambda one: one.link(ITEM, None), lambda one: one.check()):
        with pytest.raises(Reauthorise, match="PID"):
            call(taobao_with(PID="300000003"))


def test_missing_credentials_are_named(taobao_with: Callable[..., TaobaoAdapter]) -> None:
    for call in (lambda one: one.lookup(ITEM), lambda one: one.link(ITEM, None), lambda one: one.search("x")):
        with pytest.raises(Off, match="PID"):
            call(taobao_with(PID=None))


def test_what_is_no_item_cannot_be_promoted(taobao: TaobaoAdapter, gateway: TaobaoGateway) -> None:
    with pytest.raises(BadInput):
        taobao.link(ItemRef("taobao", "../x"), None)
    assert gateway.calls == []
