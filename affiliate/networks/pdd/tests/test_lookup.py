"""Look-up and search: prices in fen, coupons, ids, and answers that cannot be believed."""

from __future__ import annotations

import pytest

from affiliate.networks.errors import BadInput, NotFound, PermissionNeeded
from affiliate.networks.pdd.adapter import PddAdapter
from affiliate.networks.tests.gateways.pdd import DEFAULT_ITEM, PID, PddGateway
from affiliate.networks.types import ItemRef

NUMBER = ItemRef("pdd", str(DEFAULT_ITEM))
SIGN = ItemRef("pdd", "Y9f2_test-Sign_J0001")


def test_a_number_is_asked_as_the_keyword_of_its_address(pdd: PddAdapter, pdd_gateway: PddGateway) -> None:
    shot = pdd.lookup(NUMBER)
    (form,) = pdd_gateway.asked("goods.search")
    assert form["keyword"] == f"https://mobile.yangkeduo.com/goods.html?goods_id={DEFAULT_ITEM}"
    assert (form["pid"], form["custom_parameters"]) == (PID, '{"uid":"zc"}')
    assert shot.ref.item_id == str(DEFAULT_ITEM)
    assert (shot.title, shot.shop, shot.brand, shot.category) == (
        "测试牌 抽纸 24包整箱",
        "测试旗舰店",
        "测试牌",
        "百货",
    )
    assert (shot.price_minor, shot.final_price_minor) == (2990, 2490)
    assert (shot.commission_rate_bp, shot.commission_minor) == (1200, 298)
    assert shot.coupon is not None
    assert (shot.coupon.amount_minor, shot.coupon.threshold_minor, shot.coupon.remaining) == (500, 2000, 7300)
    assert shot.warnings == ()


def test_a_sign_is_asked_for_its_details(pdd: PddAdapter, pdd_gateway: PddGateway) -> None:
    assert pdd.lookup(SIGN).ref.item_id == SIGN.item_id
    assert pdd_gateway.asked("goods.detail")[0]["goods_sign"] == SIGN.item_id


@pytest.mark.parametrize(
    "text", ["https://p.pinduoduo.com/AbCdEfG1", "https://mobile.yangkeduo.com/goods1.html?ps=aB3dEfGh1J"]
)
def test_a_link_that_hides_its_item_is_asked_as_it_is(pdd: PddAdapter, pdd_gateway: PddGateway, text: str) -> None:
    (ref,) = pdd.recognise(text)
    if "ps=" in text:  # the pretended platform knows short links alone, as may be with the true one
        with pytest.raises(NotFound):
            pdd.lookup(ref)
    else:
        shot = pdd.lookup(ref)
        assert (shot.ref.item_id, shot.ref.needs_expansion) == (SIGN.item_id, False)
    assert pdd_gateway.asked("goods.search")[0]["keyword"] == ref.url


def test_several_results_for_one_address_are_nobodys_item(pdd: PddAdapter, pdd_gateway: PddGateway) -> None:
    pdd_gateway.add_item(500000000002)
    pdd_gateway.of_address = lambda address: list(pdd_gateway.items.values())  # type: ignore[method-assign]
    with pytest.raises(NotFound) as caught:
        pdd.lookup(NUMBER)
    assert (caught.value.code, caught.value.detail) == ("no_single_item", "2")


def test_a_result_with_another_number_is_not_taken(pdd: PddAdapter, pdd_gateway: PddGateway) -> None:
    pdd_gateway.add_item(goods_id=500000000009)
    with pytest.raises(NotFound):
        pdd.lookup(NUMBER)


@pytest.mark.parametrize("item_id", ["500000009999", "Z0000_none-Sign_J9999"])
def test_an_item_that_is_gone_is_not_found(pdd: PddAdapter, item_id: str) -> None:
    with pytest.raises(NotFound):
        pdd.lookup(ItemRef("pdd", item_id))


def test_a_pid_that_is_not_on_record_is_told_with_what_to_do(pdd: PddAdapter, pdd_gateway: PddGateway) -> None:
    pdd_gateway.on_record.clear()
    with pytest.raises(PermissionNeeded, match="Test the connection"):
        pdd.lookup(NUMBER)


