"""Look-up and search: prices, coupons, ids that change, links and 口令 that the union parses."""

from __future__ import annotations

import pytest

from affiliate.networks.errors import BadInput, NotFound, PermissionNeeded
from affiliate.networks.taobao.adapter import TaobaoAdapter
from affiliate.networks.tests.gateways.taobao import DEFAULT_ITEM, OLD_ITEM, SHORT, TOKEN, TaobaoGateway
from affiliate.networks.types import ItemRef

ITEM = ItemRef("taobao", DEFAULT_ITEM)


def test_an_item_is_asked_by_its_id_and_told_in_fen(taobao: TaobaoAdapter, gateway: TaobaoGateway) -> None:
    shot = taobao.lookup(ITEM)
    (form,) = gateway.forms("item.info.upgrade.get")
    assert (form["item_id"], form["biz_scene_id"]) == (DEFAULT_ITEM, "1")
    assert (shot.price_minor, shot.final_price_minor) == (34_900, 29_900)
    assert (shot.commission_rate_bp, shot.commission_minor) == (900, 2_691)
    assert (shot.shop, shot.brand, shot.category) == ("测试旗舰店", "测试牌", "头戴耳机")
    assert shot.image_url == "https://img.alicdn.com/bao/uploaded/i1/000/test.jpg"
    assert shot.coupon is not None
    assert (shot.coupon.amount_minor, shot.coupon.threshold_minor) == (5_000, 30_000)
    assert shot.ref.item_id == DEFAULT_ITEM  # although the answer names it by another front part
    assert shot.warnings == ()


def test_an_old_number_is_asked_in_the_scene_that_takes_it(taobao: TaobaoAdapter, gateway: TaobaoGateway) -> None:
    gateway.add_item(OLD_ITEM)
    assert taobao.lookup(ItemRef("taobao", OLD_ITEM)).ref.item_id == OLD_ITEM
    assert gateway.forms("item.info.upgrade.get")[0]["biz_scene_id"] == "2"


def test_without_that_scene_the_message_says_what_to_do_instead(taobao: TaobaoAdapter, gateway: TaobaoGateway) -> None:
    gateway.scenes = {"1"}
    with pytest.raises(PermissionNeeded, match="Search for the item"):
        taobao.lookup(ItemRef("taobao", OLD_ITEM))


@pytest.mark.parametrize("text", [SHORT, f"￥{TOKEN}￥"])
def test_a_short_link_and_a_password_are_parsed_by_the_union(
    taobao: TaobaoAdapter, gateway: TaobaoGateway, text: str
) -> None:
    (ref,) = taobao.recognise(text)
    shot = taobao.lookup(ref)
    assert shot.ref.item_id == DEFAULT_ITEM
    assert not shot.ref.needs_expansion
    assert f'"material_url":"{text}"' in gateway.forms("link.parse")[0]["material_dto"]


def test_a_link_to_a_sale_is_no_single_item(taobao: TaobaoAdapter, gateway: TaobaoGateway) -> None:
    gateway.single = False
    with pytest.raises(NotFound, match="no single item"):
        taobao.lookup(taobao.recognise(SHORT)[0])


def test_a_password_that_the_union_does_not_know_is_told_with_its_code(taobao: TaobaoAdapter) -> None:
    with pytest.raises(Exception, match="code") as caught:
        taobao.lookup(taobao.recognise("￥ZyXwVuTsRqP￥")[0])
    assert caught.value.code == "10001"  # type: ignore[attr-defined]


def test_an_item_that_is_gone_is_not_found(taobao: TaobaoAdapter) -> None:
    with pytest.raises(NotFound):
        taobao.lookup(ItemRef("taobao", "aaaaaaaaa-bbbbbbbbb"))


