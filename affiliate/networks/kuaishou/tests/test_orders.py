"""Orders as lines: states, money in fen, several items, paging, buyers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from affiliate.networks.errors import ProtocolError
from affiliate.networks.kuaishou.adapter import KuaishouAdapter
from affiliate.networks.kuaishou.orders import order_lines, read_rows
from affiliate.networks.tests.gateways.kuaishou import KuaishouGateway
from affiliate.networks.types import LineState, OrderLine, TimeType, Window

AT = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)
AROUND = Window(AT - timedelta(minutes=1), AT + timedelta(hours=1))


def row(**changes: Any) -> dict[str, Any]:
    return KuaishouGateway().add_order(at=AT, **changes)


def line(**changes: Any) -> OrderLine:
    found = order_lines(row(**changes))
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("status", "state"), [(30, "pending"), (40, "pending"), (50, "confirmed"), ("60", "settled"), (80, "invalid")]
)
def test_states_are_those_of_the_vendors_table(status: object, state: str) -> None:
    found = line(cpsOrderStatus=status)
    assert (found.state.value, found.network_state, found.unknown_state) == (state, str(status), False)


@pytest.mark.parametrize("status", [0, 70, "", None, "paid"])
def test_an_unknown_state_is_pending_and_reported(status: object) -> None:
    found = line(cpsOrderStatus=status)
    assert (found.state, found.unknown_state) == (LineState.PENDING, True)


def test_money_comes_in_fen_net_of_the_service_fee() -> None:
    found = line(cpsOrderStatus=60, settlementAmount=280)
    assert (found.amount_minor, found.estimated_commission_minor, found.settled_commission_minor) == (1_590, 286, 280)
    assert (found.sub_id, found.placed_at) == ("a12p345", AT)


def test_a_settled_sum_that_several_items_share_waits_for_a_person() -> None:
    items = [{"oid": 1, "itemId": item, "paymentFee": 100, "estimatedIncome": 10, "num": 1} for item in (11, 12)]
    found = order_lines(row(products=items, cpsOrderStatus=60, settlementAmount=20))
    assert [(one.state.value, one.doubt, one.settled_commission_minor) for one in found] == [
        ("pending", "contradiction", None),
        ("pending", "contradiction", None),
    ]
    assert len({one.line_id for one in found}) == 2


def test_what_went_back_of_an_order_of_several_items_is_not_counted_for_each() -> None:
    back = [{"refundFee": 60}, {"refundFee": 40}]
    items = [{"oid": 1, "itemId": item, "paymentFee": 100, "estimatedIncome": 10, "num": 1} for item in (11, 12)]
    assert [one.refunded_minor for one in order_lines(row(products=items, orderRefundInfo=back))] == [0, 0]
    assert line(orderRefundInfo=back).refunded_minor == 100


def test_nothing_about_the_buyer_is_kept() -> None:
    assert "o_buyer_1" not in str(line().raw)


@pytest.mark.parametrize(
    "changes",
    [
        {"createTime": 0, "payTime": 0},
        {"updateTime": "soon"},
        {"products": []},
        {"cpsOrderStatus": 60, "settlementAmount": None},
    ],
)
def test_what_cannot_be_read_is_rejected_and_the_rest_counts(changes: dict[str, Any]) -> None:
    lines, rejected = read_rows([row(), row(**changes), "nonsense"])
    assert len(lines) == 1
    assert [entry.line for entry in rejected] == [2, 3]


def test_a_window_gives_every_line_once(kuaishou: KuaishouAdapter, gateway: KuaishouGateway) -> None:
    for index in range(250):
        gateway.add_order(at=AT + timedelta(seconds=index))
    lines = [line.line_id for page in kuaishou.orders(AROUND) for line in page.lines]
    assert len(lines) == len(set(lines)) == 250


@pytest.mark.parametrize(("time_type", "number"), [(TimeType.CREATED, 1), (TimeType.UPDATED, 2)])
def test_the_time_type_is_the_vendors_number(
    kuaishou: KuaishouAdapter, gateway: KuaishouGateway, time_type: TimeType, number: int
) -> None:
    list(kuaishou.orders(Window(AROUND.start, AROUND.end, time_type)))
    assert [body["queryType"] for body in gateway.bodies("order.list")] == [number]


def test_a_doubled_page_loses_and_doubles_nothing(kuaishou: KuaishouAdapter, gateway: KuaishouGateway) -> None:
    for index in range(150):
        gateway.add_order(at=AT + timedelta(seconds=index))
    gateway.misbehave("doubled_page", times=1)
    lines = [line.line_id for page in kuaishou.orders(AROUND) for line in page.lines]
    assert len(lines) == len(set(lines)) == 150


def test_a_cursor_that_never_ends_is_an_error_after_what_came(
    kuaishou: KuaishouAdapter, gateway: KuaishouGateway
) -> None:
    for index in range(150):
        gateway.add_order(at=AT + timedelta(seconds=index))
    gateway.misbehave("endless")
    kept = []
    with pytest.raises(ProtocolError, match="does not come to an end"):
        for page in kuaishou.orders(AROUND):
            kept.extend(page.lines)
    assert len(kept) == 100


def test_the_fee_that_was_taken_off_is_told() -> None:
    products = [{"oid": 1, "itemId": 5, "paymentFee": 1590, "estimatedIncome": 286, "techServiceAmount": 32}]
    (found,) = order_lines(row(products=products))
    assert (found.service_fee_minor, found.estimated_commission_minor) == (32, 286)
