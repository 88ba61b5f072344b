"""Links: sub-ID, ad slot as its stand-in, coupon, refusals."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

import pytest

from affiliate.networks.errors import BadInput, NotPromotable, Off, PermissionNeeded, ProtocolError, Reauthorise
from affiliate.networks.jd.adapter import JdAdapter
from affiliate.networks.tests.gateways.jd import DEFAULT_ITEM, POSITION_ID, SITE_ID, JdGateway
from affiliate.networks.types import Coupon, ItemRef

SKU = ItemRef("jd", str(DEFAULT_ITEM))
COUPON = Coupon(amount_minor=5_000, url="https://coupon.m.jd.com/coupons/show.action?key=TEST")


def test_a_link_asks_with_site_slot_sub_id_and_scene(jd: JdAdapter, jd_gateway: JdGateway) -> None:
    made = jd.link(SKU, "a42_p9001_k7f3")
    assert jd_gateway.bodies("common.get")[0]["promotionCodeReq"] == {
        "materialId": f"https://item.jd.com/{DEFAULT_ITEM}.html",
        "siteId": SITE_ID,
        "sceneId": 2,
        "positionId": int(POSITION_ID),
        "subUnionId": "a42_p9001_k7f3",
    }
    assert (made.sub_id, made.ad_slot) == ("a42_p9001_k7f3", "")
    assert made.url.startswith("https://union-click.jd.com/jdc?")
    assert made.url in unquote(made.deeplink)
    assert made.deeplink.startswith("openApp.jdMobile://virtual?params=")


def test_an_item_id_is_promoted_by_its_jingfen_page(jd: JdAdapter, jd_gateway: JdGateway) -> None:
    item_id = jd_gateway.items[str(DEFAULT_ITEM)]["itemId"]
    jd.link(ItemRef("jd", item_id), "a1")
    request = jd_gateway.bodies("common.get")[0]["promotionCodeReq"]
    assert request["materialId"] == f"https://jingfen.jd.com/detail/{item_id}.html"
    assert request["sceneId"] == 1


def test_without_permission_for_sub_ids_the_ad_slot_stands_in_and_the_link_says_so(
    jd: JdAdapter, jd_gateway: JdGateway
) -> None:
    jd_gateway.permissions.discard("subUnionId")
    made = jd.link(SKU, "a1")
    assert made.sub_id is None
    assert made.ad_slot == POSITION_ID
    requests = [body["promotionCodeReq"] for body in jd_gateway.bodies("common.get")]
    assert ["subUnionId" in request for request in requests] == [True, False]


def test_without_permission_and_without_ad_slot_a_person_must_apply(
    jd_with: Callable[..., JdAdapter], jd_gateway: JdGateway
) -> None:
    jd_gateway.permissions.discard("subUnionId")
    with pytest.raises(PermissionNeeded) as caught:
        jd_with(POSITION_ID=None).link(SKU, "a1")
    assert caught.value.code == "2001403"


def test_without_a_sub_id_the_link_is_of_the_ad_slot(jd: JdAdapter) -> None:
    made = jd.link(SKU, None)
    assert (made.sub_id, made.ad_slot) == (None, POSITION_ID)


def test_the_coupon_goes_along_unmodified(jd: JdAdapter, jd_gateway: JdGateway) -> None:
    jd.link(SKU, "a1", coupon=COUPON)
    assert jd_gateway.bodies("common.get")[0]["promotionCodeReq"]["couponUrl"] == COUPON.url


def test_a_refused_coupon_is_left_out_and_the_link_still_earns(jd: JdAdapter, jd_gateway: JdGateway) -> None:
    jd_gateway.permissions.discard("coupon")
    assert jd.link(SKU, "a1", coupon=COUPON).sub_id == "a1"


def test_refused_coupon_and_refused_sub_id_together_still_make_a_link(jd: JdAdapter, jd_gateway: JdGateway) -> None:
    jd_gateway.permissions -= {"coupon", "subUnionId"}
    assert jd.link(SKU, "a1", coupon=COUPON).ad_slot == POSITION_ID


def test_an_item_that_earns_nothing_is_not_promotable(jd: JdAdapter) -> None:
    with pytest.raises(NotPromotable):
        jd.link(ItemRef("jd", "100000009999"), "a1")


@pytest.mark.parametrize("sub_id", ["a-1", "a b", "x" * 81, "", "中"])
def test_a_sub_id_outside_the_safe_set_never_reaches_jd(jd: JdAdapter, jd_gateway: JdGateway, sub_id: str) -> None:
    with pytest.raises(BadInput):
        jd.link(SKU, sub_id)
    assert jd_gateway.calls == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://jd.com.evil.cn/x",
        "https://evil.cn\\@u.jd.com/x",
        "https://a:b@u.jd.com/x",
        "https://u.jd.com/x\r\nSet-Cookie: a=b",
        "javascript:alert(1)//u.jd.com",
    ],
)
def test_a_link_that_leads_elsewhere_or_that_browsers_read_otherwise_is_not_taken(
    jd: JdAdapter, jd_gateway: JdGateway, url: str
) -> None:
    jd_gateway.click_url = url or "no address"
    with pytest.raises(ProtocolError):
        jd.link(SKU, "a1")


def test_a_wrong_site_id_is_a_matter_for_the_operator(jd_with: Callable[..., JdAdapter]) -> None:
    with pytest.raises(Reauthorise):
        jd_with(SITE_ID="1").link(SKU, "a1")


def test_missing_credentials_are_named(jd_with: Callable[..., JdAdapter]) -> None:
    with pytest.raises(Off, match="SITE_ID"):
        jd_with(SITE_ID=None).link(SKU, "a1")


def test_what_is_no_item_cannot_be_promoted(jd: JdAdapter, jd_gateway: JdGateway) -> None:
    with pytest.raises(BadInput):
        jd.link(ItemRef("jd", "../x"), "a1")
    assert jd_gateway.calls == []
