"""Order details of VIP's back-end as a file."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from affiliate.networks.errors import BadInput
from affiliate.networks.exports import ExportResult, read_export
from affiliate.networks.tests.gateways import vip_rows
from affiliate.networks.types import LineState
from affiliate.networks.vip.exports import PROFILES
from affiliate.networks.vip.orders import order_lines

ROW = {
    "订单号": "23010100000001",
    "商品ID": "6919000000000000001",
    "尺码ID": "0",
    "商品名称": "示例纯棉T恤 短袖",
    "商品数量": "1",
    "订单状态": "已付款",
    "下单时间": "2026-06-01 08:20:00",
    "计佣金额": "129.00",
    "佣金比例": "5%",
    "佣金": "6.45",
    "售后佣金变动": "",
    "结算时间": "",
    "PID": "default_pid",
    "自定义参数": "a12p345",
}
HEADING = list(ROW)


def table(*changes: dict[str, str], heading: list[str] | None = None) -> str:
    rows = [[(ROW | change).get(name, "") for name in HEADING] for change in changes or ({},)]
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in [heading or HEADING, *rows]) + "\n"


def read(text: str, encoding: str = "utf-8") -> ExportResult:
    return read_export(text.encode(encoding), "orders.csv", PROFILES)


def test_file_and_interface_give_the_same_line_its_key_and_its_money() -> None:
    result = read(table())
    (line,) = result.lines
    (same,) = order_lines(vip_rows.order(1, datetime(2026, 6, 1, 0, 20, tzinfo=UTC), statParam="a12p345"))
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
        ("不合格", LineState.INVALID, False),
        ("已失效", LineState.INVALID, False),
        ("待定", LineState.PENDING, False),
        ("已下单", LineState.PENDING, False),
        ("已付款", LineState.PENDING, False),
        ("已签收", LineState.PENDING, False),
        ("已完结", LineState.CONFIRMED, False),
        ("待结算", LineState.CONFIRMED, False),
        ("已结算", LineState.SETTLED, False),
        ("神秘状态", LineState.PENDING, True),
    ],
)
def test_the_words_are_understood(word: str, state: LineState, unknown: bool) -> None:
    (line,) = read(table({"订单状态": word})).lines
    assert (line.state, line.unknown_state, line.network_state) == (state, unknown, word)
    assert line.settled_commission_minor == (645 if state is LineState.SETTLED else None)


def test_a_settled_row_that_does_not_tell_the_sum_is_not_settled_at_zero() -> None:
    (line,) = read(table({"订单状态": "已结算", "佣金": ""})).lines
    assert (line.state, line.settled_commission_minor) == (LineState.CONFIRMED, None)


def test_an_after_sale_change_lowers_the_commission_and_a_contradiction_is_held() -> None:
    changed, odd = read(table({"售后佣金变动": "-2.00"}, {"订单号": "23010100000002", "佣金": "645.00"})).lines
    assert changed.estimated_commission_minor == 445
    assert (odd.state, odd.doubt, odd.unknown_state) == (LineState.PENDING, "contradiction", False)


@pytest.mark.parametrize("change", [{"订单号": "<b>"}, {"商品ID": ""}, {"下单时间": ""}, {"佣金": "abc"}])
def test_a_broken_row_is_rejected_and_the_others_are_taken(change: dict[str, str]) -> None:
    result = read(table({}, {"订单号": "23010100000002"} | change))
    assert len(result.lines) == 1
    assert [row.line for row in result.rejected] == [3]


def test_rounded_numbers_cost_the_whole_file() -> None:
    with pytest.raises(BadInput) as caught:
        read(table({"商品ID": "6.919E+18"}))
    assert caught.value.code == "lost_digits"


def test_a_sheet_of_what_is_paid_out_is_refused_and_missing_columns_are_named() -> None:
    with pytest.raises(BadInput) as caught:
        read(table().replace("售后佣金变动", "佣金支出"))
    assert caught.value.code == "merchant_file"
    with pytest.raises(BadInput) as caught:
        read(table().replace("计佣金额", "备注"))
    assert caught.value.code == "missing_columns"
