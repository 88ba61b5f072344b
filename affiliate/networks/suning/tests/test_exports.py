"""Order details of Suning's back-end as a file."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from affiliate.networks.errors import BadInput
from affiliate.networks.exports import ExportResult, read_export
from affiliate.networks.suning.exports import PROFILES
from affiliate.networks.suning.orders import read_rows
from affiliate.networks.tests.gateways import suning_rows
from affiliate.networks.types import LineState

ROW = {
    "订单号": "320000000001",
    "行项目号": "32000000000101",
    "商品编码": "10073327418",
    "店铺编码": "0000000000",
    "商品名称": "示例洗衣液3kg",
    "数量": "1",
    "订单行状态": "支付完成",
    "下单时间": "2026-06-01 08:20:00",
    "支付时间": "2026-06-01 08:20:00",
    "支付金额": "45.90",
    "佣金比例": "0.02",
    "预估佣金": "0.92",
    "结算佣金": "",
    "结算时间": "",
    "推广位ID": "100365",
    "子推广账号": "a12p345",
}
HEADING = list(ROW)


def table(*changes: dict[str, str]) -> str:
    rows = [[(ROW | change).get(name, "") for name in HEADING] for change in changes or ({},)]
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in [HEADING, *rows]) + "\n"


def read(text: str, encoding: str = "utf-8") -> ExportResult:
    return read_export(text.encode(encoding), "orders.csv", PROFILES)


def test_file_and_interface_give_the_same_line_its_key_and_its_money() -> None:
    result = read(table())
    (line,) = result.lines
    (same,), _ = read_rows([suning_rows.order(1, datetime(2026, 6, 1, 0, 20, tzinfo=UTC), childAccountId="a12p345")])
    names = ("line_id", "order_id", "item_id", "state", "amount_minor", "estimated_commission_minor", "placed_at")
    for name in (*names, "sub_id", "ad_slot"):
        assert getattr(line, name) == getattr(same, name), name
    assert (result.rejected, result.warnings) == ((), ())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_the_encoding_changes_nothing(encoding: str) -> None:
    assert read(table(), encoding).lines == read(table()).lines


@pytest.mark.parametrize(
    ("word", "state", "unknown"),
    [
        ("等待付款", LineState.PENDING, False),
        ("支付完成", LineState.PENDING, False),
        ("退款", LineState.INVALID, False),
        ("已取消", LineState.INVALID, False),
        ("确认收货", LineState.CONFIRMED, False),
        ("已结算", LineState.SETTLED, False),
        ("违规", LineState.INVALID, False),
        ("神秘状态", LineState.PENDING, True),
    ],
)
def test_the_words_are_understood(word: str, state: LineState, unknown: bool) -> None:
    (line,) = read(table({"订单行状态": word, "结算佣金": "0.90"})).lines
    assert (line.state, line.unknown_state, line.network_state) == (state, unknown, word)
    assert line.settled_commission_minor == (90 if state is LineState.SETTLED else None)


def test_a_settled_row_that_does_not_tell_the_sum_is_not_settled_at_zero() -> None:
    (line,) = read(table({"订单行状态": "已结算"})).lines
    assert (line.state, line.settled_commission_minor) == (LineState.CONFIRMED, None)


def test_a_commission_above_amount_times_rate_is_held() -> None:
    (line,) = read(table({"预估佣金": "92.00"})).lines
    assert (line.state, line.doubt, line.unknown_state) == (LineState.PENDING, "contradiction", False)


@pytest.mark.parametrize("change", [{"订单号": "<b>"}, {"行项目号": ""}, {"下单时间": ""}, {"预估佣金": "abc"}])
def test_a_broken_row_is_rejected_and_the_others_are_taken(change: dict[str, str]) -> None:
    result = read(table({}, {"订单号": "320000000002"} | change))
    assert len(result.lines) == 1
    assert [row.line for row in result.rejected] == [3]


def test_rounded_numbers_cost_the_whole_file() -> None:
    with pytest.raises(BadInput) as caught:
        read(table({"行项目号": "3.2E+13"}))
    assert caught.value.code == "lost_digits"


def test_a_sheet_of_what_is_paid_out_is_refused_and_missing_columns_are_named() -> None:
    with pytest.raises(BadInput) as caught:
        read(table().replace("结算佣金", "佣金支出"))
    assert caught.value.code == "merchant_file"
    with pytest.raises(BadInput) as caught:
        read(table().replace("支付金额", "备注"))
    assert caught.value.code == "missing_columns"
