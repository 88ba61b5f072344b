"""Orders as lines: states, money in fen, paging, buyers, and the promoter's sheet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from affiliate.networks.douyin.adapter import DouyinAdapter
from affiliate.networks.douyin.exports import PROFILES
from affiliate.networks.douyin.orders import order_line, read_rows
from affiliate.networks.errors import BadInput, ProtocolError
from affiliate.networks.exports import read_export
from affiliate.networks.tests.gateways.douyin import DouyinGateway
from affiliate.networks.types import LineState, OrderLine, TimeType, Window

AT = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)
AROUND = Window(AT - timedelta(minutes=1), AT + timedelta(hours=1))


def row(**changes: Any) -> dict[str, Any]:
    return DouyinGateway().add_order(at=AT, **changes)


def line(**changes: Any) -> OrderLine:
    return order_line(row(**changes))


@pytest.mark.parametrize(
    ("word", "state"),
    [("PAY_SUCC", "pending"), ("CONFIRM", "confirmed"), ("SETTLE", "settled"), ("REFUND", "invalid")],
)
def test_states_are_those_of_the_vendors_table(word: str, state: str) -> None:
    found = line(flow_point=word)
    assert (found.state.value, found.network_state, found.unknown_state) == (state, word, False)


@pytest.mark.parametrize("word", ["", "PAID", None, "settle"])
def test_an_unknown_state_is_pending_and_reported(word: object) -> None:
    found = line(flow_point=word)
    assert (found.state, found.unknown_state) == (LineState.PENDING, True)


def test_an_order_given_back_that_says_it_earns_waits() -> None:
    found = line(flow_point="SETTLE", after_sales_status=2, ads_real_commission=89)
    assert (found.state, found.doubt, found.settled_commission_minor) == (LineState.PENDING, "contradiction", None)


def test_money_comes_in_fen_net_of_the_service_fee() -> None:
    found = line(flow_point="SETTLE", ads_real_commission=88)
    assert (found.amount_minor, found.estimated_commission_minor, found.settled_commission_minor) == (990, 89, 88)
    assert (found.sub_id, found.placed_at) == ("a12p345", AT)


def test_nothing_about_the_buyer_is_kept() -> None:
    assert "张三" not in str(line().raw)


@pytest.mark.parametrize(
    "changes",
    [
        {"pay_success_time": ""},
        {"update_time": "soon"},
        {"order_id": "0"},
        {"flow_point": "SETTLE", "ads_real_commission": None},
    ],
)
def test_what_cannot_be_read_is_rejected_and_the_rest_counts(changes: dict[str, Any]) -> None:
    lines, rejected = read_rows([row(), row(**changes), "nonsense"])
    assert len(lines) == 1
    assert [entry.line for entry in rejected] == [2, 3]


def test_a_window_gives_every_line_of_every_kind_once(douyin: DouyinAdapter, gateway: DouyinGateway) -> None:
    for index in range(120):
        gateway.add_order(at=AT + timedelta(seconds=index))
    gateway.add_order(at=AT, order_type=2)
    gateway.add_order(at=AT, order_type=3)
    lines = [line.line_id for page in douyin.orders(AROUND) for line in page.lines]
    assert len(lines) == len(set(lines)) == 122


@pytest.mark.parametrize(("time_type", "word"), [(TimeType.CREATED, "pay"), (TimeType.UPDATED, "update")])
def test_the_time_type_is_the_vendors_word(
    douyin: DouyinAdapter, gateway: DouyinGateway, time_type: TimeType, word: str
) -> None:
    list(douyin.orders(Window(AROUND.start, AROUND.end, time_type)))
    assert {body["time_type"] for body in gateway.bodies("/order/search")} == {word}


def test_a_doubled_page_loses_and_doubles_nothing(douyin: DouyinAdapter, gateway: DouyinGateway) -> None:
    for index in range(80):
        gateway.add_order(at=AT + timedelta(seconds=index))
    gateway.misbehave("doubled_page", times=1)
    lines = [line.line_id for page in douyin.orders(AROUND) for line in page.lines]
    assert len(lines) == len(set(lines)) == 80


def test_a_cursor_that_never_ends_is_an_error_after_what_came(douyin: DouyinAdapter, gateway: DouyinGateway) -> None:
    for index in range(80):
        gateway.add_order(at=AT + timedelta(seconds=index))
    gateway.misbehave("endless")
    kept = []
    with pytest.raises(ProtocolError, match="does not come to an end"):
        for page in douyin.orders(AROUND):
            kept.extend(page.lines)
    assert len(kept) == 50


# --- the sheet ---

HEADING = "订单id\t商品id\t商品名称\t支付金额\t预估佣金收入\t实际佣金收入\t订单状态\t付款时间\t订单结算时间"
ROW = "\t".join(
    ("6930000000000000011", "3400000000000000011", "示例湿巾", "9.90", "0.89", "0.88", "订单结算")
    + ("2026-11-01 12:00:00", "2026-11-20 12:00:00")
)


def test_a_row_of_the_promoters_sheet_is_an_order() -> None:
    result = read_export(f"{HEADING}\n{ROW}\n".encode("gb18030"), "佣金订单.xls", PROFILES)
    (found,) = result.lines
    assert (found.order_id, found.item_id) == ("6930000000000000011", "3400000000000000011")
    assert (found.amount_minor, found.estimated_commission_minor, found.settled_commission_minor) == (990, 89, 88)
    assert (found.state, found.placed_at) == (LineState.SETTLED, AT)


def test_the_sellers_sheet_is_refused() -> None:
    theirs = f"{HEADING}\t预估佣金支出\n{ROW}\t0.89\n"
    with pytest.raises(BadInput):
        read_export(theirs.encode(), "佣金订单.csv", PROFILES)


def test_the_fee_that_was_taken_off_is_told() -> None:
    found = line(estimated_tech_service_fee=10)
    assert (found.service_fee_minor, found.estimated_commission_minor) == (10, 89)
