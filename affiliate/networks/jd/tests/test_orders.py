"""Order rows as lines: states, money, refunds, ids, buyers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affiliate.networks.jd.orders import beijing_time, order_line, pay_date, read_rows
from affiliate.networks.tests.gateways import jd_rows
from affiliate.networks.types import LineState, OrderLine

NOW = datetime(2025, 7, 1, 4, 0, tzinfo=UTC)
PLACED = datetime(2025, 5, 31, 23, 41, 10, tzinfo=UTC)


def line(**changes: Any) -> OrderLine:
    return order_line(jd_rows.order(1, PLACED, **changes), NOW)


def test_a_paid_row_is_a_pending_line() -> None:
    found = line(subUnionId="a42_p9001_k7f3")
    assert (found.order_id, found.line_id, found.item_id) == (
        "310000000001",
        "310000000001_100000000001",
        "100000000001",
    )
    assert (found.state, found.network_state, found.unknown_state) == (LineState.PENDING, "16", False)
    assert (found.amount_minor, found.estimated_commission_minor) == (30_900, 1_112)
    assert found.settled_commission_minor is None
    assert (found.sub_id, found.ad_slot) == ("a42_p9001_k7f3", "3000000001")
    assert found.placed_at == PLACED
    assert found.finished_at is None


@pytest.mark.parametrize("code", [15, 16, 24])
def test_open_codes_are_pending(code: int) -> None:
    assert line(validCode=code).state is LineState.PENDING


@pytest.mark.parametrize(
    "code", [-1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 14, *range(19, 24), *range(25, 32), *range(33, 44)]
)
def test_codes_of_the_table_that_earn_nothing_are_invalid(code: int) -> None:
    found = line(validCode=code)
    assert (found.state, found.unknown_state, found.network_state) == (LineState.INVALID, False, str(code))


@pytest.mark.parametrize("code", [0, 1, 10, 12, 18, 32, 44, 99, 1000])
def test_a_code_of_no_table_is_pending_and_reported(code: int) -> None:
    found = line(validCode=code)
    assert (found.state, found.unknown_state, found.network_state) == (LineState.PENDING, True, str(code))


@pytest.mark.parametrize(
    ("pay_month", "state"),
    [
        ("0", LineState.CONFIRMED),
        (0, LineState.CONFIRMED),
        ("", LineState.CONFIRMED),
        (None, LineState.CONFIRMED),
        ("20250720", LineState.CONFIRMED),
        ("20250701", LineState.CONFIRMED),
        ("20250620", LineState.SETTLED),
        (20250620, LineState.SETTLED),
        ("20259999", LineState.CONFIRMED),
        ("bald", LineState.CONFIRMED),
    ],
)
def test_a_finished_row_is_settled_once_its_pay_day_is_past(pay_month: object, state: LineState) -> None:
    found = line(validCode=17, payMonth=pay_month, actualFee=Decimal("10.50"), finishTime="2025-06-05 10:00:00")
    assert found.state is state
    assert found.settled_commission_minor == (1_050 if state is LineState.SETTLED else None)
    assert (found.settled_at is not None) == (state is LineState.SETTLED)
    assert found.finished_at == datetime(2025, 6, 5, 2, 0, tzinfo=UTC)


def test_a_past_pay_day_settles_nothing_that_is_not_finished() -> None:
    found = line(validCode=16, payMonth="20250620")
    assert (found.state, found.settled_commission_minor) == (LineState.PENDING, None)


def test_a_return_after_completion_lowers_the_estimate_and_tells_what_went_back() -> None:
    found = line(
        validCode=17,
        skuNum=2,
        skuReturnNum=1,
        estimateCosPrice=Decimal("618.00"),
        estimateFee=Decimal("22.24"),
        actualCosPrice=Decimal("309.00"),
        actualFee=Decimal("11.12"),
    )
    assert (found.amount_minor, found.refunded_minor, found.estimated_commission_minor) == (61_800, 30_900, 1_112)


def test_before_completion_the_empty_actual_fee_says_nothing() -> None:
    assert line(validCode=16, skuFrozenNum=1).estimated_commission_minor == 1_112


def test_a_settled_line_may_have_been_clawed_back() -> None:
    found = line(validCode=17, payMonth="20250620", actualFee=Decimal("-2.00"), balanceExt="{20250620:10,20250720:-2}")
    assert found.settled_commission_minor == -200


@pytest.mark.parametrize("absent", [None, ""])
def test_a_settled_row_without_its_amount_is_told_apart_and_not_taken_for_zero(absent: object) -> None:
    row = jd_rows.order(1, PLACED, validCode=17, payMonth="20250620", actualFee=absent)
    lines, rejected = read_rows([row], NOW)
    assert lines == ()
    assert rejected[0].reason == "actualFee is missing"


def test_an_amount_beyond_all_arithmetic_leaves_only_its_row_in_doubt() -> None:
    rows = [jd_rows.order(1, PLACED, estimateFee=Decimal("1e9999999")), jd_rows.order(2, PLACED)]
    lines, rejected = read_rows(rows, NOW)
    assert ([found.doubt for found in lines], rejected) == (["amount", ""], ())


def test_ids_beyond_any_float_stay_exact_and_text() -> None:
    found = line(id="", orderId=9007199254740993123, skuId="100000000000000007")
    assert found.line_id == "9007199254740993123_100000000000000007"


def test_amounts_given_as_text_are_read_as_well() -> None:
    assert line(estimateCosPrice="309.05", estimateFee="11.125").estimated_commission_minor == 1_113


def test_what_tells_of_the_buyer_is_dropped_and_the_rest_kept() -> None:
    found = line(plus=1, userName="王", pin="jd_x", address={"phone": "1"}, newField={"openId": "x", "kept": 1})
    assert not {"plus", "userName", "pin", "address"} & set(found.raw)
    assert found.raw["newField"] == {"kept": 1}
    assert found.raw["validCode"] == 16
    assert found.raw["estimateFee"] == "11.12"


@pytest.mark.parametrize(
    "changes", [{"estimateFee": "x"}, {"estimateFee": True}, {"estimateCosPrice": Decimal("99999999999")}]
)
def test_an_amount_that_cannot_be_read_leaves_its_line_in_doubt(changes: dict[str, Any]) -> None:
    lines, rejected = read_rows([jd_rows.order(1, PLACED, **changes)], NOW)
    assert (rejected, [found.doubt for found in lines]) == ((), ["amount"])


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"orderId": None}, "orderId"),
        ({"orderId": 0}, "orderId"),
        ({"skuId": ""}, "skuId"),
        ({"validCode": "bald"}, "validCode"),
        ({"validCode": None}, "validCode"),
        ({"orderTime": ""}, "orderTime"),
        ({"orderTime": "gestern"}, "orderTime"),
    ],
)
def test_an_unreadable_row_is_rejected_by_name_and_the_others_count(changes: dict[str, Any], word: str) -> None:
    rows = [jd_rows.order(1, PLACED), jd_rows.order(2, PLACED, **changes), jd_rows.order(3, PLACED)]
    lines, rejected = read_rows(rows, NOW, first_line=201)
    assert [found.order_id for found in lines] == ["310000000001", "310000000003"]
    assert [row.line for row in rejected] == [202]
    assert word in rejected[0].reason


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=20), st.lists, max_leaves=5), st.data()
)
def test_no_single_wrong_field_breaks_the_page(value: object, data: st.DataObject) -> None:
    row = jd_rows.order(1, PLACED)
    row[data.draw(st.sampled_from(sorted(row)))] = value
    lines, rejected = read_rows([row], NOW)
    assert len(lines) + len(rejected) == 1


def test_times_are_beijing_times() -> None:
    assert beijing_time("2025-06-01 07:41:10") == PLACED
    assert beijing_time(1748734870000) == PLACED
    assert [beijing_time(empty) for empty in ("", None, 0, "0")] == [None] * 4


def test_a_pay_day_is_past_when_it_is_over_in_beijing() -> None:
    assert pay_date("20250620") == datetime(2025, 6, 20, 16, 0, tzinfo=UTC)


def test_a_line_is_the_same_however_often_it_is_read() -> None:
    assert line() == line()
    assert order_line(jd_rows.order(1, PLACED), NOW + timedelta(days=1)) == line()
