"""Links in every form, statParam, answers matched by their source, refusals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from affiliate.networks.errors import BadInput, NotPromotable, Off, ProtocolError, Reauthorise
from affiliate.networks.tests.gateways.vip import DEFAULT_ITEM, VipGateway
from affiliate.networks.types import ItemRef
from affiliate.networks.vip.adapter import VipAdapter

ITEM = ItemRef("vip", DEFAULT_ITEM)


def test_an_item_gives_a_link_in_every_form(vip: VipAdapter, vip_gateway: VipGateway) -> None:
    made = vip.link(ITEM, "a42_p9001")
    (body,) = vip_gateway.bodies("genByGoodsId")
    assert body["goodsIdList"] == [DEFAULT_ITEM]
    assert (body["chanTag"], body["statParam"]) == ("default_pid", "a42_p9001")
    assert body["urlGenByGoodsIdRequest"] == {"openId": "u_12", "realCall": True, "adCode": "vendoapi"}
    assert made.url.startswith("https://t.vip.com/redirect.php?url=")
    assert "other" not in made.url
    assert made.short_url.startswith("https://t.vip.com/")
    assert made.deeplink.startswith("vipshop://showGoodsDetail?")
    assert made.mini_program.startswith("pages/productDetail/productDetail?goodsId=")
    assert made.token_text == "¥唯口令TEST¥"
    assert (made.sub_id, made.ad_slot, made.expires_at) == ("a42_p9001", "", None)


def test_a_short_link_of_somebody_else_becomes_ours(vip: VipAdapter, vip_gateway: VipGateway) -> None:
    (ref,) = vip.recognise("https://t.vip.com/AbCdEf1?who=else")
    assert vip.link(ref, "a1").sub_id == "a1"
    (body,) = vip_gateway.bodies("genByVIPUrl")
    assert body["urlList"] == ["https://t.vip.com/AbCdEf1"]
    assert body["urlGenRequest"]["openId"] == "u_12"


def test_without_a_sub_id_the_link_is_of_the_pid(vip: VipAdapter, vip_gateway: VipGateway) -> None:
    made = vip.link(ITEM, None)
    assert (made.sub_id, made.ad_slot) == (None, "default_pid")
    assert "statParam" not in vip_gateway.bodies("genByGoodsId")[0]


def test_where_only_a_short_link_comes_it_is_renewed_before_it_ends(vip: VipAdapter, vip_gateway: VipGateway) -> None:
    vip_gateway.links = {"longUrl": ""}
    made = vip.link(ITEM, "a1")
    assert made.url == made.short_url
    assert made.expires_at is not None
    assert timedelta(days=24) < made.expires_at - datetime.now(UTC) < timedelta(days=26)


def test_an_item_that_earns_nothing_is_not_promotable(vip: VipAdapter) -> None:
    with pytest.raises(NotPromotable):
        vip.link(ItemRef("vip", "6919000000000009999"), "a1")


def test_an_answer_for_another_source_is_not_taken(vip: VipAdapter, vip_gateway: VipGateway) -> None:
    vip_gateway.links = {"source": "6919000000000000007"}
    with pytest.raises(NotPromotable):
        vip.link(ITEM, "a1")


@pytest.mark.parametrize("sub_id", ["a-1", "a b", "x" * 65, "", "中"])
def test_a_sub_id_outside_the_safe_set_never_reaches_vip(vip: VipAdapter, vip_gateway: VipGateway, sub_id: str) -> None:
    with pytest.raises(BadInput):
        vip.link(ITEM, sub_id)
    assert vip_gateway.calls == []


BAD_URLS = [
    "",
    "https://vip.com.evil.cn/x",
    "https://evil.cn\\@t.vip.com/x",
    "https://a:b@t.vip.com/x",
    "https://t.vip.com/x\r\nSet-Cookie: a=b",
    "javascript:alert(1)//t.vip.com",
]


@pytest.mark.parametrize("url", BAD_URLS)
def test_a_link_that_leads_elsewhere_is_not_taken(vip: VipAdapter, vip_gateway: VipGateway, url: str) -> None:
    vip_gateway.links = {"url": url, "longUrl": url}
    with pytest.raises(ProtocolError):
        vip.link(ITEM, "a1")


def test_forms_that_cannot_be_used_are_left_out(vip: VipAdapter, vip_gateway: VipGateway) -> None:
    vip_gateway.links = {
        "deeplinkUrl": "evil://x",
        "vipWxUrl": "https://evil.example/",
        "longUrl": "https://evil.example",
    }
    made = vip.link(ITEM, "a1")
    assert (made.deeplink, made.mini_program) == ("", "")
    assert made.url == made.short_url


@pytest.mark.parametrize("open_id", ["u-1", "x" * 33, "中"])
def test_an_open_id_that_cannot_be_sent_is_for_the_operator(vip_with: Callable[..., VipAdapter], open_id: str) -> None:
    with pytest.raises(Reauthorise):
        vip_with(OPEN_ID=open_id).link(ITEM, "a1")


def test_without_token_pid_and_user_the_first_generation_and_the_defaults_stand_in(
    vip_with: Callable[..., VipAdapter], vip_gateway: VipGateway
) -> None:
    adapter = vip_with(ACCESS_TOKEN=None, CHAN_TAG=None, OPEN_ID=None)
    assert adapter.link(ITEM, "a1").sub_id == "a1"
    assert vip_gateway.common[0]["method"] == "genByGoodsId"
    (body,) = vip_gateway.bodies("genByGoodsId")
    who = {"openId": "default_open_id", "realCall": True, "adCode": "unionapi"}
    assert (body["chanTag"], body["urlGenByGoodsIdRequest"]) == ("default_pid", who)
    assert adapter.lookup(ITEM).price_minor == 12_900


def test_missing_credentials_are_named(vip_with: Callable[..., VipAdapter]) -> None:
    with pytest.raises(Off, match="APP_SECRET"):
        vip_with(APP_SECRET=None).link(ITEM, "a1")


@pytest.mark.parametrize("ref", [ItemRef("vip", "../x"), ItemRef("vip", "", url="https://evil.example/")])
def test_what_is_no_item_cannot_be_promoted(vip: VipAdapter, vip_gateway: VipGateway, ref: ItemRef) -> None:
    with pytest.raises(BadInput):
        vip.link(ref, "a1")
    assert vip_gateway.calls == []
