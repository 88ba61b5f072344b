"""The order report: days, pages from the last to the first, settlements, and reports that never end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from affiliate.networks.errors import BadInput, PermissionNeeded
from affiliate.networks.suning.adapter import SuningAdapter
from affiliate.networks.tests.gateways.suning import SuningGateway
from affiliate.networks.types import LineState, OrderPage, TimeType, Window


@pytest.fixture
def day() -> Window:
    end = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    return Window(end - timedelta(days=1), end)


def fill(suning_gateway: SuningGateway, window: Window, count: int, **changes: object) -> None:
    for index in range(count):
        suning_gateway.add_order(at=window.start + timedelta(seconds=1 + index * 80_000 // count), **changes)


def ids(pages: list[OrderPage]) -> list[str]:
    return [line.line_id for page in pages for line in page.lines]


def test_the_question_is_asked_in_beijing_time_for_now_and_for_the_months_before(
    suning: SuningAdapter, suning_gateway: SuningGateway, day: Window
) -> None:
    list(suning.orders(day))
    asked = suning_gateway.asked("order.query")
    for fields, before in zip(asked, (0, 35, 65), strict=True):
        at = day.start + timedelta(hours=8) - timedelta(days=before)
        assert fields["startTime"] == at.strftime("%Y-%m-%d %H:%M:%S")
    assert (asked[0]["pageSize"], asked[0]["orderLineStatus"]) == ("50", "0")


def test_a_longer_window_is_cut_to_days(suning: SuningAdapter, suning_gateway: SuningGateway, day: Window) -> None:
    list(suning.orders(Window(day.start - timedelta(days=1, microseconds=5), day.end)))
    assert len(suning_gateway.asked("order.query")) == 9


def test_confirmed_lines_come_with_their_settlement_twenty_asked_at_once(
    suning: SuningAdapter, suning_gateway: SuningGateway, day: Window
) -> None:
    fill(suning_gateway, day, 45, orderLineStatus="5", orderLineStatusDesc="确认收货")
    fill(suning_gateway, day, 3)
    for order in suning_gateway.orders[:10]:
        suning_gateway.settle(order)
    lines = [line for page in suning.orders(day) for line in page.lines]
    states = [line.state for line in lines]
    assert [states.count(s) for s in (LineState.SETTLED, LineState.CONFIRMED, LineState.PENDING)] == [10, 35, 3]
    assert [len(f["orderLineNumber"].split(",")) for f in suning_gateway.asked("ordersettlenew.get")] == [20, 20, 5]


@pytest.mark.parametrize("days", [35, 65])
def test_a_line_settled_weeks_after_its_last_change_is_found(
    suning: SuningAdapter, suning_gateway: SuningGateway, day: Window, days: int
) -> None:
    at = day.start + timedelta(hours=2) - timedelta(days=days)
    suning_gateway.settle(suning_gateway.add_order(at=at, orderLineStatus="5"))
    (line,) = [line for page in suning.orders(day) for line in page.lines]
    assert (line.state, line.settled_commission_minor) == (LineState.SETTLED, 90)


def test_without_permission_for_settlements_orders_still_come_and_somebody_is_told(
    suning: SuningAdapter, suning_gateway: SuningGateway, day: Window
) -> None:
    fill(suning_gateway, day, 2, orderLineStatus="5")
    suning_gateway.permissions.discard("settlements")
    pages = list(suning.orders(day))
    assert len(ids(pages)) == 2
    assert [row.reason for page in pages for row in page.rejected] == ["settlements cannot be read: 没有权限"]


def test_a_clock_that_suning_has_not_is_refused(suning: SuningAdapter, day: Window) -> None:
    with pytest.raises(BadInput):
        suning.orders(Window(day.start, day.end, TimeType.CREATED))


def test_the_check_asks_for_orders(suning: SuningAdapter, suning_gateway: SuningGateway) -> None:
    suning_gateway.permissions.discard("orders")
    with pytest.raises(PermissionNeeded):
        suning.check()
