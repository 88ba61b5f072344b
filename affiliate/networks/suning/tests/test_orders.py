"""Order lines: states, settlements, contradictions, buyers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affiliate.networks.suning.orders import read_rows
from affiliate.networks.tests.gateways import suning_rows
from affiliate.networks.types import LineState, OrderLine

PLACED = datetime(2026, 6, 1, 0, 20, tzinfo=UTC)
NUMBER = "32000000000101"


def line(settlement: dict[str, Any] | None = None, **changes: Any) -> OrderLine:
    lines, rejected = read_rows(
        [suning_rows.order(1, PLACED, **changes)], 1, {NUMBER: settlement} if settlement else {}
    )
    assert rejected == ()
    return lines[0]


def granted(**changes: Any) -> dict[str, Any]:
    return suning_rows.settlement(NUMBER, **changes)


def test_a_paid_line_is_pending() -> None:
    found = line(childAccountId="a12p345")
    assert (found.order_id, found.line_id) == ("320000000001", NUMBER)
    assert (found.state, found.network_state) == (LineState.PENDING, "2")
    assert (found.amount_minor, found.estimated_commission_minor, found.settled_commission_minor) == (4_590, 92, None)
    assert (found.sub_id, found.ad_slot, found.item_id) == ("a12p345", "100365", "10073327418-0000000000")
    assert found.placed_at == found.updated_at == found.paid_at == PLACED


@pytest.mark.parametrize(
    ("status", "text", "state", "unknown"),
    [
        ("1", "等待付款", LineState.PENDING, False),
        ("2", "支付完成", LineState.PENDING, False),
        (2, "支付完成", LineState.PENDING, False),
        ("3", "退款", LineState.INVALID, False),
        ("4", "已取消", LineState.INVALID, False),
        ("5", "确认收货", LineState.CONFIRMED, False),
        (None, "确认收货", LineState.CONFIRMED, False),
        (None, "神秘状态", LineState.PENDING, True),
        ("6", "确认收货", LineState.PENDING, True),
        ("0", "", LineState.PENDING, True),
    ],
)
def test_every_status_is_what_the_table_says(status: object, text: str, state: LineState, unknown: bool) -> None:
    found = line(orderLineStatus=status, orderLineStatusDesc=text)
    assert (found.state, found.unknown_state) == (state, unknown)
    assert found.refunded_minor == (4_590 if status == "3" else 0)


def test_a_confirmed_line_that_is_granted_is_settled_at_what_suning_pays() -> None:
    found = line(granted(), orderLineStatus="5")
    assert (found.state, found.settled_commission_minor, found.estimated_commission_minor) == (
        LineState.SETTLED,
        90,
        92,
    )
    assert found.raw["settlement"]["isGrant"] == 1
    open_still = line(granted(isGrant=0), orderLineStatus="5")
    assert (open_still.state, open_still.settled_commission_minor) == (LineState.CONFIRMED, None)


@pytest.mark.parametrize(
    ("settlement", "changes"),
    [
        (None, {"violation": 1}),
        (None, {"promotion": "1"}),
        (None, {"returnCommission": 0}),
        (granted(isWholesale=1), {}),
        (granted(returnCommission="0"), {}),
    ],
)
def test_what_suning_refuses_to_pay_for_is_invalid(settlement: dict[str, Any] | None, changes: dict[str, Any]) -> None:
    assert line(settlement, orderLineStatus="5", **changes).state is LineState.INVALID


@pytest.mark.parametrize(
    ("settlement", "changes"),
    [
        (granted(), {"orderLineStatus": "2"}),
        (None, {"orderLineStatus": "5", "prePayCommission": "92"}),
        (granted(), {"orderLineStatus": "5", "prePayCommission": "92"}),
    ],
)
def test_what_contradicts_itself_is_held_for_a_person(
    settlement: dict[str, Any] | None, changes: dict[str, Any]
) -> None:
    found = line(settlement, **changes)
    assert (found.state, found.doubt, found.unknown_state) == (LineState.PENDING, "contradiction", False)
    assert found.settled_commission_minor is None


def test_a_grant_nobody_knows_is_an_unknown_state() -> None:
    found = line(granted(isGrant=7), orderLineStatus="5")
    assert (found.state, found.doubt, found.unknown_state) == (LineState.PENDING, "", True)


@pytest.mark.parametrize("absent", [None, ""])
def test_a_settled_line_without_its_amount_is_told_apart_and_not_taken_for_zero(absent: object) -> None:
    rows = [suning_rows.order(1, PLACED, orderLineStatus="5")]
    lines, rejected = read_rows(rows, 1, {NUMBER: granted(needPayCommission=absent)})
    assert lines == ()
    assert rejected[0].reason == "needPayCommission is missing"


def test_what_tells_of_the_buyer_is_dropped_and_the_rest_kept() -> None:
    found = line(buyerName="王", receiverPhone="1", memberId="m", custNo="7", newField={"kept": 1})
    assert not {"buyerName", "receiverPhone", "memberId", "custNo"} & set(found.raw["detail"])
    assert found.raw["detail"]["newField"] == {"kept": 1}
    assert "orderDetail" not in found.raw


@pytest.mark.parametrize(
    "changes",
    [{"payAmount": "x"}, {"payAmount": True}, {"payAmount": "99999999999"}, {"prePayCommission": "1e9999999"}],
)
def test_an_amount_that_cannot_be_read_leaves_its_line_in_doubt(changes: dict[str, Any]) -> None:
    lines, rejected = read_rows([suning_rows.order(1, PLACED, **changes)])
    assert (rejected, [found.doubt for found in lines]) == ((), ["amount"])


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"orderLineNumber": None}, "orderLineNumber"),
        ({"orderLineNumber": "../x"}, "orderLineNumber"),
        ({"orderSubmitTime": "", "payTime": ""}, "orderSubmitTime"),
        ({"orderSubmitTime": "bald"}, "orderSubmitTime"),
        ({"saleNum": "1.5"}, "saleNum"),
    ],
)
def test_an_unreadable_line_is_rejected_by_name_and_the_others_count(changes: dict[str, Any], word: str) -> None:
    rows = [suning_rows.order(n, PLACED, **(changes if n == 2 else {})) for n in (1, 2, 3)]
    lines, rejected = read_rows(rows, first_line=51)
    assert [found.order_id[-1] for found in lines] == ["1", "3"]
    assert [row.line for row in rejected] == [52]
    assert word in rejected[0].reason


@pytest.mark.parametrize("row", [None, 7, {}, {"orderCode": "1", "orderDetail": None}, {"orderDetail": []}])
def test_an_order_without_lines_is_told_apart(row: object) -> None:
    lines, rejected = read_rows([row])
    assert (lines, rejected[0].reason) == ((), "orderDetail is missing")


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=20), st.lists, max_leaves=5), st.data()
)
def test_no_single_wrong_field_breaks_the_page(value: object, data: st.DataObject) -> None:
    row = suning_rows.order(1, PLACED)
    detail = row["orderDetail"][0]
    detail[data.draw(st.sampled_from(sorted(detail)))] = value
    lines, rejected = read_rows([row])
    assert len(lines) + len(rejected) == 1
    json.dumps([dict(found.raw) for found in lines])
