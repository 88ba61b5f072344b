"""Envelopes, errors, look-up and links, against the vendor's rules and a gateway that keeps them."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from affiliate.networks.errors import (
    BadInput,
    NetworkError,
    NotFound,
    NotPromotable,
    PermissionNeeded,
    ProtocolError,
    Reauthorise,
)
from affiliate.networks.tests.gateways.youzan import (
    ALIAS,
    FANS_ID,
    MOBILE,
    OTHER_SELLER,
    SELLER,
    Refusal,
    YouzanGateway,
)
from affiliate.networks.transport import Transport
from affiliate.networks.types import ItemRef
from affiliate.networks.youzan.adapter import YouzanAdapter
from affiliate.networks.youzan.codes import answer_error
from affiliate.networks.youzan.parsing import rate_bp

GOODS = ItemRef("youzan", ALIAS)
SHARE = "youzan.salesman.item.share.get"
RATES = "youzan.salesman.items.get"


@pytest.mark.parametrize("newer", [True, False], ids=["data", "response"])
def test_a_look_up_reads_fen_and_per_cent_out_of_either_envelope(
    youzan: YouzanAdapter, gateway: YouzanGateway, newer: bool
) -> None:
    gateway.newer_envelope = newer
    found = youzan.lookup(GOODS)
    assert (found.title, found.price_minor, found.final_price_minor) == ("示例手工蜂蜜 500g", 3_900, 3_900)
    assert (found.commission_rate_bp, found.available, found.warnings) == (1_000, True, ())


@pytest.mark.parametrize("changes", [{"is_listing": False}, {"quantity": 0}])
def test_what_is_off_the_shelf_or_sold_out_is_not_available(
    youzan: YouzanAdapter, gateway: YouzanGateway, changes: dict[str, Any]
) -> None:
    gateway.add_item(**changes)
    assert not youzan.lookup(GOODS).available


def test_an_item_that_pays_nothing_says_so(youzan: YouzanAdapter, gateway: YouzanGateway) -> None:
    gateway.rates[gateway.items[ALIAS]["item_id"]]["is_join"] = 0
    found = youzan.lookup(GOODS)
    assert found.commission_rate_bp is None
    assert "pays no commission" in found.warnings[0]


def test_without_permission_for_rates_title_and_price_still_come(youzan: YouzanAdapter, gateway: YouzanGateway) -> None:
    gateway.refused[RATES] = Refusal(10004, "无权限")
    found = youzan.lookup(GOODS)
    assert (found.price_minor, found.commission_rate_bp) == (3_900, None)
    assert "高级权限" in found.warnings[0]


@pytest.mark.parametrize("price", [0, -3900, 99_999_999_999_999, "面议", 39.5])
def test_a_price_beyond_belief_is_left_out_with_a_warning(
    youzan: YouzanAdapter, gateway: YouzanGateway, price: object
) -> None:
    gateway.add_item(price=price)
    found = youzan.lookup(GOODS)
    assert found.price_minor is None and found.final_price_minor is None
    assert len(found.warnings) == 1


@pytest.mark.parametrize(("text", "rate"), [("10.00", 1_000), ("0", 0), ("100", 10_000), ("", None), (None, None)])
def test_a_rate_in_per_cent_is_basis_points(text: object, rate: int | None) -> None:
    warnings: list[str] = []
    assert rate_bp(text, warnings) == rate
    assert warnings == []


@pytest.mark.parametrize("text", ["-1", "100.01", "NaN", "Infinity", "ten", "1e9"])
def test_a_rate_beyond_belief_is_left_out_with_a_warning(text: str) -> None:
    warnings: list[str] = []
    assert rate_bp(text, warnings) is None
    assert len(warnings) == 1


def test_an_item_of_another_shop_is_not_ours_to_sell(youzan: YouzanAdapter, gateway: YouzanGateway) -> None:
    gateway.add_item(kdt_id=999)
    with pytest.raises(NotPromotable):
        youzan.lookup(GOODS)


def test_an_item_that_is_gone_is_not_found(youzan: YouzanAdapter) -> None:
    with pytest.raises(NotFound):
        youzan.lookup(ItemRef("youzan", "1y8vmov2k5wgy"))


def test_a_search_asks_page_by_page(youzan: YouzanAdapter, gateway: YouzanGateway) -> None:
    for index in range(3):
        gateway.add_item(f"1y8vmov2k5wg{index}", 500 + index, title=f"蜂蜜 {index}")
    pages = [[shot.title for shot in youzan.search("蜂蜜", page=page, page_size=2)] for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [2, 2, 0]


# --- links ---


def test_a_link_is_the_salesmans_whose_slot_it_is(youzan: YouzanAdapter, gateway: YouzanGateway) -> None:
    made = youzan.link(GOODS, None)
    assert (made.ad_slot, made.sub_id) == (SELLER, None)
    assert made.url.startswith("https://h5.youzan.com/v2/trade/directsellerJump/jump?kdt_id=1984620&sl=2t2yTC&")
    other = youzan.at_slot(OTHER_SELLER).link(GOODS, None)
    assert (other.ad_slot, f"sl={OTHER_SELLER}" in other.url) == (OTHER_SELLER, True)
    assert gateway.bodies(SHARE) == [
        {"mobile": MOBILE, "fans_id": 0, "fans_type": 0, "item_alias": ALIAS, "item_id": 0},
        {"mobile": "0", "fans_id": FANS_ID, "fans_type": 1, "item_alias": ALIAS, "item_id": 0},
    ]


@pytest.mark.parametrize("slot", ["", "nobody1", MOBILE, f"fans{FANS_ID}", "../x"])
def test_a_slot_that_is_nobody_written_down_is_refused(youzan: YouzanAdapter, slot: str) -> None:
    with pytest.raises(BadInput):
        youzan.at_slot(slot)


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/v2/goods/276e5qimqtp1o?sls=2t2yTC",
        "https://h5.youzan.com/jump?sl=2t2yTC&redirect_uri=https%3A%2F%2Fevil.example%2F",
        "https://h5.youzan.com/jump?sl=2t2yTC&redirect_uri=%2F%2F%5B",
        "https://h5.youzan.com/v2/goods/276e5qimqtp1o",
        "javascript:alert(1)",
    ],
)
def test_a_link_that_leads_elsewhere_or_names_nobody_is_not_taken(
    youzan: YouzanAdapter, gateway: YouzanGateway, link: str
) -> None:
    gateway.link_url = link
    with pytest.raises(ProtocolError):
        youzan.link(GOODS, None)


def test_a_link_that_would_earn_for_somebody_else_is_not_taken(youzan: YouzanAdapter, gateway: YouzanGateway) -> None:
    gateway.link_url = "https://h5.youzan.com/v2/goods/276e5qimqtp1o?sls=0ther5"
    with pytest.raises(Reauthorise, match=SELLER):
        youzan.link(GOODS, None)


def test_a_short_link_is_taken_at_its_word(youzan: YouzanAdapter, gateway: YouzanGateway) -> None:
    gateway.link_url = "https://j.youzan.com/9sKkwA"
    made = youzan.link(GOODS, None)
    assert (made.url, made.short_url, made.ad_slot) == (gateway.link_url, gateway.link_url, SELLER)


@pytest.mark.parametrize("hostile", ["../etc/passwd", "<b>1</b>", "123", "1" * 30, "276e5qimqtp1o;x", ""])
def test_an_id_with_a_path_or_markup_in_it_is_no_item(youzan: YouzanAdapter, hostile: str) -> None:
    for call in (youzan.lookup, lambda ref: youzan.link(ref, None)):
        with pytest.raises(BadInput):
            call(ItemRef("youzan", hostile))


# --- errors ---


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("inner_busy", "unavailable"),
        *((name, "wait") for name in ("inner_limit", "http_429_later")),
        *((name, "permission") for name in ("inner_quota", "inner_permission")),
        ("inner_strange", "protocol"),
    ],
)
def test_a_fault_in_its_own_words_is_told_for_what_it_is(
    youzan: YouzanAdapter, gateway: YouzanGateway, fault: str, kind: str
) -> None:
    gateway.misbehave(fault)
    with pytest.raises(NetworkError) as caught:
        youzan.lookup(GOODS)
    assert caught.value.kind == kind


@pytest.mark.parametrize(
    ("code", "message", "kind"),
    [
        ("10003", "access_token 过期或无效", "reauthorise"),
        ("40010", "参数 token 无效", "reauthorise"),
        ("10004", "无权限调用此接口", "permission"),
        ("140400200", "not salesman", "reauthorise"),
        ("140400200", "item args error", "bad_input"),
        ("140400200", "order not exist", "not_found"),
        ("50000", "out of max item num 50", "bad_input"),
        ("121000100", "内部服务错误", "unavailable"),
        ("20001", "", "wait"),
        ("20002", "", "permission"),
        ("140400100", "网络错误", "reauthorise"),
        ("300000000", "", "reauthorise"),
        ("", "", "protocol"),
    ],
)
def test_published_codes_and_words_are_told_apart(code: str, message: str, kind: str) -> None:
    assert answer_error("youzan", code, message).kind == kind


def test_no_number_of_a_salesman_and_no_secret_reaches_the_log(
    youzan: YouzanAdapter, gateway: YouzanGateway, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "zhongcao.networks"):
        youzan.link(GOODS, None)
    logged = "".join(repr(record.__dict__) for record in caplog.records)
    assert SHARE in logged
    assert not [word for word in (MOBILE, "test-youzan-client-secret", "token-1") if word in logged]


@pytest.mark.parametrize(
    "salesmen", ["AbC12", "AbC12:13800000000 AbC12:fans1234", "AbC12:1380000000 Xy9zQ2:1380000000", "AbC12:fans"]
)
def test_salesmen_that_cannot_be_read_are_named_by_place_and_never_by_number(
    gateway: YouzanGateway, salesmen: str
) -> None:
    adapter = YouzanAdapter({**gateway.config, "SALESMEN": salesmen}, Transport("youzan", deadline=2))
    with pytest.raises(Reauthorise, match="SALESMEN") as caught:
        adapter.check()
    assert "13800" not in caught.value.message + caught.value.detail


def test_permission_is_asked_for_by_its_chinese_name(youzan: YouzanAdapter, gateway: YouzanGateway) -> None:
    gateway.refused[SHARE] = Refusal(10004, "需申请高级权限", "success")
    with pytest.raises(PermissionNeeded, match="高级权限"):
        youzan.link(GOODS, None)
