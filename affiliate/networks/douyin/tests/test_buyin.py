"""抖店's `buyin.*`: chosen by the credentials, signed as in the worked example; items, links, orders, errors."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from affiliate.networks.douyin.adapter import DouyinAdapter
from affiliate.networks.douyin.buyin.calls import NAMES
from affiliate.networks.douyin.buyin.client import BuyinClient
from affiliate.networks.douyin.buyin.codes import answer_error
from affiliate.networks.douyin.buyin.signing import param_json, sign
from affiliate.networks.douyin.orders import order_line
from affiliate.networks.errors import (
    BadInput,
    NetworkError,
    NotFound,
    NotPromotable,
    Off,
    PermissionNeeded,
    ProtocolError,
    Reauthorise,
    Unavailable,
    Wait,
)
from affiliate.networks.tests.gateways.buyin import ITEM, LIVE_ROOM, PID, SHORT, BuyinGateway, running
from affiliate.networks.transport import Transport
from affiliate.networks.types import ItemRef, LineState, TimeType, Window

GOODS = ItemRef("douyin", str(ITEM))
AT = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)
AROUND = Window(AT - timedelta(minutes=1), AT + timedelta(hours=1))
PAGE = "https://haohuo.jinritemai.com/views/product/item2"


@pytest.fixture
def gateway() -> Iterator[BuyinGateway]:
    with running() as found:
        yield found


@pytest.fixture
def douyin(gateway: BuyinGateway) -> DouyinAdapter:
    return DouyinAdapter(gateway.config, Transport("douyin", deadline=2, calls_per_second=1000))


# --- which way an account speaks ---


def test_an_app_of_doudian_is_told_what_it_lacks_and_an_empty_account_what_pangle_wants() -> None:
    half = DouyinAdapter({"APP_KEY": "7000000000000000001"}, Transport("douyin"))
    assert not half.configured
    with pytest.raises(Off, match="APP_SECRET, ACCESS_TOKEN, PID"):
        half.check()
    assert DouyinAdapter({}).needed_keys == ("APP_ID", "SECURE_KEY")


def test_pangle_is_spoken_to_where_an_account_holds_both() -> None:
    both = {"APP_ID": "5", "SECURE_KEY": "k", "APP_KEY": "7", "APP_SECRET": "s", "ACCESS_TOKEN": "t", "PID": "p"}
    assert DouyinAdapter(both).needed_keys == ("APP_ID", "SECURE_KEY")


# --- signing ---


def test_the_signature_is_the_one_of_the_worked_example() -> None:
    params = {
        "product_url": f"{PAGE}?id=3400000000000000001",
        "pid": "dy_1_2_3",
        "need_qr_code": False,
        "external_info": "a12p345",
    }
    config = {"APP_KEY": "7000000000000000001", "APP_SECRET": "demo-secret"}
    client = BuyinClient(config, Transport("douyin"), now=lambda: datetime.fromtimestamp(1_700_000_000, UTC))
    query = client.query("buyin.kolProductShare", param_json(params))
    assert query["sign"] == "2acb4cdfce497907b2ce3c40eb097b6714190157b2f936768e6737de230f9908"


def test_keys_are_sorted_at_every_depth_and_nothing_is_escaped() -> None:
    assert param_json({"b": [{"d": "<湿巾&>", "c": 1}], "a": None}) == '{"a":null,"b":[{"c":1,"d":"<湿巾&>"}]}'
    assert sign("k", "m", "{}", "1", "s") != sign("k", "m", "{}", "2", "s")


# --- items and links ---


def test_a_look_up_reads_fen_coupon_and_a_rate_in_percent(douyin: DouyinAdapter) -> None:
    found = douyin.lookup(GOODS)
    assert (found.title, found.shop) == ("示例湿巾80抽*10包", "示例旗舰店")
    assert (found.price_minor, found.final_price_minor) == (990, 890)
    assert (found.commission_rate_bp, found.commission_minor) == (1_050, 103)


@pytest.mark.parametrize(("said", "rate"), [(10, 1_000), (0, 0), (100, 10_000), (101, None), ("x", None), (-1, None)])
def test_a_rate_beyond_belief_is_left_out(
    douyin: DouyinAdapter, gateway: BuyinGateway, said: object, rate: int | None
) -> None:
    gateway.add_item(cos_ratio=said)
    found = douyin.lookup(GOODS)
    assert (found.commission_rate_bp, len(found.warnings)) == (rate, int(rate is None))


def test_data_that_is_wrapped_once_more_is_read_all_the_same(douyin: DouyinAdapter, gateway: BuyinGateway) -> None:
    gateway.wrapped = True
    assert douyin.lookup(GOODS).title


def test_a_short_link_is_read_by_douyin_and_a_live_room_is_no_item(douyin: DouyinAdapter) -> None:
    (ref,) = douyin.recognise(f"7.94 dAb:/ 好物 {SHORT} 复制此链接")
    assert douyin.lookup(ref).ref.item_id == str(ITEM)
    (room,) = douyin.recognise(LIVE_ROOM)
    with pytest.raises(NotFound):
        douyin.lookup(room)


def test_a_link_carries_pid_and_sub_id_and_comes_in_every_form(douyin: DouyinAdapter, gateway: BuyinGateway) -> None:
    made = douyin.link(GOODS, "a12p345")
    (asked,) = gateway.bodies("buyin.kolProductShare")
    assert (asked["pid"], asked["external_info"], asked["product_url"]) == (PID, "a12p345", f"{PAGE}?id={ITEM}")
    assert made.url == "https://haohuo.jinritemai.com/views/coupon?e=a12p345"
    assert made.short_url == "https://z.douyin.com/AbCd1"
    assert (made.deeplink, made.token_text) == ("snssdk1128://ec_coupon?id=1", "8.88 券 复制打开抖音")


def test_without_a_coupon_the_plain_forms_are_taken(douyin: DouyinAdapter, gateway: BuyinGateway) -> None:
    gateway.add_item(coupon_price=0)
    made = douyin.link(GOODS, None)
    assert "external_info" not in gateway.bodies("buyin.kolProductShare")[0]
    assert (made.url, made.token_text) == (f"{PAGE}?e=", "7.94 dAb:/ 复制打开抖音")


def test_a_link_to_a_foreign_host_is_not_taken(douyin: DouyinAdapter, gateway: BuyinGateway) -> None:
    gateway.share_link = "https://evil.example/t"
    assert douyin.link(GOODS, "a1").url == "https://z.douyin.com/AbCd1"


def test_an_item_that_may_not_be_shared_or_is_gone_is_told_apart(douyin: DouyinAdapter, gateway: BuyinGateway) -> None:
    gateway.add_item(sharable=False)
    with pytest.raises(NotPromotable):
        douyin.link(GOODS, "a1")
    with pytest.raises(NotFound):
        douyin.link(ItemRef("douyin", "3499999999999999999"), "a1")


# --- orders ---


def line(**changes: Any) -> Any:
    return order_line(BuyinGateway().add_order(at=AT, **changes), NAMES)


@pytest.mark.parametrize(
    ("word", "state"),
    [("PAY_SUCC", "pending"), ("CONFIRM", "confirmed"), ("SETTLE", "settled"), ("REFUND", "invalid")],
)
def test_states_are_those_of_the_vendors_table(word: str, state: str) -> None:
    found = line(flow_point=word)
    assert (found.state.value, found.network_state, found.unknown_state) == (state, word, False)


def test_money_comes_in_fen_and_what_was_settled_is_what_douyin_says() -> None:
    found = line(flow_point="SETTLE", ads_real_commission=88)
    assert (found.amount_minor, found.estimated_commission_minor, found.settled_commission_minor) == (980, 89, 88)
    assert (found.service_fee_minor, found.sub_id, found.ad_slot, found.placed_at) == (9, "a12p345", PID, AT)
    with pytest.raises(ValueError, match="ads_real_commission"):
        line(flow_point="SETTLE", ads_real_commission=None)


def test_the_report_is_kept_word_for_word_without_the_buyer() -> None:
    found = line(flow_point="NEW_WORD")
    assert (found.state, found.unknown_state) == (LineState.PENDING, True)
    assert found.raw["ads_promotion_rate"] == 1000
    assert "张三" not in str(found.raw)


def test_a_window_gives_every_line_of_every_kind_once(douyin: DouyinAdapter, gateway: BuyinGateway) -> None:
    for index in range(420):
        gateway.add_order(at=AT + timedelta(seconds=index))
    gateway.add_order(at=AT, kind="Live")
    gateway.add_order(at=AT, kind="ActivityMaterial")
    lines = [line.line_id for page in douyin.orders(AROUND) for line in page.lines]
    assert len(lines) == len(set(lines)) == 422


@pytest.mark.parametrize(("time_type", "word"), [(TimeType.CREATED, "pay"), (TimeType.UPDATED, "update")])
def test_the_window_is_asked_in_beijing_time_by_the_vendors_word(
    douyin: DouyinAdapter, gateway: BuyinGateway, time_type: TimeType, word: str
) -> None:
    list(douyin.orders(Window(AROUND.start, AROUND.end + timedelta(microseconds=1), time_type)))
    asked = gateway.bodies("buyin.doukeOrderAds")[0]
    at = AROUND.start + timedelta(hours=8)
    until = AROUND.end + timedelta(hours=8, seconds=1)
    assert (asked["time_type"], asked["size"], asked["cursor"]) == (word, 200, "0")
    assert (asked["start_time"], asked["end_time"]) == (f"{at:%Y-%m-%d %H:%M:%S}", f"{until:%Y-%m-%d %H:%M:%S}")


@pytest.mark.parametrize(("fault", "times", "whole"), [("doubled_page", 1, True), ("endless", None, False)])
def test_pages_that_repeat_lose_nothing_and_do_not_go_on_for_ever(
    douyin: DouyinAdapter, gateway: BuyinGateway, fault: str, times: int | None, whole: bool
) -> None:
    for index in range(300):
        gateway.add_order(at=AT + timedelta(seconds=index))
    gateway.misbehave(fault, times=times)
    kept: list[str] = []
    try:
        for page in douyin.orders(AROUND):
            kept += [line.line_id for line in page.lines]
    except ProtocolError as error:
        assert error.code == "endless"
        assert not whole
    assert len(kept) == len(set(kept)) == (300 if whole else 200)


# --- errors ---


@pytest.mark.parametrize(
    ("code", "sub_code", "expected"),
    [
        (40004, "isv.parameter-invalid:4101", BadInput),
        (40004, "isv.parameter-invalid:4349", NotFound),
        (40004, "isv.parameter-invalid:4102", Reauthorise),
        (40004, "isv.parameter-invalid:8198", PermissionNeeded),
        (50002, "isv.business-failed:4132", NotPromotable),
        (50002, "isv.business-failed:4404", PermissionNeeded),
        (50002, "isv.business-failed:-18988", PermissionNeeded),
        (50002, "isv.business-failed:256", Unavailable),
        (50002, "isv.business-failed:99999", ProtocolError),
        (20000, "isp.service-error:255", Unavailable),
        (20001, "", Unavailable),
        (30001, "isv.app-permissions-insufficient", PermissionNeeded),
        (30001, "dop.authorization-closed", Reauthorise),
        (30002, "", PermissionNeeded),
        (40003, "isv.access-token-expired", Reauthorise),
        (40003, "isv.signature-invalid", Reauthorise),
        (60000, "", Wait),
        (70000, "isp.api-service-off", PermissionNeeded),
        (90000, "dop.unknown-error", ProtocolError),
    ],
)
def test_a_code_says_what_to_do(code: int, sub_code: str, expected: type[NetworkError]) -> None:
    error = answer_error("douyin", {"code": code, "sub_code": sub_code, "sub_msg": "抖店的话"})
    assert type(error) is expected
    assert (error.code, error.detail) == (sub_code or str(code), "抖店的话")
    assert error.message.endswith(".")


@pytest.mark.parametrize(
    ("fault", "kind"), [("inner_busy", "unavailable"), ("inner_limit", "wait"), ("inner_strange", "protocol")]
)
def test_a_fault_in_its_own_words_is_told_for_what_it_is(
    douyin: DouyinAdapter, gateway: BuyinGateway, fault: str, kind: str
) -> None:
    gateway.misbehave(fault)
    with pytest.raises(NetworkError) as caught:
        douyin.lookup(GOODS)
    assert caught.value.kind == kind


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"APP_SECRET": "other"}, "APP_SECRET"),
        ({"ACCESS_TOKEN": "old"}, "Authorise the account again"),
        ({"PID": "dy_9"}, "PID"),
    ],
)
def test_what_is_wrong_with_the_credentials_is_named(gateway: BuyinGateway, change: dict[str, str], words: str) -> None:
    adapter = DouyinAdapter(gateway.config | change, Transport("douyin", deadline=2))
    with pytest.raises(Reauthorise, match=words):
        adapter.link(GOODS, "a1")


def test_a_clock_that_is_off_is_named(douyin: DouyinAdapter, gateway: BuyinGateway) -> None:
    gateway.clock_offset = timedelta(minutes=20)
    with pytest.raises(Reauthorise, match="clock"):
        douyin.check()


# --- tokens ---


def test_renewing_gives_both_tokens_and_when_they_run_out(gateway: BuyinGateway) -> None:
    at = datetime.now(UTC)
    adapter = DouyinAdapter(gateway.config, Transport("douyin", deadline=2), now=lambda: at)
    fresh = adapter.renew()
    assert fresh.values == {"ACCESS_TOKEN": "access-1", "REFRESH_TOKEN": "refresh-1"}
    assert (fresh.expires_at, fresh.authorised_until) == (at + timedelta(days=7), at + timedelta(days=14))
    DouyinAdapter(gateway.config, Transport("douyin", deadline=2, calls_per_second=1000)).check()


def test_a_refresh_token_that_is_used_up_asks_for_a_person(douyin: DouyinAdapter) -> None:
    douyin.renew()
    with pytest.raises(Reauthorise):
        douyin.renew()


@pytest.mark.parametrize("fault", ["http_500", "reset", "http_429"])
def test_renewing_is_never_tried_twice(douyin: DouyinAdapter, gateway: BuyinGateway, fault: str) -> None:
    gateway.misbehave(fault, times=1)
    with pytest.raises(NetworkError):
        douyin.renew()
    assert gateway.faults == []
    assert gateway.renewals <= 1


def test_an_account_of_pangle_has_nothing_to_renew() -> None:
    adapter = DouyinAdapter({"APP_ID": "5", "SECURE_KEY": "k", "REFRESH_TOKEN": "r"}, Transport("douyin"))
    with pytest.raises(Reauthorise):
        adapter.renew()
