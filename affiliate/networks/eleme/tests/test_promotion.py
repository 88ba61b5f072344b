"""Look-up, search and links: activities, shops, items of two kinds, sid, and every form of link."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from affiliate.networks.eleme.adapter import ElemeAdapter
from affiliate.networks.errors import BadInput, NotFound, Off, ProtocolError, Reauthorise
from affiliate.networks.tests.gateways.eleme import ACTIVITY, ITEM, PID, SHOP, ElemeGateway, item
from affiliate.networks.types import ItemRef

AN_ITEM = ItemRef("eleme", f"item:{ITEM}")
AN_ACTIVITY = ItemRef("eleme", f"activity:{ACTIVITY}")
A_SHOP = ItemRef("eleme", f"shop:{SHOP}")


def asked(gateway: ElemeGateway, method: str) -> list[dict[str, object]]:
    return [json.loads(form["query_request"]) for form in gateway.forms(method)]


def test_an_item_is_told_in_fen_whichever_kind_it_is(eleme: ElemeAdapter, gateway: ElemeGateway) -> None:
    shot = eleme.lookup(AN_ITEM)
    assert [request["biz_type"] for request in asked(gateway, "itempromotion.get")] == ["hoard_coupon", "hot_item"]
    assert (shot.title, shot.price_minor, shot.final_price_minor) == ("示例套餐 双人下午茶", 3_000, 1_990)
    assert (shot.commission_rate_bp, shot.commission_minor) == (1_000, 199)
    assert (shot.available, shot.warnings) == (True, ())


def test_an_activity_has_no_price_and_ends(eleme: ElemeAdapter) -> None:
    shot = eleme.lookup(AN_ACTIVITY)
    assert (shot.title, shot.price_minor, shot.final_price_minor, shot.available) == (
        "外卖红包天天领",
        None,
        None,
        True,
    )


def test_a_shop_tells_its_rate(eleme: ElemeAdapter) -> None:
    shot = eleme.lookup(A_SHOP)
    assert (shot.title, shot.shop, shot.commission_rate_bp) == ("示例餐厅", "示例餐厅", 2_000)


@pytest.mark.parametrize("changes", [{"stock": 0}, {"end_time": 1}])
def test_what_is_sold_out_or_over_is_not_available(
    eleme: ElemeAdapter, gateway: ElemeGateway, changes: dict[str, int]
) -> None:
    gateway.items[ITEM] |= changes
    assert eleme.lookup(AN_ITEM).available is False


def test_an_unbelievable_price_is_left_out_and_said(eleme: ElemeAdapter, gateway: ElemeGateway) -> None:
    gateway.misbehave("price_absurd")
    shot = eleme.lookup(AN_ITEM)
    assert (shot.price_minor, shot.final_price_minor) == (None, None)
    assert len(shot.warnings) == 2


@pytest.mark.parametrize("price", ["12.5", "abc", True, [], {}])
def test_fractions_of_a_fen_are_no_price(eleme: ElemeAdapter, gateway: ElemeGateway, price: object) -> None:
    gateway.items[ITEM] |= {"original_price_cent": price, "sell_price_cent": price}
    assert eleme.lookup(AN_ITEM).price_minor is None


@pytest.mark.parametrize("item_id", ["item:Unknown123", "activity:999", "shop:Unknown123"])
def test_what_is_not_there_is_not_found(eleme: ElemeAdapter, item_id: str) -> None:
    with pytest.raises(NotFound):
        eleme.lookup(ItemRef("eleme", item_id))


@pytest.mark.parametrize("text", ["https://tb.ele.me/wow/x", "https://h5.ele.me/hongbao/x"])
def test_a_page_that_names_no_activity_says_what_to_paste(
    eleme: ElemeAdapter, gateway: ElemeGateway, text: str
) -> None:
    (ref,) = eleme.recognise(text)
    with pytest.raises(NotFound, match="eleme:activity:10144"):
        eleme.lookup(ref)
    assert gateway.calls == []


def test_what_is_no_item_never_reaches_eleme(eleme: ElemeAdapter, gateway: ElemeGateway) -> None:
    for call in (eleme.lookup, lambda ref: eleme.link(ref, "a1")):
        with pytest.raises(BadInput):
            call(ItemRef("eleme", "activity:../x"))
    assert gateway.calls == []


def test_a_search_asks_both_kinds_and_bounds_its_page(eleme: ElemeAdapter, gateway: ElemeGateway) -> None:
    gateway.items["Coupon1"] = item("Coupon1", gateway.now(), biz_type="hoard_coupon", item_name="下午茶囤券")
    found = eleme.search(" 下午茶 ", page_size=500)
    assert [shot.ref.item_id for shot in found] == ["item:Coupon1", f"item:{ITEM}"]
    assert [request["page_size"] for request in asked(gateway, "itempromotion.query")] == [20, 20]
    with pytest.raises(BadInput):
        eleme.search(" ")


def test_a_link_comes_in_every_form_and_carries_the_sid(eleme: ElemeAdapter, gateway: ElemeGateway) -> None:
    made = eleme.link(AN_ACTIVITY, "a12p345")
    assert asked(gateway, "officialactivity.get")[0] == {
        "pid": PID,
        "sid": "a12p345",
        "activity_id": ACTIVITY,
        "include_qr_code": False,
        "include_watchword": True,
    }
    assert (made.url, made.short_url) == ("https://tb.ele.me/wow/x?sid=a12p345", "https://u.ele.me/abc")
    assert (made.deeplink, made.mini_program) == ("eleme://web?url=x", "wxexample:pages/x?scene=1")
    assert made.token_text == "复制 EleWord12345 打开饿了么"
    assert (made.sub_id, made.ad_slot) == ("a12p345", "")
    assert made.expires_at is not None
    assert timedelta(days=2) < made.expires_at - datetime.now(UTC) <= timedelta(days=3)


@pytest.mark.parametrize("ref", [AN_ITEM, A_SHOP])
def test_items_and_shops_have_links_too(eleme: ElemeAdapter, ref: ItemRef) -> None:
    made = eleme.link(ref, None)
    assert (made.sub_id, made.ad_slot) == (None, PID)
    assert made.url.startswith("https://tb.ele.me/")


def test_links_in_their_groups_are_read_as_well(eleme: ElemeAdapter, gateway: ElemeGateway) -> None:
    gateway.links = {"h5_url": "", "h5_short_link": "", "ele_scheme_url": "", "eleme_word": "", "wx_appid": ""}
    gateway.links |= {"h5_promotion": {"h5_url": "https://h5.ele.me/y", "short_link": "https://u.ele.me/y"}}
    gateway.links |= {
        "app_promotion": {"deep_link": "eleme://y"},
        "wx_promotion": {"wx_app_id": "wx1", "wx_path": "/p"},
    }
    made = eleme.link(AN_ACTIVITY, None)
    assert (made.url, made.short_url, made.deeplink) == ("https://h5.ele.me/y", "https://u.ele.me/y", "eleme://y")
    assert made.token_text == "￥abc￥"


@pytest.mark.parametrize("sub_id", ["a-1", "a b", "x" * 33, "", "中"])
def test_a_sid_outside_the_safe_set_never_reaches_eleme(
    eleme: ElemeAdapter, gateway: ElemeGateway, sub_id: str
) -> None:
    with pytest.raises(BadInput):
        eleme.link(AN_ACTIVITY, sub_id)
    assert gateway.calls == []


@pytest.mark.parametrize(
    "url", ["", "https://ele.me.evil.cn/x", "https://evil.cn\\@tb.ele.me/", "javascript:alert(1)//tb.ele.me"]
)
def test_a_link_that_leads_elsewhere_is_not_taken(eleme: ElemeAdapter, gateway: ElemeGateway, url: str) -> None:
    gateway.links = {"h5_url": url, "h5_short_link": url}
    with pytest.raises(ProtocolError):
        eleme.link(AN_ACTIVITY, "a1")


@pytest.mark.parametrize("scheme", ["javascript:alert(1)", "eleme://x\ny", "https://tb.ele.me/x"])
def test_a_scheme_that_is_not_the_apps_is_dropped(eleme: ElemeAdapter, gateway: ElemeGateway, scheme: str) -> None:
    gateway.links = {"ele_scheme_url": scheme}
    assert eleme.link(AN_ACTIVITY, "a1").deeplink == ""


def test_a_pid_of_taobao_is_a_matter_for_the_operator(eleme_with: Callable[..., ElemeAdapter]) -> None:
    with pytest.raises(Reauthorise, match="alsc_1_2_3"):
        eleme_with(PID="mm_1_2_3").check()


def test_a_slot_must_be_this_accounts(eleme: ElemeAdapter) -> None:
    assert eleme.at_slot("alsc_100000001_5_6").config["PID"] == "alsc_100000001_5_6"
    for slot in ("alsc_9_5_6", "mm_100000001_5_6", ""):
        with pytest.raises(BadInput):
            eleme.at_slot(slot)


def test_missing_credentials_are_named(eleme_with: Callable[..., ElemeAdapter]) -> None:
    with pytest.raises(Off, match="PID"):
        eleme_with(PID=None).lookup(AN_ITEM)
