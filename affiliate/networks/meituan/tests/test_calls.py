"""Signing, errors, look-up and links, against the vendor's rules and a gateway that keeps them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from affiliate.networks.errors import BadInput, NetworkError, NotFound, NotPromotable, Reauthorise
from affiliate.networks.meituan.adapter import MeituanAdapter
from affiliate.networks.meituan.client import MeituanClient
from affiliate.networks.meituan.signing import body_digest, signature
from affiliate.networks.tests.gateways.meituan import ITEM, MeituanGateway
from affiliate.networks.transport import Transport
from affiliate.networks.types import ItemRef

GOODS = ItemRef("meituan", f"sku:{ITEM}")
ACTIVITY = ItemRef("meituan", "act:33")


def test_the_signature_is_the_one_of_the_worked_example() -> None:
    body = b'{"actId":"33","linkType":1,"sid":"a12p345"}'
    assert body_digest(body) == "9iAVrV0oTfcAVHIzmCQukA=="
    headers = {"S-Ca-App": "demoappkey", "S-Ca-Timestamp": "1700000000000"}
    path = "/cps_open/common/api/v1/get_referral_link"
    found = signature("POST", path, body_digest(body), headers, "demosecret")
    assert found == "hAXhK7hNjQWVGBQIK9D9dZyfxt7P74RGNwk+aeJ3sxo="


def test_a_call_carries_its_clock_in_milliseconds() -> None:
    config = {"APP_KEY": "demoappkey", "APP_SECRET": "demosecret"}
    at = datetime.fromtimestamp(1_700_000_000, UTC)
    client = MeituanClient(config, Transport("meituan"), now=lambda: at)
    body = b'{"actId":"33","linkType":1,"sid":"a12p345"}'
    headers = client.signed("POST", "/cps_open/common/api/v1/get_referral_link", body)
    assert headers["S-Ca-Signature"] == "hAXhK7hNjQWVGBQIK9D9dZyfxt7P74RGNwk+aeJ3sxo="
    assert headers["S-Ca-Signature-Headers"] == "S-Ca-App,S-Ca-Timestamp"


def test_goods_are_looked_up_on_both_platforms(meituan: MeituanAdapter, gateway: MeituanGateway) -> None:
    found = meituan.lookup(GOODS)
    assert (found.title, found.shop) == ("示例餐厅双人餐", "示例餐厅")
    assert (found.price_minor, found.final_price_minor) == (12_800, 6_990)
    assert (found.commission_rate_bp, found.commission_minor) == (400, 280)
    assert [body["platform"] for body in gateway.bodies("query_coupon")] == [1, 2]


def test_goods_that_are_gone_are_not_found(meituan: MeituanAdapter) -> None:
    with pytest.raises(NotFound):
        meituan.lookup(ItemRef("meituan", "sku:gone1234"))


def test_an_activity_cannot_be_looked_up_and_the_writer_is_told_what_to_do(meituan: MeituanAdapter) -> None:
    with pytest.raises(BadInput, match="by hand"):
        meituan.lookup(ACTIVITY)


def test_a_promotion_link_is_read_by_meituan_itself(meituan: MeituanAdapter, gateway: MeituanGateway) -> None:
    ref = meituan.recognise("点这里 https://click.meituan.com/t?t=1&c=2&p=goods_abc")[0]
    assert ref.needs_expansion
    assert meituan.lookup(ref).ref.item_id == f"sku:{ITEM}"
    assert gateway.bodies("get_referral_link")[0]["text"] == "https://click.meituan.com/t?t=1&c=2&p=goods_abc"


def test_a_link_comes_in_every_form(meituan: MeituanAdapter) -> None:
    made = meituan.link(ACTIVITY, "a12p345")
    assert made.url.startswith("https://click.meituan.com/") and "sid=a12p345" in made.url
    assert made.short_url == "https://dpurl.cn/AbCd12z"
    assert made.deeplink.startswith("imeituan://")
    assert made.mini_program.startswith("/index/pages/")


def test_the_web_link_is_enough_where_the_other_forms_are_refused(
    meituan: MeituanAdapter, gateway: MeituanGateway
) -> None:
    original = gateway.referral

    def web_only(asked: dict[str, object]) -> dict[str, object]:
        return original(asked) if asked["linkType"] == 1 else {"code": 0, "message": "成功", "data": None}

    gateway.referral = web_only  # type: ignore[method-assign]
    made = meituan.link(ACTIVITY, "a12p345")
    assert (made.short_url, made.deeplink, made.mini_program) == ("", "", "")


def test_a_link_to_a_foreign_host_is_not_taken(meituan: MeituanAdapter, gateway: MeituanGateway) -> None:
    gateway.referral = lambda asked: {"code": 0, "data": "https://evil.example/t"}  # type: ignore[method-assign]
    with pytest.raises(NetworkError) as caught:
        meituan.link(ACTIVITY, "a1")
    assert caught.value.kind == "protocol"


def test_goods_out_of_promotion_say_so(meituan: MeituanAdapter, gateway: MeituanGateway) -> None:
    gateway.goods.clear()
    with pytest.raises(NotPromotable):
        meituan.link(GOODS, "a1")


@pytest.mark.parametrize("hostile", ["sku:../../etc", "sku:<b>", "act:33;drop", "sku:", "act:", "x", "sku:a b"])
def test_an_id_with_a_path_or_markup_in_it_is_no_item(meituan: MeituanAdapter, hostile: str) -> None:
    for call in (meituan.lookup, lambda ref: meituan.link(ref, "a1")):
        with pytest.raises(BadInput):
            call(ItemRef("meituan", hostile))


def test_a_clock_that_is_off_is_named(meituan: MeituanAdapter, gateway: MeituanGateway) -> None:
    gateway.clock_offset = timedelta(minutes=5)
    with pytest.raises(Reauthorise, match="clock"):
        meituan.check()


def test_a_wrong_secret_is_named(gateway: MeituanGateway) -> None:
    adapter = MeituanAdapter({**gateway.config, "APP_SECRET": "other"}, Transport("meituan", deadline=2))
    with pytest.raises(Reauthorise, match="APP_SECRET"):
        adapter.check()


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("inner_busy", "unavailable"),
        ("inner_limit", "wait"),
        ("inner_strange", "protocol"),
    ],
)
def test_a_fault_in_its_own_words_is_told_for_what_it_is(
    meituan: MeituanAdapter, gateway: MeituanGateway, fault: str, kind: str
) -> None:
    gateway.misbehave(fault)
    with pytest.raises(NetworkError) as caught:
        meituan.lookup(GOODS)
    assert caught.value.kind == kind


@pytest.mark.parametrize("fault", ["inner_limit", "inner_busy"])
def test_a_passing_fault_is_tried_again(meituan: MeituanAdapter, gateway: MeituanGateway, fault: str) -> None:
    gateway.misbehave(fault, times=1)
    assert meituan.lookup(GOODS).title
