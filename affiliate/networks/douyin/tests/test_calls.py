"""Signing, errors, look-up and links, against the vendor's rules and a gateway that keeps them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from affiliate.networks.douyin.adapter import DouyinAdapter
from affiliate.networks.douyin.client import PangleClient
from affiliate.networks.errors import BadInput, NetworkError, NotFound, ProtocolError, Reauthorise
from affiliate.networks.tests.gateways.douyin import EXT, ITEM, PAGE, DouyinGateway
from affiliate.networks.transport import Transport
from affiliate.networks.types import ItemRef

GOODS = ItemRef("douyin", str(ITEM))


def test_the_signature_is_the_one_of_the_worked_example() -> None:
    config = {"APP_ID": "5000001", "SECURE_KEY": "demo_secure_key"}
    client = PangleClient(config, Transport("douyin"), now=lambda: datetime.fromtimestamp(1_700_000_000, UTC))
    body = {"product_url": PAGE, "external_info": "a12p345", "share_type": [1, 3, 5]}
    envelope = client.signed(body, "11111111-2222-3333-4444-555555555555")
    assert envelope["sign"] == "46133b658e7d3c6c18c736e96d824172"
    assert envelope["timestamp"] == 1_700_000_000


def test_a_look_up_reads_fen_and_coupon(douyin: DouyinAdapter) -> None:
    found = douyin.lookup(GOODS)
    assert (found.title, found.shop) == ("示例湿巾80抽*10包", "示例旗舰店")
    assert (found.price_minor, found.final_price_minor) == (990, 890)
    assert found.coupon is not None and found.coupon.amount_minor == 100
    assert (found.commission_rate_bp, found.commission_minor) == (1_000, 89)


def test_no_coupon_price_means_no_coupon(douyin: DouyinAdapter, gateway: DouyinGateway) -> None:
    gateway.add_item(coupon_price=0)
    found = douyin.lookup(GOODS)
    assert (found.coupon, found.final_price_minor) == (None, 990)


def test_data_that_comes_as_text_is_read_all_the_same(douyin: DouyinAdapter, gateway: DouyinGateway) -> None:
    gateway.data_as_text = True
    assert douyin.lookup(GOODS).title


def test_a_short_link_is_read_by_pangle_itself(douyin: DouyinAdapter) -> None:
    (ref,) = douyin.recognise("7.94 dAb:/ 好物 https://v.douyin.com/iAbCdE1/ 复制此链接")
    assert ref.needs_expansion
    assert douyin.lookup(ref).ref.item_id == str(ITEM)


def test_an_item_that_is_gone_is_not_found(douyin: DouyinAdapter) -> None:
    for call in (douyin.lookup, lambda ref: douyin.link(ref, "a1")):
        with pytest.raises(NotFound):
            call(ItemRef("douyin", "3499999999999999999"))


@pytest.mark.parametrize("price", [0, -990, 99_999_999_999_999, "面议", 9.9])
def test_a_price_beyond_belief_is_left_out_with_a_warning(
    douyin: DouyinAdapter, gateway: DouyinGateway, price: object
) -> None:
    gateway.add_item(price=price, coupon_price=0)
    found = douyin.lookup(GOODS)
    assert (found.price_minor, found.final_price_minor, len(found.warnings)) == (None, None, 1)


def test_a_link_carries_ext_and_sub_id_and_prefers_the_coupon(douyin: DouyinAdapter, gateway: DouyinGateway) -> None:
    made = douyin.link(GOODS, "a12p345")
    (asked,) = gateway.bodies("/product/link")
    assert (asked["product_ext"], asked["external_info"]) == (EXT, "a12p345")
    assert made.url == "https://v.douyin.com/coupon1/?e=a12p345"
    assert made.short_url == "https://z.douyin.com/AbCd1"
    assert made.deeplink == "snssdk1128://ec_coupon?id=1"
    assert made.token_text == "8.88 券 复制打开抖音"
    assert made.expires_at is not None and made.expires_at > datetime.now(UTC) + timedelta(days=59)


def test_without_a_coupon_the_plain_forms_are_taken(douyin: DouyinAdapter, gateway: DouyinGateway) -> None:
    gateway.add_item(coupon_price=0)
    made = douyin.link(GOODS, "a1")
    assert (made.url, made.deeplink) == ("https://v.douyin.com/share1/?e=a1", "snssdk1128://ec_goods_detail?id=1")


def test_a_link_to_a_foreign_host_is_not_taken(douyin: DouyinAdapter, gateway: DouyinGateway) -> None:
    gateway.share_link = "https://evil.example/t"
    assert douyin.link(GOODS, "a1").url == "https://z.douyin.com/AbCd1"


@pytest.mark.parametrize("hostile", ["../etc/passwd", "<b>1</b>", "123", "1" * 30, "3400000000000000001;x"])
def test_an_id_with_a_path_or_markup_in_it_is_no_item(douyin: DouyinAdapter, hostile: str) -> None:
    for call in (douyin.lookup, lambda ref: douyin.link(ref, "a1")):
        with pytest.raises(BadInput):
            call(ItemRef("douyin", hostile))


def test_a_clock_that_is_off_is_named(douyin: DouyinAdapter, gateway: DouyinGateway) -> None:
    gateway.clock_offset = timedelta(minutes=20)
    with pytest.raises(Reauthorise, match="clock"):
        douyin.check()


def test_a_wrong_key_is_named(gateway: DouyinGateway) -> None:
    adapter = DouyinAdapter({**gateway.config, "SECURE_KEY": "other"}, Transport("douyin", deadline=2))
    with pytest.raises(Reauthorise, match="SECURE_KEY"):
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
    douyin: DouyinAdapter, gateway: DouyinGateway, fault: str, kind: str
) -> None:
    gateway.misbehave(fault)
    with pytest.raises(NetworkError) as caught:
        douyin.lookup(GOODS)
    assert caught.value.kind == kind


def test_an_answer_without_a_link_is_an_error(douyin: DouyinAdapter, gateway: DouyinGateway) -> None:
    gateway.link = lambda asked: {}  # type: ignore[method-assign]
    with pytest.raises(ProtocolError):
        douyin.link(GOODS, "a1")
