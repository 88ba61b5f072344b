"""Single cells: dirt, ids, amounts, times."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affiliate.networks.exports_cells import (
    BEIJING,
    amount_cell,
    clean_cell,
    count_cell,
    heading_key,
    id_cell,
    is_scientific,
    time_cell,
)

AT = datetime(2025, 5, 31, 23, 41, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "value", ["123", "'123", "\t123\t", '"123"', '="123"', "\ufeff123", "　123　", "123\x00", '="123"\t']
)
def test_dirt_comes_off(value: str) -> None:
    assert clean_cell(value) == "123"


@pytest.mark.parametrize("value", ["", " ", "-", "--", "—", "无", "NULL", "null", "None", "nan", "'"])
def test_words_for_nothing_are_nothing(value: str) -> None:
    assert clean_cell(value) == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [("123.0", "123"), ("１２３", "123"), ("250601-123", "250601-123"), ("1" * 16 + ".0", "1" * 16 + ".0")],
)
def test_ids_are_text_and_lose_a_spreadsheets_fraction_only_where_no_digit_is_lost(value: str, expected: str) -> None:
    assert id_cell(value) == expected


@pytest.mark.parametrize(
    ("value", "lost"), [("5.12E+17", True), ("5e17", True), ("'5.12E+17", True), ("512", False), ("E12", False)]
)
def test_lost_digits_are_noticed(value: str, lost: bool) -> None:
    assert is_scientific(value) is lost


@pytest.mark.parametrize(
    ("value", "minor"),
    [
        ("1,234.50", 123_450),
        ("¥12.30", 1_230),
        ("12.30元", 1_230),
        ("(12.30)", -1_230),
        ("-12.3", -1_230),
        ("", 0),
        ("--", 0),
    ]
    + [("12", 1_200), ("１２．３０", 1_230), ("￥ 5", 500), ("11.120000000000001", 1_112), ("1e-05", 0)],
)
def test_amounts_come_in_many_dresses(value: str, minor: int) -> None:
    assert amount_cell(value) == minor


@pytest.mark.parametrize("value", ["abc", "12.3.4", "5.12E+17", "12%", "一百", "1 2x"])
def test_what_is_no_amount_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        amount_cell(value)


@pytest.mark.parametrize(
    "value",
    [
        "2025-06-01 07:41:10",
        "2025/6/1 7:41:10",
        "2025-06-01T07:41:10",
        "2025年6月1日 7:41:10",
        "2025-06-01 07:41:10.000",
    ]
    + [
        "2025-06-01T07:41:10+08:00",
        "2025-05-31T23:41:10Z",
        "1748734870000",
        "45809.32025462963",
        "\t2025-06-01 07:41:10",
    ],
)
def test_times_come_in_many_dresses(value: str) -> None:
    assert time_cell(value) == AT


@pytest.mark.parametrize("value", ["", "0", "--", "NULL", "1970-01-01 08:00:00", "2000-01-01 00:00:00"])
def test_words_for_no_time_are_no_time(value: str) -> None:
    assert time_cell(value) is None


@pytest.mark.parametrize(
    "value", ["25-06-01", "06/01/2025", "2025-13-01", "2025-02-30", "gestern", "2025-06-01 25:00:00"]
)
def test_what_is_no_time_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="time"):
        time_cell(value)


@given(st.integers(min_value=1_000_000_000, max_value=4_000_000_000))
def test_every_time_survives_its_text(seconds: int) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert time_cell(at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")) == at


@pytest.mark.parametrize("value", ["订单号", " 订单号 ", "订单号\t", "\ufeff订单号", "订 单 号", "*订单号"])
def test_headings_are_the_same_whatever_surrounds_them(value: str) -> None:
    assert heading_key(value) == "订单号"


def test_brackets_and_case_of_headings_do_not_matter() -> None:
    assert heading_key("订单金额（元）") == heading_key("订单金额(元)")
    assert heading_key("商品 ID") == heading_key("商品id")


def test_counts_are_whole() -> None:
    assert [count_cell(value) for value in ("", "2", "2.0", "'3")] == [0, 2, 2, 3]
    with pytest.raises(ValueError, match="whole"):
        count_cell("1.5")