def test_a_row_about_another_item_is_not_taken_for_the_one_asked(
    taobao: TaobaoAdapter, gateway: TaobaoGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = gateway.add_item("other1234-otherback9") | {"input_item_iid": "other1234-otherback9"}
    monkeypatch.setattr(gateway, "detail", lambda *_: {"results": {"tbk_item_detail": [row]}})
    with pytest.raises(NotFound):
        taobao.lookup(ITEM)


@pytest.mark.parametrize("item_id", ["../etc/passwd", "<b>12345</b>", "abc"])
def test_what_is_no_item_never_reaches_taobao(taobao: TaobaoAdapter, gateway: TaobaoGateway, item_id: str) -> None:
    with pytest.raises(BadInput):
        taobao.lookup(ItemRef("taobao", item_id))
    assert gateway.calls == []


@pytest.mark.parametrize(
    ("changes", "coupon", "final"),
    [
        ({"coupon_hours": -1, "final": None}, None, 34_900),
        ({"coupon": "500", "final": None}, None, 34_900),
        ({"coupon": None, "final": None}, None, 34_900),
        ({"final": None}, 5_000, 29_900),
        ({"final": "900"}, 5_000, 29_900),
        ({"words": "无门槛券立减", "final": None}, 5_000, 29_900),
        ({"words": "满400减50", "final": "340"}, None, 34_000),
    ],
)
def test_a_coupon_counts_where_it_can_be_taken_and_fits(
    taobao: TaobaoAdapter, gateway: TaobaoGateway, changes: dict[str, object], coupon: int | None, final: int
) -> None:
    gateway.add_item(**changes)
    shot = taobao.lookup(ITEM)
    assert (shot.coupon.amount_minor if shot.coupon else None) == coupon
    assert shot.final_price_minor == final


def test_a_promotion_that_is_no_coupon_is_none(taobao: TaobaoAdapter, gateway: TaobaoGateway) -> None:
    row = gateway.add_item()
    promotion = row["price_promotion_info"]["final_promotion_path_list"]["final_promotion_path_map_data"][0]
    promotion |= {"promotion_title": "跨店满减", "promotion_desc": "每满300减50"}
    assert taobao.lookup(ITEM).coupon is None


@pytest.mark.parametrize("fault", ["price_zero", "price_negative", "price_absurd", "price_text"])
def test_an_unbelievable_price_is_left_out_and_said(taobao: TaobaoAdapter, gateway: TaobaoGateway, fault: str) -> None:
    gateway.misbehave(fault)
    shot = taobao.lookup(ITEM)
    assert (shot.price_minor, shot.final_price_minor) == (None, None)
    assert any(warning.startswith("price ") for warning in shot.warnings)


def test_markup_in_a_title_is_taken_out(taobao: TaobaoAdapter, gateway: TaobaoGateway) -> None:
    gateway.misbehave("title_markup")
    assert taobao.lookup(ITEM).title == "测试牌 耳机"


@pytest.mark.parametrize("info", [None, [], "x", {"small_images": None}])
def test_a_misshapen_part_costs_only_itself(taobao: TaobaoAdapter, gateway: TaobaoGateway, info: object) -> None:
    gateway.items["77zzq0testid"]["item_basic_info"] = info
    shot = taobao.lookup(ITEM)
    assert (shot.title, shot.shop, shot.image_url) == ("", "", "")
    assert shot.price_minor == 34_900


def test_a_search_asks_with_the_adzone_and_gives_ids_that_links_are_made_of(
    taobao: TaobaoAdapter, gateway: TaobaoGateway
) -> None:
    gateway.add_item("zzzzzz123-otherback9", title="另一口锅")
    (shot,) = taobao.search(" 降噪 ", page_size=500)
    assert shot.ref.item_id.endswith("-77zzq0testid")
    (form,) = gateway.forms("optional.upgrade")
    assert (form["q"], form["adzone_id"], form["page_size"]) == ("降噪", "300000003", "100")


def test_a_row_whose_id_the_union_hides_is_left_out(taobao: TaobaoAdapter, gateway: TaobaoGateway) -> None:
    gateway.items["77zzq0testid"]["item_id"] = ""
    assert taobao.search("降噪") == []


@pytest.mark.parametrize("query", ["  ", "https://item.taobao.com/item.htm?id=520000000123"])
def test_a_search_takes_words(taobao: TaobaoAdapter, gateway: TaobaoGateway, query: str) -> None:
    with pytest.raises(BadInput):
        taobao.search(query)
    assert gateway.calls == []
