"""The order report: windows of ten days, pages from the last to the first, refunds, and reports that never end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from affiliate.networks.errors import BadInput, PermissionNeeded, ProtocolError
from affiliate.networks.tests.gateways.vip import VipGateway
from affiliate.networks.types import OrderPage, TimeType, Window
from affiliate.networks.vip.adapter import VipAdapter


@pytest.fixture
def days() -> Window:
    end = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    return Window(end - timedelta(days=10), end)


def fill(vip_gateway: VipGateway, window: Window, count: int) -> None:
    seconds = int((window.end - window.start).total_seconds()) - 100
    for index in range(count):
        vip_gateway.add_order(at=window.start + timedelta(seconds=1 + index * seconds // count))


def ids(pages: list[OrderPage]) -> list[str]:
    return [line.line_id for page in pages for line in page.lines]


@pytest.mark.parametrize(("time_type", "name"), [(TimeType.UPDATED, "updateTime"), (TimeType.CREATED, "orderTime")])
def test_every_clock_is_asked_in_milliseconds(
    vip: VipAdapter, vip_gateway: VipGateway, days: Window, time_type: TimeType, name: str
) -> None:
    fill(vip_gateway, days, 2)
    assert len(ids(list(vip.orders(Window(days.start, days.end, time_type))))) == 2
    model = vip_gateway.bodies("orderList")[0]["queryModel"]
    assert model[f"{name}Start"] == int(days.start.timestamp() * 1000)
    assert model[f"{name}End"] == int(days.end.timestamp() * 1000)
    assert (model["page"], model["pageSize"]) == (1, 100)


def test_a_clock_that_vip_has_not_is_refused(vip: VipAdapter, days: Window) -> None:
    with pytest.raises(BadInput):
        vip.orders(Window(days.start, days.end, TimeType.FINISHED))


def test_a_longer_window_is_cut(vip: VipAdapter, vip_gateway: VipGateway, days: Window) -> None:
    list(vip.orders(Window(days.start - timedelta(days=15), days.end)))
    models = [body["queryModel"] for body in vip_gateway.bodies("orderList")]
    spans = [model["updateTimeEnd"] - model["updateTimeStart"] for model in models]
    assert spans == [864_000_000, 864_000_000, 432_000_000]


def test_a_refund_of_an_old_order_brings_the_order_again(
    vip: VipAdapter, vip_gateway: VipGateway, days: Window
) -> None:
    old = vip_gateway.add_order(at=days.start - timedelta(days=30), status=2, settled=1, statParam="a1")
    vip_gateway.add_refund(old["orderSn"], days.start + timedelta(days=1))
    (line,) = [line for page in vip.orders(days) for line in page.lines]
    assert (line.sub_id, line.settled_commission_minor, line.refunded_minor) == ("a1", 0, 12_900)
    kinds = [body["request"]["searchType"] for body in vip_gateway.bodies("refundOrderList")]
    assert kinds == [1, 2]
    assert vip_gateway.bodies("orderList")[-1]["queryModel"]["orderSnList"] == [old["orderSn"]]


def test_a_refund_whose_order_is_not_there_is_reported(vip: VipAdapter, vip_gateway: VipGateway, days: Window) -> None:
    vip_gateway.add_refund("23010199999999", days.start + timedelta(days=1))
    rejected = [row for page in vip.orders(days) for row in page.rejected]
    assert [row.reason for row in rejected] == ["refund of order 23010199999999, which VIP does not report"]


def test_without_permission_for_refunds_orders_still_come_and_somebody_is_told(
    vip: VipAdapter, vip_gateway: VipGateway, days: Window
) -> None:
    fill(vip_gateway, days, 3)
    vip_gateway.permissions.discard("refunds")
    pages = list(vip.orders(days))
    assert len(ids(pages)) == 3
    assert [row.reason for page in pages for row in page.rejected] == ["refunds cannot be read: 没有该接口权限"]


def test_a_result_of_another_shape_is_not_an_empty_page(
    vip: VipAdapter, vip_gateway: VipGateway, days: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vip_gateway, "order_list", lambda model, fault: ["x"])
    with pytest.raises(ProtocolError):
        list(vip.orders(days))


def test_the_check_asks_for_orders(vip: VipAdapter, vip_gateway: VipGateway) -> None:
    vip_gateway.permissions.discard("orders")
    with pytest.raises(PermissionNeeded):
        vip.check()
