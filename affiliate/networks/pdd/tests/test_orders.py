"""Order rows as lines: states, fen, contradictions, sub-IDs, buyers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affiliate.networks.pdd.orders import order_line, read_rows, sub_id_of
from affiliate.networks.tests.gateways import pdd_rows
from affiliate.networks.types import LineState, OrderLine

PLACED = datetime(2025, 6, 1, 0, 20, tzinfo=UTC)


def line(**changes: Any) -> OrderLine:
    return order_line(pdd_rows.order(1, PLACED, **changes))


def test_a_paid_row_is_a_pending_line_in_fen() -> None:
    found = line(sid="p9001k7", uid="a42")
    assert (found.order_id, found.line_id) == ("250601-000000000000001", "250601-000000000000001")
    assert (found.state, found.network_state, found.unknown_state) == (LineState.PENDING, "1", False)
    assert (found.amount_minor, found.estimated_commission_minor, found.settled_commission_minor) == (2490, 298, None)
    assert (found.sub_id, found.ad_slot, found.item_id) == ("p9001k7", "10000001_200000002", "500000000001")
    assert found.placed_at == found.updated_at == PLACED
    assert found.finished_at is None


@pytest.mark.parametrize(
    ("status", "state", "unknown"),
    [
        (-1, LineState.PENDING, False),
        (0, LineState.PENDING, False),
        (1, LineState.PENDING, False),
        (2, LineState.PENDING, False),
        (3, LineState.CONFIRMED, False),
        (4, LineState.INVALID, False),
        (5, LineState.SETTLED, False),
        (8, LineState.INVALID, False),
        (10, LineState.INVALID, False),
        (6, LineState.PENDING, True),
        (7, LineState.PENDING, True),
        (9, LineState.PENDING, True),
        (99, LineState.PENDING, True),
        ("5", LineState.SETTLED, False),
    ],
)
def test_every_status_is_what_the_table_says(status: object, state: LineState, unknown: bool) -> None:
    found = line(order_status=status, order_settle_time=1751000000)
    assert (found.state, found.unknown_state, found.network_state) == (state, unknown, str(status))
    assert found.settled_commission_minor == (298 if state is LineState.SETTLED else None)
    assert (found.settled_at is not None) == (state is LineState.SETTLED)


def test_why_it_failed_stands_beside_the_state() -> None:
    found = line(order_status=4, fail_reason="买家退款")
    assert (found.state, found.network_state, found.refunded_minor) == (LineState.INVALID, "4 买家退款", 2490)
    other = line(order_status=4, fail_reason="比价订单", price_compare_status=1)
    assert (other.state, other.refunded_minor) == (LineState.INVALID, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"price_compare_status": 1},
        {"return_status": 2},
        {"promotion_amount": 29_800},
        {"order_amount": 24, "promotion_amount": 298},
        {"order_amount": 0},
        {"promotion_rate": 1200},
    ],
)
@pytest.mark.parametrize("status", [1, 3, 5])
def test_figures_that_contradict_each_other_are_held_for_a_person(status: int, changes: dict[str, object]) -> None:
    found = line(order_status=status, **changes)
    assert (found.state, found.doubt, found.unknown_state) == (LineState.PENDING, "contradiction", False)
    assert found.settled_commission_minor is None


@pytest.mark.parametrize(
    "changes",
    [
        {"price_compare_status": 1, "promotion_amount": 0},
        {"promotion_amount": 250},
        {"promotion_amount": 303},
        {"promotion_amount": 398, "subsidy_amount": 100},
        {"promotion_rate": None, "promotion_amount": 900},
    ],
)
def test_figures_that_can_be_so_are_not_held(changes: dict[str, object]) -> None:
    assert not line(**changes).doubt


def test_a_negative_commission_comes_through_to_be_held_by_the_ledger() -> None:
    assert line(promotion_amount=-298).estimated_commission_minor == -298


@pytest.mark.parametrize("absent", [None, ""])
def test_a_settled_row_without_its_amount_is_told_apart_and_not_taken_for_zero(absent: object) -> None:
    lines, rejected = read_rows([pdd_rows.order(1, PLACED, order_status=5, promotion_amount=absent)])
    assert lines == ()
    assert rejected[0].reason == "promotion_amount is missing"


@pytest.mark.parametrize(
    "changes",
    [
        {"order_amount": "24.90"},
        {"order_amount": 24.9},
        {"promotion_amount": "2.98"},
        {"promotion_amount": True},
        {"promotion_amount": 10**14},
    ],
)
def test_an_amount_that_cannot_be_read_leaves_its_line_in_doubt(changes: dict[str, Any]) -> None:
    lines, rejected = read_rows([pdd_rows.order(1, PLACED) | changes])
    assert (rejected, [found.doubt for found in lines]) == ((), ["amount"])


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"order_sn": None}, "order_sn"),
        ({"order_sn": "../x"}, "order_sn"),
        ({"order_sn": "<b>"}, "order_sn"),
        ({"order_status": None}, "order_status"),
        ({"order_status": "bald"}, "order_status"),
        ({"order_create_time": 0, "order_pay_time": 0}, "order_create_time"),
        ({"order_create_time": "2025-06-01"}, "order_create_time"),
    ],
)
def test_an_unreadable_row_is_rejected_by_name_and_the_others_count(changes: dict[str, Any], word: str) -> None:
    rows = [pdd_rows.order(1, PLACED), pdd_rows.order(2, PLACED) | changes, pdd_rows.order(3, PLACED)]
    lines, rejected = read_rows(rows, first_line=51)
    assert [found.order_id[-1] for found in lines] == ["1", "3"]
    assert [row.line for row in rejected] == [52]
    assert word in rejected[0].reason


def test_what_tells_of_the_buyer_is_dropped_and_the_rest_kept() -> None:
    found = line(buyer_nick="王", receiver_phone="1", member_id="m", new_field={"open_id": "x", "kept": 1})
    assert not {"buyer_nick", "receiver_phone", "member_id"} & set(found.raw)
    assert found.raw["new_field"] == {"kept": 1}
    assert found.raw["order_status"] == 1


@pytest.mark.parametrize(
    ("text", "sub_id"),
    [
        ('{"uid":"zc","sid":"a1"}', "a1"),
        ({"uid": "zc", "sid": "a1"}, "a1"),
        ('{"uid":"zc"}', ""),
        ("a1", ""),
        ("", ""),
        (None, ""),
        ("[1]", ""),
        ('{"sid":7}', ""),
        ('{"sid":', ""),
        ("[" * 900, ""),
        ('{"sid":"' + "x" * 2000 + '"}', ""),
    ],
)
def test_the_sid_is_read_where_there_is_one(text: object, sub_id: str) -> None:
    assert sub_id_of(text) == sub_id


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=20), st.lists, max_leaves=5), st.data()
)
def test_no_single_wrong_field_breaks_the_page(value: object, data: st.DataObject) -> None:
    row = pdd_rows.order(1, PLACED)
    row[data.draw(st.sampled_from(sorted(row)))] = value
    lines, rejected = read_rows([row])
    assert len(lines) + len(rejected) == 1
    json.dumps([dict(found.raw) for found in lines])


def test_a_line_is_the_same_however_often_it_is_read() -> None:
    assert line() == line()
