"""The order report: windows, pages, halving, and reports that never end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from affiliate.networks.errors import PermissionNeeded, ProtocolError
from affiliate.networks.jd.adapter import JdAdapter
from affiliate.networks.tests.gateways.jd import JdGateway
from affiliate.networks.types import OrderPage, TimeType, Window


@pytest.fixture
def hour() -> Window:
    end = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    return Window(end - timedelta(hours=1), end)


def fill(jd_gateway: JdGateway, window: Window, count: int) -> None:
    for index in range(count):
        jd_gateway.add_order(at=window.start + timedelta(seconds=1 + index * 3500 // count))


def ids(pages: list[OrderPage]) -> list[str]:
    return [line.line_id for page in pages for line in page.lines]


def test_every_row_of_an_hour_comes_once_over_several_pages(jd: JdAdapter, jd_gateway: JdGateway, hour: Window) -> None:
    fill(jd_gateway, hour, 450)
    pages = list(jd.orders(hour))
    assert [len(page.lines) for page in pages] == [200, 200, 50]
    assert len(set(ids(pages))) == 450


def test_the_question_is_asked_as_jd_wants_it(jd: JdAdapter, jd_gateway: JdGateway) -> None:
    start = datetime(2026, 6, 1, 0, 0, tzinfo=UTC)
    list(jd.orders(Window(start, start + timedelta(hours=1), TimeType.CREATED)))
    assert jd_gateway.bodies("order.row.query") == [
        {
            "orderReq": {
                "pageIndex": 1,
                "pageSize": 200,
                "type": 1,
                "startTime": "2026-06-01 08:00:00",
                "endTime": "2026-06-01 09:00:00",
                "fields": "goodsInfo,categoryInfo",
            }
        }
    ]


def test_a_longer_window_and_fractions_of_seconds_never_exceed_an_hour(jd: JdAdapter, jd_gateway: JdGateway) -> None:
    start = datetime(2026, 6, 1, 0, 0, 0, 500, tzinfo=UTC)
    list(jd.orders(Window(start, start + timedelta(hours=2))))
    asked = [(body["orderReq"]["startTime"], body["orderReq"]["endTime"]) for body in jd_gateway.bodies("row.query")]
    assert asked == [
        ("2026-06-01 08:00:00", "2026-06-01 09:00:00"),
        ("2026-06-01 09:00:00", "2026-06-01 10:00:00"),
        ("2026-06-01 10:00:00", "2026-06-01 10:00:01"),
    ]


def test_a_window_that_is_too_full_is_halved_until_it_fits(jd: JdAdapter, jd_gateway: JdGateway, hour: Window) -> None:
    fill(jd_gateway, hour, 90)
    jd_gateway.rows_a_window = 30
    pages = list(jd.orders(hour))
    assert len(set(ids(pages))) == 90
    assert len(jd_gateway.bodies("row.query")) > 4


def test_a_window_found_too_full_on_a_late_page_is_halved_as_well(
    jd: JdAdapter, jd_gateway: JdGateway, hour: Window
) -> None:
    fill(jd_gateway, hour, 390)
    jd_gateway.misbehave("full_late")
    assert len(set(ids(list(jd.orders(hour))))) == 390


def test_a_doubled_page_changes_nothing(jd: JdAdapter, jd_gateway: JdGateway, hour: Window) -> None:
    fill(jd_gateway, hour, 450)
    jd_gateway.misbehave("doubled_page")
    found = ids(list(jd.orders(hour)))
    assert len(found) == len(set(found)) == 450


def test_a_row_that_moved_on_while_being_read_comes_in_its_newer_form(
    jd: JdAdapter, jd_gateway: JdGateway, hour: Window
) -> None:
    fill(jd_gateway, hour, 250)
    pages = jd.orders(hour)
    first = next(pages)
    moved = jd_gateway.orders[0]
    moved |= {"validCode": 17, "modifyTime": jd_gateway.orders[-1]["modifyTime"]}
    later = [line for line in next(pages).lines if line.line_id == moved["id"]]
    assert first.lines[0].line_id == moved["id"]
    assert [line.network_state for line in later] == ["17"]


def test_a_report_without_end_is_given_up_and_what_came_is_kept(
    jd: JdAdapter, jd_gateway: JdGateway, hour: Window
) -> None:
    fill(jd_gateway, hour, 3)
    jd_gateway.misbehave("endless")
    kept: list[OrderPage] = []
    with pytest.raises(ProtocolError) as caught:
        for page in jd.orders(hour):
            kept.append(page)
    assert caught.value.code == "endless"
    assert len(ids(kept)) == 3
    assert len(jd_gateway.bodies("row.query")) == 3


def test_an_empty_hour_is_one_empty_page(jd: JdAdapter, hour: Window) -> None:
    assert list(jd.orders(hour)) == [OrderPage(())]


def test_nothing_found_is_an_empty_hour_as_well(jd: JdAdapter, jd_gateway: JdGateway, hour: Window) -> None:
    jd_gateway.misbehave("inner_201")
    assert list(jd.orders(hour)) == [OrderPage(())]


def test_pages_that_came_before_a_break_are_kept(jd: JdAdapter, jd_gateway: JdGateway, hour: Window) -> None:
    fill(jd_gateway, hour, 250)
    pages = jd.orders(hour)
    first = next(pages)
    jd_gateway.misbehave("html")
    with pytest.raises(ProtocolError):
        next(pages)
    assert len(first.lines) == 200


def test_no_permission_for_orders_is_said(jd: JdAdapter, jd_gateway: JdGateway, hour: Window) -> None:
    jd_gateway.permissions.discard("orders")
    with pytest.raises(PermissionNeeded):
        next(jd.orders(hour))


def test_the_check_is_one_small_order_query(jd: JdAdapter, jd_gateway: JdGateway) -> None:
    jd.check()
    assert len(jd_gateway.calls) == 1
