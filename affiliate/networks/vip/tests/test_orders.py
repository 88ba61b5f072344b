"""Orders as lines: states, several items, deductions, after-sales, refunds, contradictions, buyers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affiliate.networks.tests.gateways import vip_rows
from affiliate.networks.tests.gateways.vip_rows import DEFAULT_ITEM, detail
from affiliate.networks.types import LineState, OrderLine
from affiliate.networks.vip.orders import allocated, order_lines, read_rows

PLACED = datetime(2026, 6, 1, 0, 20, tzinfo=UTC)
LATER = PLACED + timedelta(days=40)
OTHER = "6919000000000000002"
TWO = [detail(), detail(OTHER, commissionTotalCost="60.00", commission="3.00")]


def line(**changes: Any) -> OrderLine:
    (found,) = order_lines(vip_rows.order(1, PLACED, **changes))
    return found


def test_a_paid_order_is_a_pending_line() -> None:
    found = line(statParam="a12p345")
    assert (found.order_id, found.line_id) == ("23010100000001", f"23010100000001_{DEFAULT_ITEM}_0")
    assert (found.state, found.network_state) == (LineState.PENDING, "1")
    assert (found.amount_minor, found.estimated_commission_minor, found.settled_commission_minor) == (12_900, 645, None)
    assert (found.sub_id, found.ad_slot, found.item_id) == ("a12p345", "default_pid", DEFAULT_ITEM)
    assert found.placed_at == found.updated_at == PLACED


@pytest.mark.parametrize(
    ("status", "settled", "state", "unknown"),
    [
        (0, 0, LineState.INVALID, False),
        (1, 0, LineState.PENDING, False),
        (2, 0, LineState.CONFIRMED, False),
        (2, 1, LineState.SETTLED, False),
        (2, None, LineState.CONFIRMED, False),
        (0, 1, LineState.PENDING, True),
        (1, 1, LineState.PENDING, True),
        (3, 0, LineState.PENDING, True),
        (2, 7, LineState.PENDING, True),
    ],
)
def test_status_and_settled_together_make_the_state(
    status: int, settled: int | None, state: LineState, unknown: bool
) -> None:
    found = line(status=status, settled=settled, settledTime=vip_rows.millis(LATER))
    assert (found.state, found.unknown_state) == (state, unknown)
    assert found.settled_commission_minor == (645 if state is LineState.SETTLED else None)
    assert (found.settled_at is not None) == (state is LineState.SETTLED)


def test_an_item_that_vip_refuses_alone_is_invalid_alone() -> None:
    items = [detail(status=0), TWO[1]]
    lines = order_lines(vip_rows.order(1, PLACED, detailList=items, commission="9.45"))
    assert [found.state for found in lines] == [LineState.INVALID, LineState.PENDING]


def test_an_abnormal_order_is_held() -> None:
    found = line(fdsBlackOrder=1, status=2)
    assert (found.state, found.doubt) == (LineState.PENDING, "contradiction")


def test_an_order_of_two_items_is_two_lines_with_money_of_their_own() -> None:
    lines = order_lines(vip_rows.order(1, PLACED, detailList=TWO, commission="9.45"))
    assert [(found.amount_minor, found.estimated_commission_minor) for found in lines] == [(12_900, 645), (6_000, 300)]
    assert len({found.line_id for found in lines}) == 2


def test_the_same_goods_in_the_same_size_twice_stay_two_lines() -> None:
    lines = order_lines(vip_rows.order(1, PLACED, detailList=[detail(), detail()], commission="12.90"))
    assert [found.line_id[-4:] for found in lines] == ["01_0", "_0#2"]


@pytest.mark.parametrize(
    "changes",
    [
        {"commission": "12.90"},
        {"detailList": [detail(commission="645.00")], "commission": "645.00"},
        {"detailList": [detail(commissionRate="500")]},
    ],
)
def test_figures_that_contradict_each_other_are_held_for_a_person(changes: dict[str, object]) -> None:
    found = line(status=2, settled=1, **changes)
    assert (found.state, found.doubt, found.settled_commission_minor) == (LineState.PENDING, "contradiction", None)


def test_what_is_left_after_deduction_is_shared_out_to_the_fen() -> None:
    order = vip_rows.order(1, PLACED, detailList=TWO, commission="9.45", estimateCommissionAfterDeduction="8.50")
    lines = order_lines(order)
    assert [found.estimated_commission_minor for found in lines] == [580, 270]
    more = vip_rows.order(1, PLACED, estimateCommissionAfterDeduction="99.00")
    assert order_lines(more)[0].estimated_commission_minor == 645


@pytest.mark.parametrize("change", ["-2.00", "2.00"])
def test_an_after_sale_change_is_a_loss_whatever_its_sign(change: str) -> None:
    assert line(afterSaleChangeCommission=change).estimated_commission_minor == 445


@pytest.mark.parametrize(("status", "income"), [(1, 645), (2, 345), (3, 645)])
def test_the_list_of_an_items_after_sales_counts_where_it_is_done(status: int, income: int) -> None:
    info = {"afterSaleChangedCommission": "-3.00", "afterSaleStatus": status, "afterSaleSn": "S1"}
    found = line(afterSaleChangeCommission="-3.00", detailList=[detail(afterSaleInfo=[info])])
    assert found.estimated_commission_minor == income
    assert found.refunded_minor == (6_000 if status == 2 else 0)


def test_a_refund_after_settlement_takes_its_share_from_its_item_and_makes_the_report_newer() -> None:
    order = vip_rows.order(1, PLACED, detailList=TWO, commission="9.45", status=2, settled=1)
    refund = vip_rows.refund(order["orderSn"], LATER)
    first, second = order_lines(order, [refund])
    assert (first.settled_commission_minor, first.refunded_minor) == (0, 12_900)
    assert (second.settled_commission_minor, second.refunded_minor) == (300, 0)
    assert first.updated_at == LATER
    assert first.raw["refunds"][0]["afterSaleSn"] == refund["afterSaleSn"]
    assert "userId" not in first.raw["refunds"][0]


def test_one_loss_in_two_reports_counts_once() -> None:
    order = vip_rows.order(1, PLACED, afterSaleChangeCommission="-6.45")
    (found,) = order_lines(order, [vip_rows.refund(order["orderSn"], LATER)])
    assert found.estimated_commission_minor == 0


@pytest.mark.parametrize("status", [1, 3])
def test_a_refund_that_is_under_way_or_called_off_takes_nothing(status: int) -> None:
    order = vip_rows.order(1, PLACED)
    (found,) = order_lines(order, [vip_rows.refund(order["orderSn"], LATER, afterSaleStatus=status)])
    assert (found.estimated_commission_minor, found.refunded_minor) == (645, 0)


def test_a_refund_without_details_is_that_of_the_only_item() -> None:
    order = vip_rows.order(1, PLACED)
    (found,) = order_lines(order, [vip_rows.refund(order["orderSn"], LATER, refundOrderDetails=None)])
    assert (found.estimated_commission_minor, found.refunded_minor) == (0, 12_900)


def test_what_tells_of_the_buyer_is_dropped_and_the_rest_kept() -> None:
    found = line(userId=7, buyerName="王", phone="1", newField={"kept": 1})
    assert not {"userId", "buyerName", "phone", "openId"} & set(found.raw)
    assert found.raw["newField"] == {"kept": 1}
    assert found.raw["detail"]["goodsId"] == DEFAULT_ITEM


@pytest.mark.parametrize(
    "changes",
    [
        {"detailList": [detail(commission="x")]},
        {"detailList": [detail(commission=True)]},
        {"detailList": [detail(commissionTotalCost="99999999999")]},
    ],
)
def test_an_amount_that_cannot_be_read_leaves_its_line_in_doubt(changes: dict[str, Any]) -> None:
    lines, rejected = read_rows([vip_rows.order(1, PLACED) | changes])
    assert (rejected, [found.doubt for found in lines]) == ((), ["amount"])


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"orderSn": None}, "orderSn"),
        ({"orderSn": "../x"}, "orderSn"),
        ({"status": None}, "status"),
        ({"orderTime": 0}, "orderTime"),
        ({"orderTime": "2026-06-01"}, "orderTime"),
        ({"detailList": []}, "detailList"),
        ({"detailList": None}, "detailList"),
        ({"detailList": [detail(goodsId="")]}, "goodsId"),
        ({"status": 2, "settled": 1, "commission": "", "detailList": [detail(commission="")]}, "commission is missing"),
    ],
)
def test_an_unreadable_order_is_rejected_by_name_and_the_others_count(changes: dict[str, Any], word: str) -> None:
    rows = [vip_rows.order(1, PLACED), vip_rows.order(2, PLACED) | changes, vip_rows.order(3, PLACED)]
    lines, rejected = read_rows(rows, first_line=101)
    assert [found.order_id[-1] for found in lines] == ["1", "3"]
    assert [row.line for row in rejected] == [102]
    assert word in rejected[0].reason


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=20), st.lists, max_leaves=5), st.data()
)
def test_no_single_wrong_field_breaks_the_page(value: object, data: st.DataObject) -> None:
    row = vip_rows.order(1, PLACED)
    target = data.draw(st.sampled_from([row, row["detailList"][0]]))
    target[data.draw(st.sampled_from(sorted(target)))] = value
    lines, rejected = read_rows([row])
    assert lines or rejected
    json.dumps([dict(found.raw) for found in lines])


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**7), min_size=1, max_size=8))
def test_shares_add_up_to_the_fen(total: int, weights: list[int]) -> None:
    shares = allocated(total, weights)
    assert sum(shares) == total
    assert len(shares) == len(weights)
    assert all(share >= 0 for share in shares)
