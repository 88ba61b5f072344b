"""A merchant's own list of orders, with English or Chinese headings, read as strictly as a message."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from affiliate.networks.direct.exports import PROFILES
from affiliate.networks.errors import BadInput
from affiliate.networks.exports import ExportResult, read_export
from affiliate.networks.types import LineState

ENGLISH = "merchant,order_id,line_id,state,amount,commission,placed_at,updated_at,sub_id,item_id,item_title,currency"
CHINESE = "商家,订单号,子订单号,订单状态,付款金额,佣金,下单时间,更新时间,推广标识,商品ID,商品名称,币种"
ROW = "farm,A-1001,2,confirmed,99.00,7.92,2026-11-20 10:00:00,2026-11-20 10:05:00,abcdefgh,honey,椴树蜜,CNY"


def read(heading: str, *rows: str, encoding: str = "utf-8") -> ExportResult:
    return read_export("\n".join((heading, *rows)).encode(encoding), "orders.csv", PROFILES)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("heading", [ENGLISH, CHINESE])
def test_a_file_is_read_in_any_encoding_and_either_language(heading: str, encoding: str) -> None:
    (line,) = read(heading, ROW, encoding=encoding).lines
    assert (line.network, line.merchant, line.line_id) == ("direct", "farm", "farm:A-1001:2")
    assert (line.amount_minor, line.estimated_commission_minor, line.sub_id) == (9_900, 792, "abcdefgh")
    assert (line.item_id, line.item_title) == ("farm:honey", "椴树蜜")
    assert line.placed_at == datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def test_a_settled_row_without_its_sum_is_rejected() -> None:
    result = read(CHINESE, ROW.replace("confirmed", "settled").replace(",7.92,", ",,"))
    assert (result.lines, [row.reason for row in result.rejected]) == ((), ["佣金 is missing"])


@pytest.mark.parametrize("name", ["coupon_code", "优惠码", "券码"])
def test_a_coupon_code_is_read_where_the_file_has_it(name: str) -> None:
    (line,) = read(f"{ENGLISH},{name}", f"{ROW},ANN10").lines
    assert line.coupon_code == "ANN10"
    assert read(ENGLISH, ROW).lines[0].coupon_code == ""


def test_a_file_may_name_authors_by_coupon_code_alone_but_not_by_nothing() -> None:
    heading, row = ENGLISH.replace("sub_id", "coupon_code"), ROW.replace("abcdefgh", "ANN10")
    (line,) = read(heading, row).lines
    assert (line.sub_id, line.coupon_code) == ("", "ANN10")
    with pytest.raises(BadInput, match="sub_id"):
        read(ENGLISH.replace("sub_id", "note"), ROW)


@pytest.mark.parametrize(
    ("word", "state"), [("待确认", LineState.PENDING), ("已结算", LineState.SETTLED), ("Invalid", LineState.INVALID)]
)
def test_the_states_words_are_known(word: str, state: LineState) -> None:
    (line,) = read(CHINESE, ROW.replace("confirmed", word)).lines
    assert line.state is state and not line.unknown_state
    assert (line.settled_commission_minor, line.settled_at is not None) == (
        (792, True) if state is LineState.SETTLED else (None, False)
    )


def test_an_unknown_word_is_held_as_pending() -> None:
    result = read(ENGLISH, ROW.replace("confirmed", "漂流中"))
    assert result.lines[0].state is LineState.PENDING and result.lines[0].unknown_state
    assert result.warnings


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("farm", "Some Farm!"),
        ("A-1001", "订单 一"),
        ("99.00", "九十九"),
        ("7.92", "199.00"),
        ("99.00", "-99.00"),
        ("CNY", "JPY"),
        ("2026-11-20 10:00:00", "26-11-20"),
    ],
)
def test_a_broken_row_is_told_and_the_others_count(old: str, new: str) -> None:
    result = read(ENGLISH, ROW.replace(old, new), ROW.replace("A-1001", "A-1002"))
    assert [line.order_id for line in result.lines] == ["A-1002"]
    assert [row.line for row in result.rejected] == [2]


def test_missing_columns_are_named() -> None:
    with pytest.raises(BadInput) as caught:
        read("merchant,order_id,state,amount,placed_at", "farm,A1,confirmed,1.00,2026-11-20 10:00")
    assert "commission" in caught.value.message and "sub_id" in caught.value.message
