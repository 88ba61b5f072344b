"""Look-up and search: prices, coupons, ids, and answers that cannot be believed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from affiliate.networks.errors import BadInput, NotFound, PermissionNeeded
from affiliate.networks.jd.adapter import JdAdapter
from affiliate.networks.tests.gateways.jd import DEFAULT_ITEM, JdGateway
from affiliate.networks.types import ItemRef

SKU = ItemRef("jd", str(DEFAULT_ITEM))


def test_a_number_is_asked_as_sku_in_scene_two(jd: JdAdapter, jd_gateway: JdGateway) -> None:
    shot = jd.lookup(SKU)
    assert jd_gateway.bodies("goods.query") == [{"goodsReqDTO": {"skuIds": [DEFAULT_ITEM], "sceneId": 2}}]
    assert (shot.title, shot.shop, shot.brand, shot.category) == (
        "测试牌 空气炸锅 5L 可视款",
        "测试京东自营旗舰店",
        "测试牌",
        "空气炸锅",
    )
    assert (shot.price_minor, shot.final_price_minor) == (39_900, 30_900)
    assert (shot.commission_rate_bp, shot.commission_minor) == (400, 1_236)
    assert shot.coupon is not None
    assert (shot.coupon.amount_minor, shot.coupon.threshold_minor) == (5_000, 30_000)
    assert shot.coupon.url == f"https://coupon.m.jd.com/coupons/show.action?key=TEST{DEFAULT_ITEM}"
    assert shot.warnings == ()


def test_an_item_id_is_asked_whole_in_scene_one(jd: JdAdapter, jd_gateway: JdGateway) -> None:
    item_id = jd_gateway.items[str(DEFAULT_ITEM)]["itemId"]
    assert jd.lookup(ItemRef("jd", item_id)).ref.item_id == item_id
    assert jd_gateway.bodies("goods.query") == [{"goodsReqDTO": {"itemIds": [item_id], "sceneId": 1}}]


@pytest.mark.parametrize("url", ["https://u.jd.com/AbCdEf1", "https://union-click.jd.com/jdc?e=&p=x"])
def test_a_short_link_of_the_union_is_asked_as_keyword(jd: JdAdapter, jd_gateway: JdGateway, url: str) -> None:
    (ref,) = jd.recognise(url)
    shot = jd.lookup(ref)
    assert jd_gateway.bodies("goods.query") == [{"goodsReqDTO": {"keyword": url, "sceneId": 1}}]
    assert shot.ref.item_id == jd_gateway.items[str(DEFAULT_ITEM)]["itemId"]
    assert not shot.ref.needs_expansion


def test_a_share_link_must_be_followed_first(jd: JdAdapter, jd_gateway: JdGateway) -> None:
    (ref,) = jd.recognise("https://3.cn/35AB-7xx")
    with pytest.raises(BadInput):
        jd.lookup(ref)
    assert jd_gateway.calls == []


def test_an_item_that_is_gone_is_not_found(jd: JdAdapter) -> None:
    with pytest.raises(NotFound):
        jd.lookup(ItemRef("jd", "100000009999"))


def test_without_scene_two_the_message_says_what_to_paste_instead(jd: JdAdapter, jd_gateway: JdGateway) -> None:
    jd_gateway.permissions.discard("scene2")
    with pytest.raises(PermissionNeeded, match="jingfen") as caught:
        jd.lookup(SKU)
    assert caught.value.code == "410"
    assert "sceneId" in caught.value.detail


def test_an_expired_coupon_is_left_out_and_the_price_stands_without_it(jd: JdAdapter, jd_gateway: JdGateway) -> None:
    jd_gateway.add_item(coupon_hours=-1)
    shot = jd.lookup(SKU)
    assert shot.coupon is None
    assert shot.final_price_minor == 35_900


def test_a_coupon_above_the_price_is_left_out(jd: JdAdapter, jd_gateway: JdGateway) -> None:
    jd_gateway.add_item(coupon="500.00", quota="0")
    assert jd.lookup(SKU).coupon is None


def test_a_group_price_is_not_what_one_buyer_pays(jd: JdAdapter, jd_gateway: JdGateway) -> None:
    row = jd_gateway.add_item()
    row["priceInfo"]["lowestPriceType"] = 2
    assert jd.lookup(SKU).final_price_minor == 34_900


def test_a_price_after_coupon_above_the_price_is_worked_out_instead(jd: JdAdapter, jd_gateway: JdGateway) -> None:
    jd_gateway.add_item(after_coupon="900.00")
    assert jd.lookup(SKU).final_price_minor == 30_900


def test_rows_wrapped_as_in_the_docs_are_read_as_well(jd: JdAdapter, jd_gateway: JdGateway) -> None:
    row = jd_gateway.add_item()
    row["imageInfo"]["imageList"] = {"urlInfo": [{"url": "http://img14.360buyimg.com/a.jpg"}]}
    assert jd.lookup(SKU).image_url == "https://img14.360buyimg.com/a.jpg"


@pytest.mark.parametrize("fault", ["price_zero", "price_negative", "price_absurd", "price_text"])
def test_an_unbelievable_price_is_left_out_and_said(jd: JdAdapter, jd_gateway: JdGateway, fault: str) -> None:
    jd_gateway.misbehave(fault)
    shot = jd.lookup(SKU)
    assert shot.price_minor is None
    assert shot.final_price_minor is None
    assert any(warning.startswith("price ") for warning in shot.warnings)
    assert shot.title


def test_markup_in_a_title_is_taken_out(jd: JdAdapter, jd_gateway: JdGateway) -> None:
    jd_gateway.misbehave("title_markup")
    assert jd.lookup(SKU).title == "测试牌 空气炸锅"


def test_a_title_of_ten_thousand_characters_is_cut(jd: JdAdapter, jd_gateway: JdGateway) -> None:
    jd_gateway.misbehave("title_long")
    title = jd.lookup(SKU).title
    assert len(title) == 300
    assert title.endswith("…")


def test_control_characters_and_lone_surrogates_are_taken_out(jd: JdAdapter, jd_gateway: JdGateway) -> None:
    jd_gateway.misbehave("title_control")
    assert jd.lookup(SKU).title == "测试牌 空气 炸锅"


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("javascript:alert(1)", ""),
        ("//img.360buyimg.com/a.jpg", "https://img.360buyimg.com/a.jpg"),
        ("http://127.0.0.1/a", ""),
    ],
)
def test_only_safe_pictures_are_kept(jd: JdAdapter, jd_gateway: JdGateway, url: str, kept: str) -> None:
    jd_gateway.add_item(imageInfo={"imageList": [{"url": url}]})
    assert jd.lookup(SKU).image_url == kept


@pytest.mark.parametrize("info", [None, [], "x", {"imageList": None}, {"imageList": [None, 3, {}]}])
def test_a_misshapen_part_costs_only_itself(jd: JdAdapter, jd_gateway: JdGateway, info: object) -> None:
    jd_gateway.add_item(imageInfo=info, shopInfo=info, categoryInfo=info, couponInfo=info, commissionInfo=info)
    shot = jd.lookup(SKU)
    assert (shot.image_url, shot.shop, shot.coupon, shot.commission_minor) == ("", "", None, None)
    assert shot.price_minor == 39_900


def test_a_commission_rate_above_everything_is_left_out(jd: JdAdapter, jd_gateway: JdGateway) -> None:
    jd_gateway.add_item(share="400")
    shot = jd.lookup(SKU)
    assert shot.commission_rate_bp is None
    assert shot.warnings == ("commission rate 400.0 ignored",)


def test_a_search_gives_ids_that_basic_permission_can_promote(jd: JdAdapter, jd_gateway: JdGateway) -> None:
    jd_gateway.add_item(100000000002, skuName="另一口锅")
    (shot,) = jd.search(" 空气炸锅 ", page=1, page_size=500)
    assert shot.ref.item_id == jd_gateway.items[str(DEFAULT_ITEM)]["itemId"]
    request = jd_gateway.bodies("goods.query")[0]["goodsReqDTO"]
    assert request == {"keyword": "空气炸锅", "pageIndex": 1, "pageSize": 30, "sceneId": 1}


def test_a_search_without_words_is_refused(jd: JdAdapter) -> None:
    with pytest.raises(BadInput):
        jd.search("  ")


def test_the_older_gateway_takes_and_gives_other_names(jd_with: Callable[..., JdAdapter]) -> None:
    from affiliate.networks.tests.gateways import jd as gateways
    from affiliate.networks.transport import Transport

    with gateways.running("/api") as old:
        adapter = JdAdapter(old.config, Transport("jd", deadline=2, calls_per_second=1000))
        assert adapter.lookup(SKU).price_minor == 39_900
