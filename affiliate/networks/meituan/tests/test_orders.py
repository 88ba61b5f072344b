"""Orders as lines: states, parts, money, paging, buyers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from affiliate.networks.errors import PermissionNeeded, ProtocolError
from affiliate.networks.meituan.adapter import MeituanAdapter
from affiliate.networks.meituan.orders import order_lines, read_rows
from affiliate.networks.tests.gateways.meituan import MeituanGateway
from affiliate.networks.types import LineState, OrderLine, TimeType, Window

AT = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)


def row(**changes: Any) -> dict[str, Any]:
    return MeituanGateway().add_order(at=AT, **changes)


def line(**changes: Any) -> OrderLine:
    found = order_lines(row(**changes))
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("status", "state"), [("2", "pending"), (3, "confirmed"), ("4", "invalid"), ("5", "invalid"), (6, "settled")]
)
def test_states_are_those_of_the_vendors_table(status: object, state: str) -> None:
    found = line(status=status)
    assert (found.state.value, found.network_state, found.unknown_state) == (state, str(status), False)


@pytest.mark.parametrize("status", ["1", "7", "", None, "done"])
def test_an_unknown_state_is_pending_and_reported(status: object) -> None:
    found = line(status=status)
    assert (found.state, found.unknown_state) == (LineState.PENDING, True)


def test_money_is_exact_and_settled_is_what_is_left_after_refunds() -> None:
    found = line(status="6", profit="3.21", refundProfit="1.07", refundPrice="12.00")
    assert (found.amount_minor, found.estimated_commission_minor) == (3_550, 321)
    assert (found.settled_commission_minor, found.refunded_minor) == (214, 1_200)


def test_an_order_paid_for_the_customer_counts_that_sum() -> None:
    found = line(status="6", tradeType=2, profit="0", cpaProfit="5.00", cpaRefundProfit="5.00")
    assert (found.estimated_commission_minor, found.settled_commission_minor) == (500, 0)


@pytest.mark.parametrize(("trade_type", "name"), [(1, "profit"), (2, "cpaProfit")])
def test_a_settled_order_without_its_sum_is_no_order_settled_at_nothing(trade_type: int, name: str) -> None:
    with pytest.raises(ValueError, match=name):
        line(status="6", tradeType=trade_type, **{name: None})
    with pytest.raises(ValueError, match="couponFee"):
        line(orderDetail=[{"itemOrderId": "1", "couponStatus": 3, "basicAmount": "20.00"}])


def test_parts_are_lines_of_their_own_and_their_state_holds() -> None:
    parts = [
        {"itemOrderId": "1", "couponStatus": 3, "basicAmount": "20.00", "couponFee": "0.80", "settleTime": 1762000000},
        {"itemOrderId": "2", "couponStatus": 4, "basicAmount": "20.00", "couponFee": "0", "refundAmount": "20.00"},
    ]
    first, second = order_lines(row(status="3", orderDetail=parts))
    assert [first.line_id, second.line_id] == [f"{first.order_id}_1", f"{first.order_id}_2"]
    assert (first.state, first.settled_commission_minor) == (LineState.SETTLED, 80)
    assert (second.state, second.estimated_commission_minor, second.refunded_minor) == (LineState.INVALID, 0, 2_000)
    assert first.raw["orderDetail"] == [{**parts[0]}]


def test_nothing_about_the_buyer_is_kept() -> None:
    assert "张三" not in str(line().raw) and "13800000000" not in str(line().raw)


@pytest.mark.parametrize("changes", [{"payTime": "soon"}, {"orderId": "0"}, {"payTime": 0}])
def test_what_cannot_be_read_is_rejected_and_the_rest_counts(changes: dict[str, Any]) -> None:
    lines, rejected = read_rows([row(), row(**changes), "nonsense", row(orderId="9")])
    assert len(lines) == 2
    assert [entry.line for entry in rejected] == [2, 3]


def test_a_window_gives_every_line_of_every_business_once(meituan: MeituanAdapter, gateway: MeituanGateway) -> None:
    for index in range(250):
        gateway.add_order(at=AT + timedelta(seconds=index))
    gateway.add_order(at=AT, platform=1, businessLine=7)
    gateway.add_order(at=AT, platform=1, businessLine=12)
    gateway.add_order(at=AT, platform=2, businessLine=3)
    window = Window(AT - timedelta(minutes=1), AT + timedelta(hours=1))
    lines = [line.line_id for page in meituan.orders(window) for line in page.lines]
    assert len(lines) == len(set(lines)) == 253


@pytest.mark.parametrize(("time_type", "number"), [(TimeType.CREATED, 1), (TimeType.UPDATED, 2)])
def test_the_time_type_is_the_vendors_number(
    meituan: MeituanAdapter, gateway: MeituanGateway, time_type: TimeType, number: int
) -> None:
    list(meituan.orders(Window(AT, AT + timedelta(hours=1), time_type)))
    assert {body["queryTimeType"] for body in gateway.bodies("query_order")} == {number}


def test_a_doubled_page_loses_and_doubles_nothing(meituan: MeituanAdapter, gateway: MeituanGateway) -> None:
    for index in range(150):
        gateway.add_order(at=AT + timedelta(seconds=index))
    gateway.misbehave("doubled_page", times=1)
    window = Window(AT - timedelta(minutes=1), AT + timedelta(hours=1))
    lines = [line.line_id for page in meituan.orders(window) for line in page.lines]
    assert len(lines) == len(set(lines)) == 150


def test_a_scroll_that_never_ends_is_an_error_after_what_came(meituan: MeituanAdapter, gateway: MeituanGateway) -> None:
    for index in range(150):
        gateway.add_order(at=AT + timedelta(seconds=index))
    gateway.misbehave("endless")
    kept = []
    with pytest.raises(ProtocolError, match="does not come to an end"):
        for page in meituan.orders(Window(AT - timedelta(minutes=1), AT + timedelta(hours=1))):
            kept.extend(page.lines)
    assert len(kept) == 100


def test_a_business_that_is_refused_hides_no_other(meituan: MeituanAdapter, gateway: MeituanGateway) -> None:
    gateway.add_order(at=AT, platform=2, businessLine=1)
    gateway.refused_platform = 1
    kept = []
    with pytest.raises(PermissionNeeded):
        for page in meituan.orders(Window(AT - timedelta(minutes=1), AT + timedelta(hours=1))):
            kept.extend(page.lines)
    assert len(kept) == 1
