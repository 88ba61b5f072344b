"""Order rows as lines: states, money after the fee, 维权, slots, ids, buyers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affiliate.networks.taobao.orders import order_line, read_rows
from affiliate.networks.tests.gateways import taobao_rows
from affiliate.networks.tests.gateways.taobao import PID
from affiliate.networks.types import LineState, OrderLine

LOCAL = "2025-06-01 08:05:31"
PLACED = datetime(2025, 6, 1, 0, 5, 31, tzinfo=UTC)
SETTLED = {"tk_status": 3, "pub_share_fee": "26.91", "tk_earning_time": "2025-06-10 10:00:00"}


def line(refunds: list[dict[str, Any]] | None = None, *, readable: bool = True, **changes: Any) -> OrderLine:
    return order_line(taobao_rows.order(1, LOCAL, **changes), PID, (refunds or ()) if readable else None)


def refund(**changes: Any) -> dict[str, Any]:
    return taobao_rows.refund(1, taobao_rows.order(1, LOCAL, **SETTLED), "2025-06-20 09:00:00", **changes)


def test_a_paid_row_is_a_pending_line() -> None:
    found = line()
    assert (found.order_id, found.line_id) == ("4300000000000000021", "4300000000000000022")
    assert (found.state, found.network_state, found.unknown_state) == (LineState.PENDING, "12", False)
    assert (found.amount_minor, found.estimated_commission_minor) == (29_900, 2_422)
    assert found.settled_commission_minor is None
    assert (found.sub_id, found.ad_slot) == ("", PID)
    assert (found.placed_at, found.updated_at, found.paid_at) == (PLACED, PLACED, PLACED)
    assert (found.item_id, found.shop, found.quantity) == ("k2m9x0bb22c-77zzq0testid", "测试旗舰店", 1)


@pytest.mark.parametrize(
    ("status", "state", "unknown"),
    [
        (11, LineState.PENDING, False),
        (12, LineState.PENDING, False),
        (14, LineState.CONFIRMED, False),
        (3, LineState.SETTLED, False),
        (13, LineState.INVALID, False),
        (99, LineState.PENDING, True),
        (0, LineState.PENDING, True),
    ],
)
def test_the_states_of_the_union_are_understood(status: int, state: LineState, unknown: bool) -> None:
    found = line(tk_status=status, pub_share_fee="20.00")
    assert (found.state, found.unknown_state, found.network_state) == (state, unknown, str(status))
    assert found.settled_commission_minor == (1_731 if status == 3 else None)


def test_the_service_fee_is_taken_off_once() -> None:
    found = line(**SETTLED)
    assert (found.settled_commission_minor, found.estimated_commission_minor) == (2_422, 2_422)
    assert line(**SETTLED, alimama_share_fee=None).settled_commission_minor == 2_691


def test_a_settled_row_without_its_amount_is_rejected_and_not_taken_for_zero() -> None:
    rows = [taobao_rows.order(1, LOCAL, tk_status=3, pub_share_fee="")]
    lines, rejected = read_rows(rows, PID, lambda _row: ())
    assert (lines, rejected[0].reason) == ((), "pub_share_fee is missing")


def test_what_was_settled_lower_lowers_the_estimate_of_goods_that_are_kept() -> None:
    assert line(tk_status=14, pub_share_fee="10.00").estimated_commission_minor == 731
    assert line(tk_status=14, pub_share_fee="0").estimated_commission_minor == 2_422


# --- 维权 ---


def test_a_whole_refund_after_settlement_leaves_nothing() -> None:
    found = line([refund()], refund_tag=1, **SETTLED)
    assert (found.state, found.settled_commission_minor, found.refunded_minor) == (LineState.INVALID, None, 29_900)
    assert found.network_state == "3 维权 13"
    assert found.updated_at == datetime(2025, 6, 20, 1, 0, tzinfo=UTC)
    assert found.raw["refund_orders"][0]["refund_suit_id"] == "9001"


def test_a_part_of_it_takes_back_a_part() -> None:
    found = line([refund(refund_fee="100.00", tk_commission_fee_refund="8.10")], refund_tag=1, **SETTLED)
    assert (found.state, found.settled_commission_minor, found.refunded_minor) == (LineState.SETTLED, 1_612, 10_000)


def test_several_refunds_of_one_order_add_up() -> None:
    parts = [
        refund(refund_fee="100.00", tk_commission_fee_refund="8.10"),
        refund(refund_fee="50.00", tk_commission_fee_refund="4.05"),
    ]
    found = line(parts, refund_tag=1, **SETTLED)
    assert (found.settled_commission_minor, found.refunded_minor) == (1_207, 15_000)
    assert found.network_state == "3 维权 13/13"


@pytest.mark.parametrize("status", [3, 4, 11, 14, 15])
def test_what_failed_is_open_or_is_charged_to_the_seller_takes_nothing(status: int) -> None:
    found = line([refund(refund_status=status)], refund_tag=1, **SETTLED)
    assert (found.state, found.settled_commission_minor, found.refunded_minor) == (LineState.SETTLED, 2_422, 0)


def test_a_refund_in_an_unknown_state_holds_the_line() -> None:
    found = line([refund(refund_status=77)], refund_tag=1, **SETTLED)
    assert (found.state, found.unknown_state, found.settled_commission_minor) == (LineState.PENDING, True, None)


def test_a_refund_that_may_not_be_read_holds_the_line_rather_than_paying_it() -> None:
    found = line(readable=False, refund_tag=1, **SETTLED)
    assert (found.state, found.doubt, found.network_state) == (LineState.PENDING, "contradiction", "3 维权 ?")


def test_where_the_parts_are_not_told_the_whole_that_is_shown_goes_back() -> None:
    bare = {"tk_commission_fee_refund": None, "tk_subsidy_fee_refund": None, "show_return_fee": "10.00"}
    assert line([refund(**bare)], refund_tag=1, **SETTLED).settled_commission_minor == 1_422


# --- identity ---


def test_a_share_of_somebody_elses_order_is_a_line_of_its_own() -> None:
    assert line(tk_order_role=3).line_id == line().line_id + ":3"


@pytest.mark.parametrize(
    ("changes", "pid", "slot"),
    [
        ({}, PID, PID),
        ({"relation_id": 2800000001}, PID, f"{PID}:2800000001"),
        ({"adzone_id": 300000009, "site_id": 200000008}, PID, "mm_100000001_200000008_300000009"),
        ({"site_id": None}, PID, PID),
        ({"site_id": None, "adzone_id": 7}, PID, "7"),
        ({}, "", "300000003"),
        ({"adzone_id": 0}, PID, ""),
    ],
)
def test_the_slot_is_written_as_links_name_it(changes: dict[str, Any], pid: str, slot: str) -> None:
    assert order_line(taobao_rows.order(1, LOCAL, **changes), pid).ad_slot == slot


def test_what_tells_of_the_buyer_is_dropped_and_the_rest_kept() -> None:
    found = line(buyer_nick="王", receiver_phone="1", special={"openId": "x", "kept": 1})
    assert not {"buyer_nick", "receiver_phone"} & set(found.raw)
    assert found.raw["special"] == {"kept": 1}
    assert found.raw["pub_share_pre_fee"] == "26.91"


@pytest.mark.parametrize(
    "changes", [{"pub_share_pre_fee": "x"}, {"alipay_total_price": "99999999999"}, {"alimama_share_fee": True}]
)
def test_an_amount_that_cannot_be_read_leaves_its_line_in_doubt(changes: dict[str, Any]) -> None:
    lines, rejected = read_rows([taobao_rows.order(1, LOCAL, **changes)], PID, lambda _row: ())
    assert (rejected, [found.doubt for found in lines]) == ((), ["amount"])


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"trade_id": None}, "trade_id"),
        ({"trade_parent_id": 0}, "trade_parent_id"),
        ({"tk_status": "bald"}, "tk_status"),
        ({"tk_create_time": ""}, "tk_create_time"),
        ({"tk_create_time": "gestern"}, "tk_create_time"),
    ],
)
def test_an_unreadable_row_is_rejected_by_name_and_the_others_count(changes: dict[str, Any], word: str) -> None:
    rows = [taobao_rows.order(1, LOCAL), taobao_rows.order(2, LOCAL, **changes), "no row", taobao_rows.order(3, LOCAL)]
    lines, rejected = read_rows(rows, PID, lambda _row: (), first_line=101)
    assert len(lines) == 2
    assert [row.line for row in rejected] == [102, 103]
    assert word in rejected[0].reason


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=20), st.lists, max_leaves=5), st.data()
)
def test_no_single_wrong_field_breaks_the_page(value: object, data: st.DataObject) -> None:
    row = taobao_rows.order(1, LOCAL, **SETTLED)
    row[data.draw(st.sampled_from(sorted(row)))] = value
    lines, rejected = read_rows([row], PID, lambda _row: [refund()])
    assert len(lines) + len(rejected) == 1


def test_the_fee_that_was_taken_off_is_told() -> None:
    found = line(pub_share_pre_fee="26.91", alimama_share_fee="2.69")
    assert (found.service_fee_minor, found.estimated_commission_minor) == (269, 2_422)
