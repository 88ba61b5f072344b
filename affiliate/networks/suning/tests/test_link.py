"""Links: subUser, coupon and item in one, mini program, refusals."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from affiliate.networks.errors import BadInput, NotPromotable, Off, ProtocolError
from affiliate.networks.suning.adapter import SuningAdapter
from affiliate.networks.tests.gateways.suning import DEFAULT_ITEM, PROMOTION_ID, SuningGateway
from affiliate.networks.types import Coupon, ItemRef

ITEM = ItemRef("suning", DEFAULT_ITEM)
COUPON = Coupon(500, url="https://quan.suning.com/lqzx_recommend.do?activityId=1&activitySecretKey=k")


def test_an_item_gives_a_link_and_a_mini_program(suning: SuningAdapter, suning_gateway: SuningGateway) -> None:
    made = suning.link(ITEM, "a42p9001", coupon=COUPON)
    (fields,) = suning_gateway.asked("extensionlink.get")[:1]
    assert fields == {
        "promotionId": PROMOTION_ID,
        "productUrl": "https://product.suning.com/0000000000/10073327418.html",
        "subUser": "a42p9001",
        "quanUrl": COUPON.url,
    }
    assert made.url.startswith("https://sugs.suning.com/")  # it came escaped
    assert made.short_url == made.url
    assert made.mini_program.startswith("wx0000000000000000:pages/fourth/fourth?")
    assert (made.sub_id, made.ad_slot) == ("a42p9001", "")


def test_a_plain_link_is_taken_as_it_is(suning: SuningAdapter, suning_gateway: SuningGateway) -> None:
    suning_gateway.link = "https://sugs.suning.com/Plain%3A1"
    assert suning.link(ITEM, "a1").url == "https://sugs.suning.com/Plain%3A1"


def test_a_short_link_of_somebody_else_becomes_ours(suning: SuningAdapter, suning_gateway: SuningGateway) -> None:
    (ref,) = suning.recognise("https://sugs.suning.com/AbCdEf1?who=else")
    made = suning.link(ref, "a1")
    assert (made.sub_id, made.mini_program) == ("a1", "")
    assert suning_gateway.asked("extensionlink.get")[0]["sugsUrl"] == "https://sugs.suning.com/AbCdEf1"


def test_without_a_sub_id_the_link_is_of_the_position(suning: SuningAdapter, suning_gateway: SuningGateway) -> None:
    made = suning.link(ITEM, None)
    assert (made.sub_id, made.ad_slot) == (None, PROMOTION_ID)
    assert "subUser" not in suning_gateway.asked("extensionlink.get")[0]


def test_a_refused_coupon_is_left_out_and_the_link_still_earns(
    suning: SuningAdapter, suning_gateway: SuningGateway
) -> None:
    suning_gateway.permissions.discard("coupon")
    made = suning.link(ITEM, "a1", coupon=COUPON)
    assert made.sub_id == "a1"
    assert made.mini_program
    assert ["quanUrl" in fields for _, fields in suning_gateway.calls] == [True, False, False]


@pytest.mark.parametrize("app_id", ["<script>", None, "x"])
def test_without_a_mini_program_the_link_does_without(
    suning: SuningAdapter, suning_gateway: SuningGateway, app_id: object
) -> None:
    suning_gateway.applet = {"appId": app_id}
    assert suning.link(ITEM, "a1").mini_program == ""
    suning_gateway.permissions.discard("applet")
    assert suning.link(ITEM, "a1").mini_program == ""


def test_an_item_that_earns_nothing_is_not_promotable(suning: SuningAdapter) -> None:
    with pytest.raises(NotPromotable):
        suning.link(ItemRef("suning", "10079999999-0000000000"), "a1")


@pytest.mark.parametrize("sub_id", ["a-1", "a_1", "a=1", "a b", "x" * 33, "", "中"])
def test_a_sub_id_outside_the_safe_set_never_reaches_suning(
    suning: SuningAdapter, suning_gateway: SuningGateway, sub_id: str
) -> None:
    with pytest.raises(BadInput):
        suning.link(ITEM, sub_id)
    assert suning_gateway.calls == []


BAD_URLS = [
    "https://suning.com.evil.cn/x",
    "https%3A%2F%2Fevil.cn%2Fx",
    "https://evil.cn\\@sugs.suning.com/x",
    "https://a:b@sugs.suning.com/x",
    "https://sugs.suning.com/x\r\nSet-Cookie: a=b",
    "javascript:alert(1)//sugs.suning.com",
]


@pytest.mark.parametrize("url", BAD_URLS)
def test_a_link_that_leads_elsewhere_is_not_taken(
    suning: SuningAdapter, suning_gateway: SuningGateway, url: str
) -> None:
    suning_gateway.link = url
    with pytest.raises(ProtocolError):
        suning.link(ITEM, "a1")


def test_missing_credentials_are_named(suning_with: Callable[..., SuningAdapter]) -> None:
    with pytest.raises(Off, match="PROMOTION_ID"):
        suning_with(PROMOTION_ID=None).link(ITEM, "a1")


@pytest.mark.parametrize("ref", [ItemRef("suning", "../x"), ItemRef("suning", "", url="https://evil.example/")])
def test_what_is_no_item_cannot_be_promoted(suning: SuningAdapter, suning_gateway: SuningGateway, ref: ItemRef) -> None:
    with pytest.raises(BadInput):
        suning.link(ref, "a1")
    assert suning_gateway.calls == []
