"""Look-up and search: prices, coupons, the scale of rates, and answers that cannot be believed."""

from __future__ import annotations

import pytest

from affiliate.networks.errors import BadInput, NotFound, PermissionNeeded
from affiliate.networks.suning.adapter import SuningAdapter
from affiliate.networks.tests.gateways.suning import DEFAULT_ITEM, SuningGateway
from affiliate.networks.types import ItemRef

ITEM = ItemRef("suning", DEFAULT_ITEM)


def test_an_item_is_asked_by_goods_and_shop(suning: SuningAdapter, suning_gateway: SuningGateway) -> None:
    shot = suning.lookup(ITEM)
    (fields,) = suning_gateway.asked("commoditydetail.query")
    assert (fields["commodityStr"], fields["couponMark"], fields["cityCode"]) == (DEFAULT_ITEM, "1", "025")
    assert (shot.title, shot.shop) == ("示例洗衣液3kg", "苏宁自营")
    assert (shot.price_minor, shot.final_price_minor) == (4_590, 4_090)
    assert (shot.commission_rate_bp, shot.commission_minor) == (200, 81)
    assert shot.coupon is not None
    assert (shot.coupon.amount_minor, shot.coupon.threshold_minor) == (500, 4_500)
    assert shot.coupon.url.startswith("https://quan.suning.com/")
    assert (shot.url, shot.warnings) == ("https://product.suning.com/0000000000/10073327418.html", ())


@pytest.mark.parametrize(
    ("rate", "basis_points"),
    [("0.03", 300), ("2.00", 200), ("0.2", 2000), ("1", 100), ("100", 10_000), ("0", 0), ("0.5", None), ("101", None)]
    + [("-1", None), ("x", None), ("NaN", None)],
)
def test_percent_and_fraction_are_told_apart_where_that_can_be_done(
    suning: SuningAdapter, suning_gateway: SuningGateway, rate: str, basis_points: int | None
) -> None:
    suning_gateway.add_item(rate=rate)
    shot = suning.lookup(ITEM)
    assert shot.commission_rate_bp == basis_points
    assert bool(shot.warnings) == (basis_points is None)


@pytest.mark.parametrize(
    ("changes", "final", "has_coupon"),
    [
        ({"coupon_hours": -1}, 4_590, False),
        ({"couponInfo": {}}, 4_590, False),
        ({"couponInfo": None}, 4_590, False),
        ({"couponInfo": {"couponValue": "5", "bounsLimit": "46"}}, 4_590, False),
        ({"couponInfo": {"couponValue": "46", "bounsLimit": ""}}, 4_590, False),
        ({"couponInfo": {"couponValue": "5", "couponEndTime": "bald"}}, 4_590, False),
        ({"couponInfo": {"couponValue": "5", "afterCouponPrice": "99.00"}}, 4_090, True),
        ({"couponInfo": {"couponValue": "5"}}, 4_090, True),
        ({"arrivalPrice": "42.00", "couponInfo": None}, 4_200, False),
    ],
)
def test_a_coupon_counts_only_where_it_can_be_used(
    suning: SuningAdapter, suning_gateway: SuningGateway, changes: dict[str, object], final: int, has_coupon: bool
) -> None:
    suning_gateway.add_item(**changes)
    shot = suning.lookup(ITEM)
    assert shot.final_price_minor == final
    assert (shot.coupon is not None) == has_coupon


@pytest.mark.parametrize("price", ["-5", "99999999999999", "面议", True, ["1"], "0.00"])
def test_an_unbelievable_price_is_left_out_and_said(
    suning: SuningAdapter, suning_gateway: SuningGateway, price: object
) -> None:
    suning_gateway.add_item(commodityPrice=price, snPrice=price)
    shot = suning.lookup(ITEM)
    assert (shot.price_minor, shot.final_price_minor, shot.commission_minor) == (None, None, None)
    assert any(warning.startswith("price ") for warning in shot.warnings)
    assert shot.title


def test_an_item_of_another_shop_is_not_taken(suning: SuningAdapter, suning_gateway: SuningGateway) -> None:
    suning_gateway.items[DEFAULT_ITEM]["commodityInfo"]["supplierCode"] = "0070123456"
    with pytest.raises(NotFound):
        suning.lookup(ITEM)


def test_an_item_that_is_gone_is_not_found(suning: SuningAdapter) -> None:
    with pytest.raises(NotFound):
        suning.lookup(ItemRef("suning", "10079999999-0000000000"))


def test_a_short_link_must_be_followed_first(suning: SuningAdapter, suning_gateway: SuningGateway) -> None:
    (ref,) = suning.recognise("https://sugs.suning.com/AbCdEf1")
    with pytest.raises(BadInput):
        suning.lookup(ref)
    assert suning_gateway.calls == []


def test_markup_in_a_title_is_taken_out_and_unsafe_pictures_with_it(
    suning: SuningAdapter, suning_gateway: SuningGateway
) -> None:
    pictures = [{"picUrl": "javascript:alert(1)"}, 7, {"picUrl": None}, {"picUrl": "//image.suning.cn/a.jpg"}]
    suning_gateway.add_item(commodityName="<script>x</script><b>示例</b>\u202e 洗衣液", pictureUrl=pictures)
    shot = suning.lookup(ITEM)
    assert (shot.title, shot.image_url) == ("示例 洗衣液", "https://image.suning.cn/a.jpg")


def test_a_search_asks_within_the_bounds(suning: SuningAdapter, suning_gateway: SuningGateway) -> None:
    suning_gateway.add_item("10073327419", commodityName="另一件")
    (shot,) = suning.search(" 洗衣液 ", page=1, page_size=500)
    assert shot.ref.item_id == DEFAULT_ITEM
    fields = suning_gateway.asked("searchcommoditynew.query")[0]
    assert (fields["keyword"], fields["pageIndex"], fields["size"]) == ("洗衣液", "1", "50")
    with pytest.raises(BadInput):
        suning.search(" ")


def test_no_permission_is_said(suning: SuningAdapter, suning_gateway: SuningGateway) -> None:
    suning_gateway.permissions.discard("items")
    with pytest.raises(PermissionNeeded):
        suning.lookup(ITEM)