@pytest.mark.parametrize(
    ("changes", "final"),
    [
        ({"coupon_hours": -1}, 2990),
        ({"coupon_discount": 2990}, 2990),
        ({"coupon_min_order_amount": 2991}, 2990),
        ({"coupon_remain_quantity": 0}, 2990),
        ({"has_coupon": False}, 2990),
        ({"coupon_discount": 0}, 2990),
        ({"coupon_discount": -500}, 2990),
        ({"coupon_discount": "5.00"}, 2990),
        ({"min_group_price": 5000}, 3490),
        ({"min_normal_price": None}, 2490),
    ],
)
def test_a_coupon_counts_only_where_it_can_be_used(
    pdd: PddAdapter, pdd_gateway: PddGateway, changes: dict[str, object], final: int
) -> None:
    pdd_gateway.add_item(**changes)
    shot = pdd.lookup(NUMBER)
    assert shot.final_price_minor == final
    assert (shot.coupon is None) == (final == 2990)


@pytest.mark.parametrize("price", [0, -5, 10**15, "面议", "29.90", True, [2990]])
def test_an_unbelievable_price_is_left_out_and_said(pdd: PddAdapter, pdd_gateway: PddGateway, price: object) -> None:
    pdd_gateway.add_item(min_group_price=price, min_normal_price=price)
    shot = pdd.lookup(NUMBER)
    assert (shot.price_minor, shot.final_price_minor, shot.commission_minor) == (None, None, None)
    assert any(warning.startswith("price ") for warning in shot.warnings)
    assert shot.title


def test_a_foretold_price_compare_lowers_the_rate(pdd: PddAdapter, pdd_gateway: PddGateway) -> None:
    pdd_gateway.add_item(predict_promotion_rate=0)
    shot = pdd.lookup(NUMBER)
    assert (shot.commission_rate_bp, shot.commission_minor) == (0, 0)


@pytest.mark.parametrize("rate", [1001, -1, "x", 12.5, True])
def test_a_rate_above_everything_is_left_out(pdd: PddAdapter, pdd_gateway: PddGateway, rate: object) -> None:
    pdd_gateway.add_item(promotion_rate=rate, predict_promotion_rate=None)
    shot = pdd.lookup(NUMBER)
    assert shot.commission_rate_bp is None
    assert len(shot.warnings) == 1


def test_markup_and_control_characters_in_a_title_are_taken_out(pdd: PddAdapter, pdd_gateway: PddGateway) -> None:
    pdd_gateway.add_item(goods_name="<script>alert(1)</script><b>测试牌</b>\u202e 抽纸&lt;img src=x onerror=a()&gt;")
    assert pdd.lookup(NUMBER).title == "测试牌 抽纸"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://127.0.0.1/a", 7, None, {"a": 1}])
def test_only_safe_pictures_are_kept(pdd: PddAdapter, pdd_gateway: PddGateway, url: object) -> None:
    pdd_gateway.add_item(goods_image_url=url, goods_thumbnail_url="//img.pddpic.com/t.jpg")
    assert pdd.lookup(NUMBER).image_url == "https://img.pddpic.com/t.jpg"


def test_a_search_gives_signs_and_asks_within_the_bounds(pdd: PddAdapter, pdd_gateway: PddGateway) -> None:
    pdd_gateway.add_item(500000000002, goods_name="另一个")
    (shot,) = pdd.search(" 抽纸 ", page=1, page_size=500)
    assert shot.ref.item_id == SIGN.item_id
    form = pdd_gateway.asked("goods.search")[0]
    assert (form["keyword"], form["page"], form["page_size"]) == ("抽纸", "1", "100")
    pdd.search("抽纸", page_size=1)
    assert pdd_gateway.asked("goods.search")[1]["page_size"] == "10"


def test_a_search_without_words_is_refused(pdd: PddAdapter) -> None:
    with pytest.raises(BadInput):
        pdd.search("  ")
