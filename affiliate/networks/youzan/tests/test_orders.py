"""Orders as lines: states, money in yuan, whose they are, paging, going back, buyers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from affiliate.networks.errors import BadInput, ProtocolError
from affiliate.networks.tests.gateways.youzan import NUMBER, OTHER_SELLER, SELLER, YouzanGateway
from affiliate.networks.types import LineState, OrderLine, TimeType, Window
from affiliate.networks.youzan.adapter import YouzanAdapter
from affiliate.networks.youzan.orders import order_line, read_rows
from affiliate.networks.youzan.pages import BEFORE

AT = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3)
AROUND = Window(AT - timedelta(minutes=1), AT + timedelta(hours=1), TimeType.CREATED)
TRADES = "youzan.salesman.trades.get"
SETTLED = {"settle_state": 2, "state": 100, "settled_at": "2026-11-20 09:00:00"}


def row(**changes: Any) -> dict[str, Any]:
    return YouzanGateway().add_order(at=AT, **changes)


def line(**changes: Any) -> OrderLine:
    return order_line(row(**changes), SELLER)


def read(adapter: YouzanAdapter, window: Window = AROUND) -> list[OrderLine]:
    return [found for page in adapter.orders(window) for found in page.lines]


def test_the_published_row_is_read() -> None:
    published = {
        "order_no": "E20240102000000000000001",
        "seller": "AbC12",
        "phone": "13800000000",
        "money": "99.00",
        "cps_money": "9.90",
        "created_at": "2024-01-02 11:00:00",
        "state": 5,
        "settle_state": 1,
        "auto_settle": 1,
        "settled_at": "",
        "items": [{"num_iid": "442495795", "title": "示例商品", "price": "99.00", "num": 1, "i_cps_money": "9.90"}],
    }
    found = order_line(published, "AbC12")
    assert (found.order_id, found.line_id, found.ad_slot) == (published["order_no"], published["order_no"], "AbC12")
    assert (found.amount_minor, found.estimated_commission_minor, found.settled_commission_minor) == (9_900, 990, None)
    assert found.placed_at == datetime(2024, 1, 2, 3, 0, tzinfo=UTC)
    assert (found.item_id, found.item_title, found.settled_at) == ("442495795", "示例商品", None)


@pytest.mark.parametrize(
    ("state", "settle", "ours"),
    [
        (3, 0, "pending"),
        (5, 1, "pending"),
        (6, 1, "pending"),
        (100, 1, "confirmed"),
        ("100", "3", "confirmed"),
        (100, 4, "confirmed"),
        (100, 5, "confirmed"),
        (100, 2, "settled"),
        (5, 2, "settled"),
    ],
)
def test_states_are_those_of_the_vendors_tables(state: object, settle: object, ours: str) -> None:
    found = line(state=state, settle_state=settle)
    assert (found.state.value, found.network_state, found.unknown_state) == (ours, f"{state}/{settle}", False)
    assert found.settled_commission_minor == (780 if ours == "settled" else None)


@pytest.mark.parametrize(("state", "settle"), [(99, 1), (5, 9), ("", 1), (None, None), ("paid", 0)])
def test_an_unknown_state_is_pending_and_reported(state: object, settle: object) -> None:
    found = line(state=state, settle_state=settle)
    assert (found.state, found.unknown_state) == (LineState.PENDING, True)


def test_what_a_refund_leaves_is_what_counts() -> None:
    found = line(**SETTLED, cps_money="3.90", money="39.00")
    assert (found.amount_minor, found.settled_commission_minor) == (3_900, 390)
    assert found.settled_at == datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def test_an_order_of_several_items_is_one_line_with_the_money_of_the_order() -> None:
    items = [{"num_iid": str(one), "title": f"第 {one} 件", "price": "50.00", "num": 2} for one in (1, 2)]
    found = line(items=items, money="78.00", cps_money="7.80")
    assert (found.amount_minor, found.estimated_commission_minor, found.quantity) == (7_800, 780, 4)
    assert (found.item_id, found.item_title) == ("", "第 1 件")


def test_nothing_about_the_buyer_or_the_salesmans_number_is_kept() -> None:
    kept = str(line().raw)
    assert "538312636" not in kept and "13800000000" not in kept
    assert SELLER in kept


@pytest.mark.parametrize(
    "changes",
    [
        {"order_no": ""},
        {"seller": OTHER_SELLER},
        {"created_at": ""},
        {"created_at": "soon"},
        {"cps_money": None},
        {"money": 78.5},
        {"money": "面议"},
        {"cps_money": "1e12"},
        {"settled_at": "2026-13-40 00:00:00"},
    ],
)
def test_what_cannot_be_read_is_rejected_and_the_rest_counts(changes: dict[str, Any]) -> None:
    lines, rejected = read_rows([row(), {**row(), **changes}, "nonsense", row(seller="")], SELLER)
    assert len(lines) == 1
    assert [entry.line for entry in rejected] == [2, 3, 4]


@pytest.mark.parametrize("newer", [True, False], ids=["list", "trades"])
def test_a_window_gives_every_line_of_every_salesman_once(
    youzan: YouzanAdapter, gateway: YouzanGateway, newer: bool
) -> None:
    gateway.newer_envelope = newer
    for index in range(230):
        gateway.add_order(at=AT + timedelta(seconds=index), seller=SELLER if index % 3 else OTHER_SELLER)
    found = read(youzan)
    assert len(found) == len({one.line_id for one in found}) == 230
    assert {one.ad_slot for one in found} == {SELLER, OTHER_SELLER}
    assert {one.item_id for one in found} == {str(NUMBER)}


@pytest.mark.parametrize("days", [before.days for before in BEFORE])
def test_an_order_comes_again_after_days_with_what_became_of_it(
    youzan: YouzanAdapter, gateway: YouzanGateway, days: int
) -> None:
    gateway.add_order(at=AT - timedelta(days=days), **SETTLED)
    assert [one.state for one in read(youzan)] == [LineState.SETTLED]


def test_rows_of_strangers_are_rejected_and_said(youzan: YouzanAdapter, gateway: YouzanGateway) -> None:
    gateway.add_order(at=AT)
    gateway.add_order(at=AT, seller="stranger")
    gateway.misbehave("strangers")
    pages = list(youzan.orders(AROUND))
    assert [one.ad_slot for page in pages for one in page.lines] == [SELLER]
    assert all("stranger" in entry.reason for page in pages for entry in page.rejected)
    assert any(page.rejected for page in pages)


def test_a_salesman_who_left_keeps_nobody_elses_orders_back(youzan: YouzanAdapter, gateway: YouzanGateway) -> None:
    del gateway.salesmen[SELLER]
    gateway.add_order(at=AT, seller=OTHER_SELLER)
    pages = list(youzan.orders(AROUND))
    assert [one.ad_slot for page in pages for one in page.lines] == [OTHER_SELLER]
    assert [(entry.line, SELLER in entry.reason) for page in pages for entry in page.rejected] == [(0, True)]


def test_only_the_time_of_the_order_can_be_asked_for(youzan: YouzanAdapter) -> None:
    with pytest.raises(BadInput, match="by this time"):
        list(youzan.orders(Window(AROUND.start, AROUND.end, TimeType.UPDATED)))


def test_pages_that_repeat_are_an_error(youzan: YouzanAdapter, gateway: YouzanGateway) -> None:
    for index in range(150):
        gateway.add_order(at=AT + timedelta(seconds=index))
    gateway.misbehave("endless")
    kept = []
    with pytest.raises(ProtocolError, match="does not come to an end"):
        for page in youzan.orders(AROUND):
            kept.extend(page.lines)
    assert len(kept) == 100


def test_times_are_asked_in_whole_seconds_of_the_epoch(youzan: YouzanAdapter, gateway: YouzanGateway) -> None:
    read(youzan)
    first = gateway.bodies(TRADES)[0]
    assert (first["start_time"], first["end_time"]) == (int(AROUND.start.timestamp()), int(AROUND.end.timestamp()))
    assert (first["page_no"], first["page_size"]) == (1, 100)
