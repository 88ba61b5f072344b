"""The order report: clocks, windows, position_index, refunds beside it, and reports that never end."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from affiliate.networks.errors import BadInput, PermissionNeeded, ProtocolError
from affiliate.networks.taobao.adapter import TaobaoAdapter
from affiliate.networks.tests.gateways.taobao import TaobaoGateway
from affiliate.networks.types import LineState, OrderLine, OrderPage, TimeType, Window


@pytest.fixture
def hours() -> Window:
    end = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    return Window(end - timedelta(hours=3), end)


def fill(gateway: TaobaoGateway, window: Window, count: int) -> None:
    for index in range(count):
        gateway.add_order(at=window.start + timedelta(seconds=1 + index * 10_000 // count))


def lines(pages: list[OrderPage]) -> list[OrderLine]:
    return [line for page in pages for line in page.lines]


def test_every_row_comes_once_over_several_pages(taobao: TaobaoAdapter, gateway: TaobaoGateway, hours: Window) -> None:
    fill(gateway, hours, 250)
    pages = list(taobao.orders(hours))
    assert [len(page.lines) for page in pages] == [100, 100, 50]
    assert len({line.line_id for line in lines(pages)}) == 250
    asked = gateway.forms("order.details.get")
    assert [form.get("position_index") for form in asked] == [None, "1_POS", "2_POS"]
    assert [form.get("jump_type") for form in asked] == [None, "1", "1"]


@pytest.mark.parametrize(
    ("clock", "number"),
    [(TimeType.CREATED, "1"), (TimeType.PAID, "2"), (TimeType.SETTLED, "3"), (TimeType.UPDATED, "4")],
)
def test_each_clock_is_asked_by_its_number(
    taobao: TaobaoAdapter, gateway: TaobaoGateway, hours: Window, clock: TimeType, number: str
) -> None:
    at = gateway.local(hours.start + timedelta(hours=1))
    gateway.add_order(at=hours.start - timedelta(days=20), modified_time=at, tk_paid_time=at, tk_earning_time=at)
    gateway.add_order(at=hours.start + timedelta(hours=1), modified_time="", tk_paid_time="")
    found = lines(list(taobao.orders(Window(hours.start, hours.end, clock))))
    assert len(found) == 1
    assert gateway.forms("order.details.get")[0]["query_type"] == number
    assert set(taobao.capabilities.order_time_types) >= {clock}


def test_the_question_is_asked_in_beijing_time(taobao: TaobaoAdapter, gateway: TaobaoGateway, hours: Window) -> None:
    list(taobao.orders(Window(hours.start, hours.end, TimeType.CREATED)))
    (form,) = gateway.forms("order.details.get")
    assert (form["start_time"], form["end_time"]) == (gateway.local(hours.start), gateway.local(hours.end))
    assert (form["page_no"], form["page_size"]) == ("1", "100")


def test_a_longer_window_and_fractions_never_exceed_three_hours(
    taobao: TaobaoAdapter, gateway: TaobaoGateway, hours: Window
) -> None:
    start = hours.start - timedelta(hours=2)
    list(taobao.orders(Window(start, hours.end + timedelta(microseconds=5), TimeType.CREATED)))
    asked = [(form["start_time"], form["end_time"]) for form in gateway.forms("order.details.get")]
    middle, end = gateway.local(start + timedelta(hours=3)), gateway.local(hours.end + timedelta(seconds=1))
    assert asked == [(gateway.local(start), middle), (middle, end)]


def test_around_big_sales_windows_are_cut_until_they_are_taken(
    taobao: TaobaoAdapter, gateway: TaobaoGateway, hours: Window
) -> None:
    fill(gateway, hours, 40)
    gateway.longest = timedelta(minutes=20)
    found = lines(list(taobao.orders(Window(hours.start, hours.end, TimeType.CREATED))))
    assert len({line.line_id for line in found}) == 40


def test_orders_of_long_ago_are_said_to_be_gone(taobao: TaobaoAdapter) -> None:
    start = datetime.now(UTC) - timedelta(days=100)
    with pytest.raises(BadInput, match="90 days") as caught:
        list(taobao.orders(Window(start, start + timedelta(hours=1))))
    assert caught.value.code == "2004"


@pytest.mark.parametrize("fault", ["doubled_page", "reordered"])
def test_doubled_and_reordered_pages_change_nothing(
    taobao: TaobaoAdapter, gateway: TaobaoGateway, hours: Window, fault: str
) -> None:
    fill(gateway, hours, 250)
    gateway.misbehave(fault)
    found = [line.line_id for line in lines(list(taobao.orders(hours)))]
    assert len(found) == len(set(found)) == 250


def test_a_row_that_moved_on_while_being_read_comes_in_its_newer_form(
    taobao: TaobaoAdapter, gateway: TaobaoGateway, hours: Window
) -> None:
    fill(gateway, hours, 150)
    pages = taobao.orders(hours)
    first = next(pages)
    gateway.orders[0] |= {"tk_status": 13, "modified_time": gateway.orders[-1]["modified_time"]}
    later = [line for line in next(pages).lines if line.line_id == first.lines[0].line_id]
    assert [line.network_state for line in later] == ["13"]


def test_a_report_without_end_is_given_up_and_what_came_is_kept(
    taobao: TaobaoAdapter, gateway: TaobaoGateway, hours: Window
) -> None:
    fill(gateway, hours, 3)
    gateway.misbehave("endless")
    kept: list[OrderPage] = []
    with pytest.raises(ProtocolError) as caught:
        for page in taobao.orders(hours):
            kept.append(page)
    assert caught.value.code == "endless"
    assert len(lines(kept)) == 3
    assert len(gateway.calls) == 3


def test_an_empty_window_is_one_empty_page(taobao: TaobaoAdapter, hours: Window) -> None:
    assert list(taobao.orders(hours)) == [OrderPage(())]


def test_rows_under_another_name_are_no_empty_page(
    taobao: TaobaoAdapter, gateway: TaobaoGateway, hours: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    for answer in ({"payload": {"results": []}}, {"data": {"rows": [{"trade_id": "1"}]}}):
        monkeypatch.setattr(gateway, "service", lambda *_, answer=answer: answer)
        with pytest.raises(ProtocolError):
            list(taobao.orders(hours))


def test_pages_that_came_before_a_break_are_kept(taobao: TaobaoAdapter, gateway: TaobaoGateway, hours: Window) -> None:
    fill(gateway, hours, 150)
    pages = taobao.orders(hours)
    first = next(pages)
    gateway.misbehave("html")
    with pytest.raises(ProtocolError):
        next(pages)
    assert len(first.lines) == 100


# --- 维权 ---


def settled(gateway: TaobaoGateway, at: datetime) -> dict[str, object]:
    return gateway.add_order(at=at, tk_status=3, pub_share_fee="26.91", tk_earning_time=gateway.local(at))


def test_a_refund_whose_order_says_nothing_of_it_is_found_by_its_own_report(
    taobao: TaobaoAdapter, gateway: TaobaoGateway, hours: Window
) -> None:
    order = settled(gateway, hours.start - timedelta(days=30))
    gateway.add_refund(order, at=hours.start + timedelta(hours=1))
    (line,) = lines(list(taobao.orders(hours)))
    assert (line.line_id, line.state, line.refunded_minor) == (order["trade_id"], LineState.INVALID, 29_900)
    option = json.loads(gateway.forms("order.refund.get")[0]["publisher_refund_order_query_option"])
    assert (option["query_type"], option["member_type"], option["order_scene"], option["page_no"]) == (5, 4, 1, 1)


def test_an_order_that_is_marked_asks_for_its_refund_and_stays_refunded_at_every_later_reading(
    taobao: TaobaoAdapter, gateway: TaobaoGateway, hours: Window
) -> None:
    order = settled(gateway, hours.start + timedelta(hours=1))
    order["refund_tag"] = 1
    gateway.add_refund(order, at=hours.start - timedelta(days=1))
    for clock in (TimeType.UPDATED, TimeType.CREATED):
        found = lines(list(taobao.orders(Window(hours.start, hours.end, clock))))
        assert [line.state for line in found] == [LineState.INVALID]


def test_the_same_refund_seen_twice_in_a_window_is_one_report(
    taobao: TaobaoAdapter, gateway: TaobaoGateway, hours: Window
) -> None:
    order = settled(gateway, hours.start + timedelta(hours=1))
    order["refund_tag"] = 1
    gateway.add_refund(order, at=hours.start + timedelta(hours=2))
    assert len(lines(list(taobao.orders(hours)))) == 1


def test_without_permission_for_refunds_the_pull_goes_on_and_the_operator_is_told(
    taobao: TaobaoAdapter, gateway: TaobaoGateway, hours: Window
) -> None:
    order = settled(gateway, hours.start + timedelta(hours=1))
    order["refund_tag"] = 1
    gateway.add_order(at=hours.start + timedelta(hours=2))
    gateway.forbidden = {"taobao.tbk.order.refund.get"}
    pages = list(taobao.orders(hours))
    assert [line.doubt for line in lines(pages)] == ["contradiction", ""]
    assert [row.line for page in pages for row in page.rejected] == [0]
    assert "维权" in pages[-1].rejected[0].reason


def test_a_refund_of_an_order_that_is_not_given_out_any_more_is_told(
    taobao: TaobaoAdapter, gateway: TaobaoGateway, hours: Window
) -> None:
    order = settled(gateway, hours.start - timedelta(days=120))
    gateway.add_refund(order, at=hours.start + timedelta(hours=1))
    pages = list(taobao.orders(hours))
    assert lines(pages) == []
    assert str(order["trade_id"]) in pages[-1].rejected[0].reason


def test_no_permission_for_orders_is_said(taobao: TaobaoAdapter, gateway: TaobaoGateway, hours: Window) -> None:
    gateway.forbidden = {"taobao.tbk.order.details.get"}
    with pytest.raises(PermissionNeeded):
        next(taobao.orders(hours))


def test_the_check_is_one_small_order_query(taobao: TaobaoAdapter, gateway: TaobaoGateway) -> None:
    taobao.check()
    assert len(gateway.calls) == 1
