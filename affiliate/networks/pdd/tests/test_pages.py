"""The order report: days, pages from the last to the first, halving, cursors, and reports that never end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from affiliate.networks.errors import ProtocolError
from affiliate.networks.paging import Report
from affiliate.networks.pdd import pages as paging
from affiliate.networks.pdd.adapter import PddAdapter
from affiliate.networks.tests.gateways.pdd import PddGateway
from affiliate.networks.types import OrderPage, TimeType, Window


@pytest.fixture
def day() -> Window:
    end = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    return Window(end - timedelta(hours=24), end)


def fill(pdd_gateway: PddGateway, window: Window, count: int) -> None:
    seconds = int((window.end - window.start).total_seconds()) - 100
    for index in range(count):
        pdd_gateway.add_order(at=window.start + timedelta(seconds=1 + index * seconds // count))


def ids(pages: list[OrderPage]) -> list[str]:
    return [line.line_id for page in pages for line in page.lines]


def test_the_question_is_asked_as_pinduoduo_wants_it(pdd: PddAdapter, pdd_gateway: PddGateway, day: Window) -> None:
    list(pdd.orders(day))
    (form,) = pdd_gateway.asked("increment.get")
    asked = {"page": "1", "page_size": "50", "return_count": "true", "query_order_type": "1"}
    assert asked.items() <= form.items()
    assert form["start_update_time"] == str(int(day.start.timestamp()))
    assert form["end_update_time"] == str(int(day.end.timestamp()))


def test_a_longer_window_and_fractions_of_seconds_never_exceed_a_day(
    pdd: PddAdapter, pdd_gateway: PddGateway, day: Window
) -> None:
    list(pdd.orders(Window(day.start - timedelta(hours=24, microseconds=7), day.end)))
    forms = pdd_gateway.asked("increment.get")
    spans = [int(form["end_update_time"]) - int(form["start_update_time"]) for form in forms]
    assert spans == [86_400, 86_400, 1]
    assert all(a["end_update_time"] == b["start_update_time"] for a, b in zip(forms, forms[1:], strict=False))


def test_a_day_that_is_too_full_is_halved_until_it_fits(
    pdd: PddAdapter, pdd_gateway: PddGateway, day: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "REPORT", Report("pdd", size=50, most_pages=1))
    fill(pdd_gateway, day, 130)
    assert len(set(ids(list(pdd.orders(day))))) == 130


def test_a_row_that_changes_while_being_read_is_not_lost_and_no_other_is(
    pdd: PddAdapter, pdd_gateway: PddGateway, day: Window
) -> None:
    fill(pdd_gateway, day, 120)
    pages = pdd.orders(day)
    first = next(pages)
    pdd_gateway.orders[0]["order_modify_at"] = int(day.end.timestamp()) + 60  # out of the window, into the next
    found = ids([first, *pages])
    assert set(found) == {row["order_sn"] for row in pdd_gateway.orders[1:]}


def test_a_row_that_moved_on_comes_in_its_newer_form(pdd: PddAdapter, pdd_gateway: PddGateway, day: Window) -> None:
    fill(pdd_gateway, day, 70)
    pages = pdd.orders(day)
    first = next(pages)
    moved = pdd_gateway.orders[60]
    assert moved["order_sn"] in ids([first])
    moved |= {"order_status": 3, "order_modify_at": pdd_gateway.orders[0]["order_modify_at"]}
    later = [line for page in pages for line in page.lines if line.line_id == moved["order_sn"]]
    assert [line.network_state for line in later] == ["3"]


def test_a_page_that_came_double_once_is_asked_again(pdd: PddAdapter, pdd_gateway: PddGateway, day: Window) -> None:
    fill(pdd_gateway, day, 130)
    pages = pdd.orders(day)
    got = [next(pages), next(pages)]
    pdd_gateway.misbehave("next_page", times=1)
    assert len(set(ids([*got, *pages]))) == 130
    assert [form["page"] for form in pdd_gateway.asked("increment.get")] == ["1", "3", "2", "1", "1"]


@pytest.mark.parametrize(
    ("fault", "time_type"),
    [("endless", TimeType.UPDATED), ("uncounted_endless", TimeType.UPDATED), ("endless", TimeType.CREATED)],
)
def test_a_report_without_end_is_given_up_soon(
    pdd: PddAdapter, pdd_gateway: PddGateway, day: Window, fault: str, time_type: TimeType
) -> None:
    fill(pdd_gateway, day, 3)
    pdd_gateway.misbehave(fault)
    with pytest.raises(ProtocolError) as caught:
        list(pdd.orders(Window(day.start, day.end, time_type)))
    assert caught.value.code == "endless"
    assert len(pdd_gateway.calls) < 30


def test_by_payment_a_cursor_leads_through_the_pages(pdd: PddAdapter, pdd_gateway: PddGateway, day: Window) -> None:
    fill(pdd_gateway, day, 650)
    pages = list(pdd.orders(Window(day.start, day.end, TimeType.CREATED)))
    assert [len(page.lines) for page in pages] == [300, 300, 50]
    assert len(set(ids(pages))) == 650
    forms = pdd_gateway.asked("range.get")
    assert forms[0]["last_order_id"] == ""
    assert forms[1]["last_order_id"] == "idtest000300"
    local = (day.start + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M:%S")
    assert forms[0]["start_time"] == local


@pytest.mark.parametrize("time_type", [TimeType.UPDATED, TimeType.CREATED])
def test_an_empty_day_is_one_empty_page(pdd: PddAdapter, day: Window, time_type: TimeType) -> None:
    assert list(pdd.orders(Window(day.start, day.end, time_type))) == [OrderPage(())]
