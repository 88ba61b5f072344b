"""推广订单 of the console as a file: its words, yuan and fen, and what must not be taken."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from affiliate.networks.errors import BadInput
from affiliate.networks.exports import ExportResult, read_export
from affiliate.networks.pdd.exports import PROFILES
from affiliate.networks.pdd.orders import order_line
from affiliate.networks.tests.gateways import pdd_rows
from affiliate.networks.types import LineState

ROW = {
    "订单编号": "250601-000000000000001",
    "商品ID": "500000000001",
    "商品信息": "测试牌 抽纸 24包整箱",
    "商品数": "1",
    "订单金额(元)": "24.90",
    "商品价格(元)": "29.90",
    "pid": "10000001_200000002",
    "推广位名称": "首页",
    "创建时间": "2025-06-01 08:20:00",
    "支付时间": "2025-06-01 08:20:30",
    "收货时间": "",
    "结算时间": "",
    "最后更新时间": "2025-06-01 08:21:00",
    "佣金比例": "12%",
    "预估佣金收入(元)": "2.98",
    "订单状态描述": "已成团",
    "收货人": "",
}
ROW.pop("收货人")
HEADING = list(ROW)
BARE = {"订单金额(元)": "订单金额", "商品价格(元)": "商品价格", "预估佣金收入(元)": "预估佣金收入"}


def table(*changes: dict[str, str], heading: list[str] | None = None) -> str:
    rows = [[(ROW | change).get(name, "") for name in HEADING] for change in changes or ({},)]
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in [heading or HEADING, *rows]) + "\n"


def read(text: str, encoding: str = "utf-8") -> ExportResult:
    return read_export(text.encode(encoding), "orders.csv", PROFILES)


def bare() -> list[str]:
    return [BARE.get(name, name) for name in HEADING]


def test_a_row_becomes_a_line() -> None:
    result = read(table())
    (line,) = result.lines
    assert (line.order_id, line.line_id, line.item_id) == (ROW["订单编号"], ROW["订单编号"], "500000000001")
    assert (line.state, line.network_state) == (LineState.PENDING, "已成团")
    assert (line.amount_minor, line.estimated_commission_minor, line.settled_commission_minor) == (2490, 298, None)
    assert line.placed_at == datetime(2025, 6, 1, 0, 20, tzinfo=UTC)
    assert (line.ad_slot, line.sub_id) == ("10000001_200000002", "")
    assert (result.rejected, result.warnings, result.profile_name) == ((), (), "pdd-console")


def test_file_and_interface_give_the_same_line_its_key_and_its_money() -> None:
    (line,) = read(table()).lines
    same = order_line(pdd_rows.order(1, line.placed_at))
    for name in ("line_id", "order_id", "item_id", "state", "amount_minor", "estimated_commission_minor", "ad_slot"):
        assert getattr(line, name) == getattr(same, name), name


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_the_encoding_changes_nothing(encoding: str) -> None:
    assert read(table(), encoding).lines == read(table()).lines


@pytest.mark.parametrize(
    ("word", "state", "unknown"),
    [
        ("未支付", LineState.PENDING, False),
        ("已支付", LineState.PENDING, False),
        ("待成团", LineState.PENDING, False),
        ("已成团", LineState.PENDING, False),
        ("确认收货", LineState.PENDING, False),
        ("审核通过", LineState.CONFIRMED, False),
        ("审核成功", LineState.CONFIRMED, False),
        ("已结算", LineState.SETTLED, False),
        ("未支付，已取消", LineState.INVALID, False),
        ("已取消", LineState.INVALID, False),
        ("审核失败（不可提现）", LineState.INVALID, False),
        ("审核失败", LineState.INVALID, False),
        ("非多多进宝商品", LineState.INVALID, False),
        ("已处罚", LineState.INVALID, False),
        ("神秘状态", LineState.PENDING, True),
    ],
)
def test_the_words_of_the_console_are_understood(word: str, state: LineState, unknown: bool) -> None:
    (line,) = read(table({"订单状态描述": word, "结算时间": "2025-07-20 10:00:00"})).lines
    assert (line.state, line.unknown_state, line.network_state) == (state, unknown, word)
    assert line.settled_commission_minor == (298 if state is LineState.SETTLED else None)


def test_a_settled_row_that_does_not_tell_the_sum_is_not_settled_at_zero() -> None:
    (line,) = read(table({"订单状态描述": "已结算", "预估佣金收入(元)": ""})).lines
    assert (line.state, line.settled_commission_minor) == (LineState.CONFIRMED, None)


def test_digits_tell_yuan_where_the_heading_does_not() -> None:
    (line,) = read(table(heading=bare())).lines
    assert (line.amount_minor, line.estimated_commission_minor) == (2490, 298)


def test_an_amount_that_may_be_yuan_or_fen_is_not_guessed_at() -> None:
    fen = {"订单金额(元)": "2490", "商品价格(元)": "2990", "预估佣金收入(元)": "298"}
    result = read(table(fen, {"订单编号": "250601-000000000000002"}, heading=bare()))
    assert [line.order_id[-1] for line in result.lines] == ["2"]
    assert [row.reason for row in result.rejected] == ["预估佣金收入: '298' may be yuan or fen"]


def test_a_commission_above_amount_times_rate_is_held() -> None:
    (line,) = read(table({"预估佣金收入(元)": "298.00"})).lines
    assert (line.state, line.doubt, line.unknown_state) == (LineState.PENDING, "contradiction", False)


def test_a_number_whose_hyphen_a_tool_took_out_gets_it_back() -> None:
    (line,) = read(table({"订单编号": "250601123456789012345"})).lines
    assert line.order_id == "250601-123456789012345"


@pytest.mark.parametrize("number", ["", "310000000001", "250601-12", "abc"])
def test_what_is_no_number_of_pinduoduo_is_rejected(number: str) -> None:
    result = read(table({}, {"订单编号": number}))
    assert len(result.lines) == 1
    assert [row.line for row in result.rejected] == [3]


def test_rounded_numbers_cost_the_whole_file() -> None:
    with pytest.raises(BadInput) as caught:
        read(table({"订单编号": "2.50601E+20"}))
    assert caught.value.code == "lost_digits"


def test_a_sid_is_used_where_the_file_has_one() -> None:
    heading = [*HEADING, "customParameters"]
    text = table().splitlines()
    quoted = '"{""uid"":""zc"",""sid"":""a1""}"'
    (line,) = read(f"{text[0]},customParameters\n{text[1]},{quoted}\n").lines
    assert (line.sub_id, len(heading)) == ("a1", len(HEADING) + 1)


def test_the_sheet_of_a_leader_is_refused() -> None:
    heading = (
        "支付时间,订单号,商品名称,商品id,店铺id,招商团长昵称,招商duoid,推手昵称,推手duoid,订单状态,订单金额(元),"
        "推手佣金,招商佣金,招商收入(元)"
    )
    cells = "2025-06-01 08:20:30,250601-000000000000001,抽纸,5,1,甲,1,乙,2,已结算,24.90,2.98,1.00,1.00"
    with pytest.raises(BadInput) as caught:
        read(f"{heading}\n{cells}\n")
    assert caught.value.code == "merchant_file"


def test_missing_columns_are_named() -> None:
    with pytest.raises(BadInput) as caught:
        read(table().replace("预估佣金收入(元)", "备注"))
    assert caught.value.code == "missing_columns"
