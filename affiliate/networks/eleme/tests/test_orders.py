"""Order rows as lines, the report they come in, and 维权 beside it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affiliate.networks.eleme.adapter import ElemeAdapter
from affiliate.networks.eleme.orders import order_line, read_rows
from affiliate.networks.errors import PermissionNeeded, ProtocolError
from affiliate.networks.tests.gateways.eleme import PID, ElemeGateway, order
from affiliate.networks.types import LineState, OrderLine, OrderPage, TimeType, Window

LOCAL = "2024-01-02 11:00:00"
PLACED = datetime(2024, 1, 2, 3, 0, tzinfo=UTC)
SETTLED: dict[str, Any] = {"order_state": 4, "order_item_status": 4, "settle_state": 1, "settle": "1.20"}


def line(**changes: Any) -> OrderLine:
    return order_line(order(1, LOCAL, **changes))


def lines(pages: list[OrderPage]) -> list[OrderLine]:
    return [line for page in pages for line in page.lines]


@pytest.fixture
def day() -> Window:
    end = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    return Window(end - timedelta(days=1), end)


def fill(gateway: ElemeGateway, window: Window, count: int) -> None:
    for index in range(count):
        gateway.add_order(at=window.start + timedelta(seconds=1 + index * 80_000 // count))


def test_a_paid_row_is_a_pending_line() -> None:
    found = line()
    assert (found.order_id, found.line_id) == ("2230000000000000001", "2230000000000000001")
    assert (found.state, found.network_state, found.unknown_state) == (LineState.PENDING, "2/2/2", False)
    assert (found.amount_minor, found.estimated_commission_minor, found.settled_commission_minor) == (2_500, 120, None)
    assert (found.sub_id, found.ad_slot, found.shop) == ("a12p345", PID, "示例餐厅")
    assert (found.placed_at, found.updated_at) == (PLACED, PLACED)


@pytest.mark.parametrize(
    ("order_state", "item_state", "settle_state", "state", "unknown"),
    [
        (0, 0, 2, LineState.INVALID, False),
        (1, 1, 2, LineState.PENDING, False),
        (2, 2, 2, LineState.PENDING, False),
        (2, 3, 2, LineState.INVALID, False),
        (4, 4, 2, LineState.CONFIRMED, False),
        (4, 4, 1, LineState.SETTLED, False),
        (4, 5, 1, LineState.INVALID, False),
        (2, 2, 1, LineState.PENDING, False),
        (4, None, 1, LineState.SETTLED, False),
        (3, 2, 2, LineState.PENDING, True),
        (4, 9, 1, LineState.PENDING, True),
        (4, 4, 7, LineState.PENDING, True),
    ],
)
def test_the_states_are_understood(
    order_state: int, item_state: int | None, settle_state: int, state: LineState, unknown: bool
) -> None:
    found = line(order_state=order_state, order_item_status=item_state, settle_state=settle_state, settle="1.10")
    assert (found.state, found.unknown_state) == (state, unknown)
    assert found.settled_commission_minor == (110 if state is LineState.SETTLED else None)


def test_a_settled_row_without_its_amount_is_rejected_and_not_taken_for_zero() -> None:
    found, rejected = read_rows([order(1, LOCAL, **(SETTLED | {"settle": ""}))], lambda _row: ())
    assert (found, rejected[0].reason) == ((), "settle is missing")


@pytest.mark.parametrize("changes", [{"income": "x"}, {"pay_amount": "99999999999"}])
def test_an_amount_that_cannot_be_read_leaves_its_line_in_doubt(changes: dict[str, Any]) -> None:
    lines, rejected = read_rows([order(1, LOCAL, **changes)], lambda _row: ())
    assert (rejected, [found.doubt for found in lines]) == ((), ["amount"])


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"biz_order_id": 0}, "biz_order_id"),
        ({"order_state": "bald"}, "order_state"),
        ({"tk_create_time": ""}, "tk_create_time"),
    ],
)
def test_an_unreadable_row_is_rejected_by_name_and_the_others_count(changes: dict[str, Any], word: str) -> None:
    rows = [order(1, LOCAL), order(2, LOCAL, **changes), 3]
    found, rejected = read_rows(rows, lambda _row: (), first_line=51)
    assert len(found) == 1
    assert [row.line for row in rejected] == [52, 53]
    assert word in rejected[0].reason


def test_what_tells_of_the_buyer_is_dropped() -> None:
    found = line(buyer_phone="1", user_name="王")
    assert not {"buyer_phone", "user_name"} & set(found.raw)
    assert found.raw["income"] == "1.20"


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=20), st.lists, max_leaves=5), st.data()
)
def test_no_single_wrong_field_breaks_the_page(value: object, data: st.DataObject) -> None:
    row = order(1, LOCAL, **SETTLED)
    row[data.draw(st.sampled_from(sorted(row)))] = value
    found, rejected = read_rows([row], lambda _row: ())
    assert len(found) + len(rejected) == 1


# --- the report ---


def test_orders_by_share_and_by_action_come_once_over_several_pages(
    eleme: ElemeAdapter, gateway: ElemeGateway, day: Window
) -> None:
    fill(gateway, day, 120)
    gateway.add_order(at=day.start + timedelta(hours=1), action=True)
    pages = list(eleme.orders(day))
    assert [len(page.lines) for page in pages] == [50, 50, 20, 1]
    assert len({line.line_id for line in lines(pages)}) == 121


@pytest.mark.parametrize(
    ("clock", "number"),
    [(TimeType.PAID, "1"), (TimeType.CREATED, "2"), (TimeType.SETTLED, "3"), (TimeType.UPDATED, "4")],
)
def test_each_clock_is_asked_by_its_number_in_beijing_time(
    eleme: ElemeAdapter, gateway: ElemeGateway, day: Window, clock: TimeType, number: str
) -> None:
    list(eleme.orders(Window(day.start, day.end, clock)))
    form = gateway.forms("positive.order.get")[0]
    assert (form["date_type"], form["biz_unit"], form["page_size"], form["page_number"]) == (number, "2", "50", "1")
    assert (form["start_date"], form["end_date"]) == (gateway.local(day.start), gateway.local(day.end))


def test_a_window_fuller_than_fifty_pages_is_halved(eleme: ElemeAdapter, gateway: ElemeGateway, day: Window) -> None:
    fill(gateway, day, 2_600)
    pages = list(eleme.orders(Window(day.start, day.end, TimeType.CREATED)))
    assert len({line.line_id for line in lines(pages)}) == 2_600
    assert len(gateway.calls) < 70


def test_a_window_found_too_full_on_its_last_page_is_read_again_in_halves(
    eleme: ElemeAdapter, gateway: ElemeGateway, day: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("affiliate.networks.eleme.pages.MOST_PAGES", 4)
    fill(gateway, day, 300)
    counted = gateway.report
    monkeypatch.setattr(gateway, "report", lambda *args: counted(*args) | {"total_count": ""})  # it does not say
    found = [line.line_id for line in lines(list(eleme.orders(Window(day.start, day.end, TimeType.CREATED))))]
    assert len(found) == len(set(found)) == 300


def test_a_window_longer_than_a_month_is_cut(eleme: ElemeAdapter, gateway: ElemeGateway, day: Window) -> None:
    list(eleme.orders(Window(day.end - timedelta(days=40), day.end, TimeType.CREATED)))
    assert len(gateway.forms("positive.order.get")) == 4


@pytest.mark.parametrize("fault", ["doubled_page", "reordered"])
def test_doubled_and_reordered_pages_change_nothing(
    eleme: ElemeAdapter, gateway: ElemeGateway, day: Window, fault: str
) -> None:
    fill(gateway, day, 120)
    gateway.misbehave(fault)
    found = [line.line_id for line in lines(list(eleme.orders(day)))]
    assert len(found) == len(set(found)) == 120


def test_a_report_without_end_is_given_up_and_what_came_is_kept(
    eleme: ElemeAdapter, gateway: ElemeGateway, day: Window
) -> None:
    fill(gateway, day, 60)
    gateway.misbehave("endless")
    kept: list[OrderPage] = []
    with pytest.raises(ProtocolError) as caught:
        for page in eleme.orders(day):
            kept.append(page)
    assert caught.value.code == "endless"
    assert len(lines(kept)) == 50


def test_an_empty_window_is_one_empty_page(eleme: ElemeAdapter, day: Window) -> None:
    assert list(eleme.orders(day)) == [OrderPage(())]


def test_rows_that_are_counted_and_not_shown_are_no_empty_page(
    eleme: ElemeAdapter, gateway: ElemeGateway, day: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = {"result_success": True, "total_count": 3, "result": {"rows": {"deeper": []}}}
    monkeypatch.setattr(gateway, "service", lambda *_: answer)
    with pytest.raises(ProtocolError):
        list(eleme.orders(day))


def test_no_permission_for_orders_is_said(eleme: ElemeAdapter, gateway: ElemeGateway, day: Window) -> None:
    gateway.forbidden = {"alibaba.alsc.union.kbcpx.positive.order.get"}
    with pytest.raises(PermissionNeeded):
        next(eleme.orders(day))


# --- 维权 ---


def settled(gateway: ElemeGateway, at: datetime) -> dict[str, Any]:
    return gateway.add_order(at=at, **SETTLED, settle_time=gateway.local(at))


def test_a_claim_takes_back_what_was_settled_and_stays_at_every_later_reading(
    eleme: ElemeAdapter, gateway: ElemeGateway, day: Window
) -> None:
    row = settled(gateway, day.start + timedelta(hours=1))
    gateway.add_claim(row, at=day.start - timedelta(days=3))
    for clock in (TimeType.UPDATED, TimeType.CREATED):
        (found,) = lines(list(eleme.orders(Window(day.start, day.end, clock))))
        assert (found.state, found.refunded_minor, found.network_state) == (LineState.INVALID, 2_500, "4/4/1 维权 0")


def test_a_claim_on_an_old_order_is_found_by_its_own_report(
    eleme: ElemeAdapter, gateway: ElemeGateway, day: Window
) -> None:
    row = settled(gateway, day.start - timedelta(days=60))
    gateway.add_claim(row, at=day.start + timedelta(hours=2), settle="0.50", refund_amount="10.00")
    (found,) = lines(list(eleme.orders(day)))
    assert (found.state, found.settled_commission_minor, found.refunded_minor) == (LineState.SETTLED, 70, 1_000)
    assert gateway.forms("positive.order.get")[-1]["order_id"] == str(row["biz_order_id"])


@pytest.mark.parametrize(("state", "unknown"), [(1, False), (2, False), (3, False), (8, True)])
def test_a_claim_that_is_open_closed_or_lost_takes_nothing(
    eleme: ElemeAdapter, gateway: ElemeGateway, day: Window, state: int, unknown: bool
) -> None:
    row = settled(gateway, day.start + timedelta(hours=1))
    gateway.add_claim(row, at=day.start + timedelta(hours=2), explain_state=state)
    (found,) = lines(list(eleme.orders(day)))
    assert found.unknown_state is unknown
    assert found.settled_commission_minor == (None if unknown else 120)


def test_without_permission_for_claims_the_pull_goes_on_and_the_operator_is_told(
    eleme: ElemeAdapter, gateway: ElemeGateway, day: Window
) -> None:
    settled(gateway, day.start + timedelta(hours=1))
    gateway.forbidden = {"alibaba.alsc.union.kbcpx.refund.order.get"}
    pages = list(eleme.orders(day))
    assert len(lines(pages)) == 1
    assert "维权" in pages[-1].rejected[0].reason


def test_a_claim_on_an_order_that_is_gone_is_told(eleme: ElemeAdapter, gateway: ElemeGateway, day: Window) -> None:
    row = settled(gateway, day.start + timedelta(hours=1))
    gateway.orders.clear()
    gateway.add_claim(row, at=day.start + timedelta(hours=2))
    pages = list(eleme.orders(day))
    assert str(row["biz_order_id"]) in pages[-1].rejected[0].reason
