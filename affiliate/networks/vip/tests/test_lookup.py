"""Look-up and search: prices in yuan, coupons, short links, and answers that cannot be believed."""

from __future__ import annotations

import pytest

from affiliate.networks.errors import BadInput, NotFound, PermissionNeeded
from affiliate.networks.tests.gateways.vip import DEFAULT_ITEM, VipGateway
from affiliate.networks.types import ItemRef
from affiliate.networks.vip.adapter import VipAdapter

ITEM = ItemRef("vip", DEFAULT_ITEM)


def test_an_item_is_asked_by_its_number_as_text(vip: VipAdapter, vip_gateway: VipGateway) -> None:
    shot = vip.lookup(ITEM)
    (body,) = vip_gateway.bodies("getByGoodsIdsV2")
    request = body["request"]
    assert request["goodsIds"] == [DEFAULT_ITEM]
    assert (request["chanTag"], request["openId"], request["realCall"]) == ("default_pid", "u_12", True)
    assert (shot.title, shot.shop, shot.brand) == ("示例纯棉T恤 短袖", "唯品自营", "示例品牌")
    assert (shot.price_minor, shot.final_price_minor) == (12_900, 11_900)
    assert (shot.commission_rate_bp, shot.commission_minor) == (500, 645)
    assert shot.coupon is not None
    assert (shot.coupon.amount_minor, shot.coupon.threshold_minor, shot.coupon.code) == (1_000, 12_000, "C1")
    assert shot.url == f"https://m.vip.com/product-1710612345-{DEFAULT_ITEM}.html"
    assert (shot.available, shot.warnings) == (True, ())


def test_a_short_link_is_asked_for_its_item_first(vip: VipAdapter, vip_gateway: VipGateway) -> None:
    (ref,) = vip.recognise("「T恤」https://t.vip.com/AbCdEf1")
    shot = vip.lookup(ref)
    assert (shot.ref.item_id, shot.ref.needs_expansion, shot.ref.hints) == (DEFAULT_ITEM, False, ref.hints)
    assert vip_gateway.bodies("vipLinkCheck")[0]["vipLinkCheckReq"]["content"] == "https://t.vip.com/AbCdEf1"


def test_a_short_link_of_a_shop_is_no_item(vip: VipAdapter) -> None:
    (ref,) = vip.recognise("https://t.vip.com/shopXYZ")
    with pytest.raises(NotFound) as caught:
        vip.lookup(ref)
    assert caught.value.code == "no_single_item"


def test_an_item_that_is_gone_is_not_found(vip: VipAdapter) -> None:
    with pytest.raises(NotFound):
        vip.lookup(ItemRef("vip", "6919000000000009999"))


def test_an_answer_about_another_item_is_not_taken(vip: VipAdapter, vip_gateway: VipGateway) -> None:
    vip_gateway.add_item(goodsId="6919000000000000008")
    with pytest.raises(NotFound):
        vip.lookup(ITEM)


@pytest.mark.parametrize(
    ("changes", "available"), [({"status": 0}, False), ({"saleStockStatus": 1}, False), ({}, True)]
)
def test_what_cannot_be_bought_is_said(
    vip: VipAdapter, vip_gateway: VipGateway, changes: dict[str, object], available: bool
) -> None:
    vip_gateway.add_item(**changes)
    assert vip.lookup(ITEM).available is available


COUPON = {"couponNo": "C2", "buy": "0", "fav": "20", "couponType": 2}


@pytest.mark.parametrize(
    ("changes", "final", "coupon"),
    [
        ({"estimatePrice": None}, 11_900, 1_000),
        ({"estimatePrice": "999.00"}, 11_900, 1_000),
        ({"estimatePrice": None, "coupon_hours": -1}, 12_900, None),
        ({"estimatePrice": None, "couponInfo": COUPON | {"couponType": 3}}, 12_900, None),
        ({"estimatePrice": None, "couponInfo": COUPON | {"buy": "500"}}, 12_900, None),
        ({"estimatePrice": None, "couponInfo": COUPON | {"fav": "129"}}, 12_900, None),
        ({"estimatePrice": None, "exclusiveCoupon": COUPON}, 10_900, 2_000),
        ({"goodsPromotionInfo": {"salePrice": "99.00"}}, 9_900, 1_000),
    ],
)
def test_the_final_price_is_vips_own_where_it_can_be_believed(
    vip: VipAdapter, vip_gateway: VipGateway, changes: dict[str, object], final: int, coupon: int | None
) -> None:
    vip_gateway.add_item(**changes)
    shot = vip.lookup(ITEM)
    assert shot.final_price_minor == final
    assert (shot.coupon.amount_minor if shot.coupon else None) == coupon


@pytest.mark.parametrize("price", ["0", "-5", "99999999999999", "面议", True, ["129"]])
def test_an_unbelievable_price_is_left_out_and_said(vip: VipAdapter, vip_gateway: VipGateway, price: object) -> None:
    vip_gateway.add_item(vipPrice=price)
    shot = vip.lookup(ITEM)
    assert (shot.price_minor, shot.final_price_minor) == (None, None)
    assert any(warning.startswith("price ") for warning in shot.warnings)
    assert shot.title


@pytest.mark.parametrize("part", [None, [], "x", {"fav": None}, 7])
def test_a_misshapen_part_costs_only_itself(vip: VipAdapter, vip_gateway: VipGateway, part: object) -> None:
    vip_gateway.add_item(couponInfo=part, storeInfo=part, goodsPromotionInfo=part, goodsMainPicture=part)
    shot = vip.lookup(ITEM)
    assert (shot.coupon, shot.shop, shot.price_minor) == (None, "", 12_900)


def test_markup_in_a_title_is_taken_out(vip: VipAdapter, vip_gateway: VipGateway) -> None:
    vip_gateway.add_item(goodsName="<script>alert(1)</script><b>示例</b>\u202e T恤", destUrl="https://evil.example/")
    shot = vip.lookup(ITEM)
    assert shot.title == "示例 T恤"
    assert shot.url == f"https://m.vip.com/product-1710612345-{DEFAULT_ITEM}.html"  # from destUrlPc


def test_a_rate_above_everything_is_left_out(vip: VipAdapter, vip_gateway: VipGateway) -> None:
    vip_gateway.add_item(commissionRate="500", commission="200.00")
    shot = vip.lookup(ITEM)
    assert (shot.commission_rate_bp, shot.commission_minor) == (None, None)
    assert shot.warnings == ("commission rate 500 ignored",)


def test_a_search_asks_within_the_bounds(vip: VipAdapter, vip_gateway: VipGateway) -> None:
    vip_gateway.add_item("6919000000000000002", goodsName="另一件")
    (shot,) = vip.search(" 纯棉T恤 ", page=1, page_size=500)
    assert shot.ref.item_id == DEFAULT_ITEM
    request = vip_gateway.bodies("query")[0]["request"]
    assert (request["keyword"], request["page"], request["pageSize"]) == ("纯棉T恤", 1, 50)
    with pytest.raises(BadInput):
        vip.search(" ")


def test_nothing_is_an_answer_too(vip: VipAdapter, vip_gateway: VipGateway) -> None:
    vip_gateway.misbehave("null")
    assert vip.search("T恤") == []
    with pytest.raises(NotFound):
        vip.lookup(ITEM)


def test_no_permission_is_said(vip: VipAdapter, vip_gateway: VipGateway) -> None:
    vip_gateway.permissions.discard("goods")
    with pytest.raises(PermissionNeeded):
        vip.lookup(ITEM)
