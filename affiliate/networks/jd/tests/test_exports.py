"""订单明细 of the JD console as a file: every dress it comes in, and what must not be taken."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from affiliate.networks.errors import BadInput
from affiliate.networks.exports import ExportResult, read_export
from affiliate.networks.jd.exports import PROFILES
from affiliate.networks.jd.orders import order_line
from affiliate.networks.tests.gateways import jd_rows
from affiliate.networks.types import LineState

ROW = {
    "订单号": "310000000001",
    "父单号": "0",
    "订单状态": "已付款",
    "下单时间": "2025-06-01 07:41:10",
    "商品ID": "100000000001",
    "商品名称": "测试牌 空气炸锅 5L",
    "商品店铺名称": "测试店",
    "商品数量": "1",
    "商品售后中数量": "0",
    "商品已退货数量": "0",
    "付款金额": "319.00",
    "佣金比例": "0.04",
    "分成比例": "0.9",
    "预估金额": "309.00",
    "预估佣金": "11.12",
    "实际金额": "0",
    "实际佣金": "0",
    "结算信息": "",
    "plus订单": "是",
    "推广位ID": "3000000001",
    "推广位名称": "首页",
}
HEADING = list(ROW)
SAMPLES = Path(__file__).parents[2] / "tests" / "samples"


def table(*changes: dict[str, str], heading: list[str] | None = None, delimiter: str = ",") -> str:
    rows = [[(ROW | change).get(name, "") for name in heading or HEADING] for change in changes or ({},)]
    return "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in [heading or HEADING, *rows]) + "\n"


def read(text: str | bytes, name: str = "orders.csv") -> ExportResult:
    return read_export(text if isinstance(text, bytes) else text.encode(), name, PROFILES)


def test_a_row_becomes_a_line() -> None:
    result = read(table())
    (line,) = result.lines
    assert (line.order_id, line.line_id, line.item_id) == ("310000000001", "310000000001_100000000001", "100000000001")
    assert (line.state, line.network_state) == (LineState.PENDING, "已付款")
    assert (line.amount_minor, line.estimated_commission_minor, line.settled_commission_minor) == (30_900, 1_112, None)
    assert line.placed_at == datetime(2025, 5, 31, 23, 41, 10, tzinfo=UTC)
    assert (line.ad_slot, line.sub_id, line.shop) == ("3000000001", "", "测试店")
    assert (result.rejected, result.warnings, result.profile_name) == ((), (), "jd-console")


def test_file_and_interface_give_the_same_line_its_key_and_its_money() -> None:
    (line,) = read(table()).lines
    same = order_line(jd_rows.order(1, line.placed_at), datetime.now(UTC))
    for name in ("line_id", "order_id", "state", "amount_minor", "estimated_commission_minor", "placed_at", "ad_slot"):
        assert getattr(line, name) == getattr(same, name), name


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_encoding_and_delimiter_change_nothing(encoding: str, delimiter: str) -> None:
    assert read(table(delimiter=delimiter).encode(encoding), "orders.xls").lines == read(table()).lines


def test_a_true_old_workbook_gives_the_same_line_from_its_second_sheet() -> None:
    (line,) = read((SAMPLES / "jd_console.xls").read_bytes(), "orders.xls").lines
    assert (line.line_id, line.estimated_commission_minor) == ("310000000001_100000000001", 1_112)
    assert line.placed_at == datetime(2025, 5, 31, 23, 41, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("word", "info", "state", "unknown"),
    [
        ("待付款", "", LineState.PENDING, False),
        ("已付款", "", LineState.PENDING, False),
        ("已付定金", "", LineState.PENDING, False),
        ("有效", "", LineState.PENDING, False),
        ("已完成", "", LineState.CONFIRMED, False),
        ("已完成", "未结算", LineState.CONFIRMED, False),
        ("已完成", "20990620", LineState.CONFIRMED, False),
        ("已完成", "20250620", LineState.SETTLED, False),
        ("已完成", "已结算", LineState.SETTLED, False),
        ("已付款", "20250620", LineState.PENDING, False),
        ("无效", "", LineState.INVALID, False),
        ("无效-取消", "", LineState.INVALID, False),
        ("无效-拆单", "", LineState.INVALID, False),
        ("违规订单-流量异常", "", LineState.INVALID, False),
        ("神秘状态", "", LineState.PENDING, True),
    ],
)
def test_the_words_of_the_console_are_understood(word: str, info: str, state: LineState, unknown: bool) -> None:
    (line,) = read(table({"订单状态": word, "结算信息": info, "实际佣金": "10.50"})).lines
    assert (line.state, line.unknown_state, line.network_state) == (state, unknown, word)
    assert line.settled_commission_minor == (1_050 if state is LineState.SETTLED else None)


def test_a_paid_out_row_that_does_not_tell_the_sum_is_not_settled_at_zero() -> None:
    (line,) = read(table({"订单状态": "已完成", "结算信息": "已结算", "实际佣金": ""})).lines
    assert (line.state, line.settled_commission_minor) == (LineState.CONFIRMED, None)


def test_an_unknown_word_is_counted_for_the_operator() -> None:
    result = read(table({"订单状态": "神秘状态"}, {"订单号": "310000000002", "订单状态": "神秘状态"}))
    assert result.warnings == ("unknown state '神秘状态': 2 rows held as pending",)


def test_a_broken_row_is_rejected_by_line_and_the_others_are_taken() -> None:
    result = read(table({}, {"订单号": "310000000002", "预估佣金": "abc"}, {"订单号": "310000000003"}))
    assert [line.order_id for line in result.lines] == ["310000000001", "310000000003"]
    assert [(row.line, row.reason) for row in result.rejected] == [(3, "预估佣金: 'abc' is not an amount")]


@pytest.mark.parametrize(
    "change", [{"订单号": ""}, {"订单号": "x1"}, {"商品ID": ""}, {"下单时间": ""}, {"下单时间": "bald"}]
)
def test_a_row_without_key_or_time_is_rejected(change: dict[str, str]) -> None:
    result = read(table({}, {"订单号": "310000000002"} | change))
    assert len(result.lines) == 1
    assert [row.line for row in result.rejected] == [3]


def test_a_row_with_a_torn_title_is_rejected_and_not_misread() -> None:
    torn = ",".join(HEADING) + "\n" + ",".join(ROW.values()).replace("测试牌 空气炸锅 5L", "锅, 5L") + "\n"
    result = read(torn)
    assert result.lines == ()
    assert [row.line for row in result.rejected] == [2]


@pytest.mark.parametrize("tail", ["", '"', '",x"'])
def test_a_quotation_mark_left_open_costs_its_own_row_and_no_other(tail: str) -> None:
    text = table({}, {"订单号": "310000000002"}, {"订单号": "310000000003"}, {"订单号": "310000000004"})
    text = text.replace('"310000000002",', '"310000000002,') + tail
    result = read(text)
    assert [line.order_id for line in result.lines] == ["310000000001", "310000000003", "310000000004"]
    assert result.rejected[0].line == 3


def test_a_title_of_two_lines_is_one_row() -> None:
    assert [line.item_title for line in read(table({"商品名称": "空气炸锅\n5L, 可视款"})).lines] == [
        "空气炸锅 5L, 可视款"
    ]


def test_a_preface_of_nineteen_rows_and_a_totals_row_are_passed_over() -> None:
    text = "导出时间：2025-06-02\n" + "\n" * 18 + table() + "合计,,,,,,,,,,319.00\n" + "共 1 条\n"
    result = read(text)
    assert len(result.lines) == 1
    assert result.rejected == ()


def test_a_total_that_is_not_the_sum_of_the_rows_is_pointed_out() -> None:
    total = "合计" + "," * HEADING.index("预估佣金")
    assert read(table() + total + "11.12\n").warnings == ()
    (warning,) = read(table() + total + "99.00\n").warnings
    assert warning == "line 3 states a total of 99, the rows read make 11.12"


def test_dirt_in_the_cells_comes_off() -> None:
    dirty = {
        "订单号": "\t310000000001",
        "商品ID": "'100000000001",
        "付款金额": "¥319.00",
        "预估佣金": "11.12元",
        "推广位ID": "--",
    }
    (line,) = read(table(dirty)).lines
    assert (line.line_id, line.estimated_commission_minor, line.ad_slot) == ("310000000001_100000000001", 1_112, "")


def test_the_buyers_column_is_dropped() -> None:
    (line,) = read(table()).lines
    assert "plus订单" not in line.raw
    assert line.raw["推广位名称"] == "首页"


def test_a_sub_id_column_is_used_where_jd_gives_one() -> None:
    heading = [*HEADING, "subUnionId"]
    (line,) = read(table({"subUnionId": "a42_p9001"}, heading=heading)).lines
    assert line.sub_id == "a42_p9001"


def test_a_return_after_completion_lowers_the_estimate() -> None:
    change = {"订单状态": "已完成", "商品数量": "2", "商品已退货数量": "1", "实际金额": "154.50", "实际佣金": "5.56"}
    (line,) = read(table(change)).lines
    assert (line.estimated_commission_minor, line.refunded_minor, line.quantity) == (556, 15_450, 2)


def test_exact_doubles_are_one_line_and_different_rows_of_one_key_stay_two() -> None:
    result = read(table({}, {}, {"预估佣金": "5.00"}))
    assert [line.line_id for line in result.lines] == ["310000000001_100000000001", "310000000001_100000000001#2"]
    assert len(result.warnings) == 1


def test_rows_that_earn_nothing_are_kept_for_they_explain() -> None:
    assert len(read(table({"订单状态": "无效-取消", "预估佣金": "0", "预估金额": "0"})).lines) == 1


def test_missing_columns_are_named() -> None:
    with pytest.raises(BadInput) as caught:
        read(table(heading=[name for name in HEADING if name not in ("预估佣金", "下单时间")]))
    assert caught.value.code == "missing_columns"
    assert caught.value.values == {"columns": "下单时间, 预估佣金"}
    assert "下单时间, 预估佣金" in caught.value.message


@pytest.mark.parametrize(
    ("old", "new"), [("预估佣金", "预估佣金支出"), ("推广位名称", "来源或淘客昵称"), ("推广位名称", "团长名称")]
)
def test_a_merchants_own_sheet_is_refused(old: str, new: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(table().replace(old, new, 1))
    assert caught.value.code == "merchant_file"


def test_a_merchants_sheet_of_another_network_is_refused_for_what_it_is() -> None:
    text = "创建时间,商品id,实际成交价格,佣金,淘宝父订单编号,来源或淘客昵称,团长名称\n2025-06-01,1,2,3,4,5,6\n"
    with pytest.raises(BadInput) as caught:
        read(text)
    assert caught.value.code == "merchant_file"


def test_a_product_that_is_called_expense_book_does_not_make_a_file_the_merchants() -> None:
    assert len(read(table({"商品名称": "支出"}, {"订单号": "310000000002", "商品名称": "家庭支出记录本"})).lines) == 2


@pytest.mark.parametrize("number", ["5.12E+17", "512345678901234000", "5123456789012340000"])
def test_a_file_whose_ids_a_spreadsheet_has_rounded_is_refused_whole(number: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(table({}, {"订单号": number}))
    assert caught.value.code == "lost_digits"
    assert "订单号" in caught.value.message


def test_long_ids_that_end_in_a_zero_by_chance_are_taken() -> None:
    changes = [{"订单号": f"31000000000000{n:02d}"} for n in range(10, 40)]
    assert len(read(table(*changes)).lines) == 30


def test_a_report_by_day_is_no_order_file() -> None:
    with pytest.raises(BadInput) as caught:
        read("日期,点击,引入订单数,预估佣金\n2025-06-01,10,1,11.12\n")
    assert caught.value.code in ("no_heading", "missing_columns")


def test_a_count_where_consoles_cut_files_is_pointed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("affiliate.networks.exports.ROUND_COUNTS", frozenset({2}))
    result = read(table({}, {"订单号": "310000000002"}))
    assert "cut" in result.warnings[0]
