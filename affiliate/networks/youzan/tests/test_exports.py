"""The shop's sheet of salesmen's orders: our rows alone."""

from __future__ import annotations

import pytest

from affiliate.networks.errors import BadInput, Reauthorise
from affiliate.networks.exports import ExportResult, read_export
from affiliate.networks.youzan.adapter import YouzanAdapter

HEADING = "订单号,下单时间,订单金额,分销员,手机号,商品佣金,邀请奖励,结算状态,结算时间,商品名称"
OURS = "E20261101120000045900001,2026-11-01 12:00:00,78.00,小红,13800000000,7.80,0.78,已结算,2026-11-20 09:00:00,蜂蜜"
THEIRS = OURS.replace("00001", "00002").replace("13800000000", "13900000000")
SALESMEN = "2t2yTC:13800000000 Xy9zQ2:fans5837957803"


def read(*rows: str, heading: str = HEADING, salesmen: str = SALESMEN) -> ExportResult:
    profiles = YouzanAdapter({"SALESMEN": salesmen}).export_profiles()
    return read_export("\n".join((heading, *rows)).encode("gb18030"), "分销员订单.csv", profiles)


def test_a_row_is_an_order_under_the_number_that_the_api_gives() -> None:
    result = read(OURS)
    (line,) = result.lines
    assert result.rejected == ()
    assert (line.order_id, line.line_id, line.ad_slot) == (OURS[:24], OURS[:24], "2t2yTC")
    assert (line.amount_minor, line.estimated_commission_minor, line.settled_commission_minor) == (7_800, 780, 780)
    assert line.placed_at.isoformat() == "2026-11-01T04:00:00+00:00"
    assert "13800000000" not in str(line.raw)


def test_a_settled_row_without_its_sum_is_not_settled_at_nothing() -> None:
    (line,) = read(OURS.replace(",7.80,", ",,")).lines
    assert (line.state.value, line.settled_commission_minor) == ("confirmed", None)


def test_a_salesman_without_a_number_is_told_by_the_code() -> None:
    (line,) = read(OURS.replace("小红", "Xy9zQ2").replace("13800000000", "")).lines
    assert line.ad_slot == "Xy9zQ2"


def test_other_peoples_orders_are_left_out_and_said() -> None:
    result = read(OURS, THEIRS)
    assert [line.order_id for line in result.lines] == [OURS[:24]]
    assert [(entry.line, "none of the salesmen" in entry.reason) for entry in result.rejected] == [(3, True)]


def test_without_salesmen_no_row_is_anybodys() -> None:
    result = read(OURS, salesmen="")
    assert (result.lines, len(result.rejected)) == ((), 1)


def test_salesmen_that_cannot_be_read_refuse_the_file() -> None:
    with pytest.raises(Reauthorise, match="Entry 2"):
        read(OURS, salesmen="2t2yTC:13800000000 nonsense")


@pytest.mark.parametrize("word", ["待结算", "余额不足", "结算异常", "货到付款"])
def test_what_is_not_settled_is_no_money_yet(word: str) -> None:
    (line,) = read(OURS.replace("已结算", word)).lines
    assert (line.state.value, line.unknown_state, line.settled_commission_minor) == ("pending", False, None)


def test_an_unknown_word_is_pending_and_reported() -> None:
    (line,) = read(OURS.replace("已结算", "处理中")).lines
    assert (line.state.value, line.network_state, line.unknown_state) == ("pending", "处理中", True)


def test_the_sheet_of_who_pays_is_refused() -> None:
    with pytest.raises(BadInput, match="merchant"):
        read(OURS + ",9.00", heading=HEADING + ",佣金支出")
