"""The console's order list."""

from __future__ import annotations

import pytest

from affiliate.networks.errors import BadInput
from affiliate.networks.exports import read_export
from affiliate.networks.meituan.exports import PROFILES

HEADING = "订单号,支付时间,支付金额,预估佣金,退款金额,退款佣金,sid,活动ID,状态"
SETTLED = "100000000000000001,2026-11-01 12:00:00,35.50,1.07,10.00,0.30,a12p345,33,已结算"


def read(*rows: str, heading: str = HEADING) -> tuple:
    result = read_export("\n".join((heading, *rows)).encode("gb18030"), "订单.csv", PROFILES)
    return result.lines, result.rejected


def test_a_row_is_an_order_under_the_number_that_the_api_gives() -> None:
    (line,), rejected = read(SETTLED)
    assert rejected == ()
    assert (line.order_id, line.line_id, line.sub_id) == ("100000000000000001", "100000000000000001", "a12p345")
    assert (line.amount_minor, line.estimated_commission_minor, line.settled_commission_minor) == (3_550, 107, 77)
    assert (line.item_id, line.refunded_minor) == ("act:33", 1_000)
    assert line.placed_at.isoformat() == "2026-11-01T04:00:00+00:00"


@pytest.mark.parametrize(
    ("word", "state"), [("已付款", "pending"), ("已完成", "confirmed"), ("风控", "invalid"), ("已取消", "invalid")]
)
def test_words_are_states(word: str, state: str) -> None:
    (line,), _ = read(SETTLED.replace("已结算", word))
    assert (line.state.value, line.unknown_state, line.settled_commission_minor) == (state, False, None)


def test_a_settled_row_without_its_sum_is_not_settled_at_nothing() -> None:
    (line,), _ = read(SETTLED.replace(",1.07,", ",,"))
    assert (line.state.value, line.settled_commission_minor) == ("confirmed", None)


def test_an_unknown_word_is_pending_and_reported() -> None:
    (line,), _ = read(SETTLED.replace("已结算", "处理中"))
    assert (line.state.value, line.network_state, line.unknown_state) == ("pending", "处理中", True)


def test_a_file_that_a_spreadsheet_rounded_is_refused() -> None:
    with pytest.raises(BadInput):
        read(SETTLED.replace("100000000000000001", "1.00E+17"))


def test_the_sheet_of_who_pays_is_refused() -> None:
    with pytest.raises(BadInput):
        read(SETTLED + ",9.00", heading=HEADING + ",佣金支出")
