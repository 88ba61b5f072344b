"""订单明细 of the union's back-end as a file: both generations, every dress, and what must not be taken."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from affiliate.networks.errors import BadInput
from affiliate.networks.exports import ExportResult, read_export
from affiliate.networks.taobao.exports import profiles
from affiliate.networks.taobao.orders import order_line
from affiliate.networks.tests.gateways import taobao_rows
from affiliate.networks.tests.gateways.taobao import PID
from affiliate.networks.types import LineState

NEW = {
    "创建时间": "2025-06-01 08:05:31",
    "付款时间": "2025-06-01 08:05:31",
    "淘宝付款时间": "2025-06-01 08:05:31",
    "点击时间": "2025-06-01 08:01:10",
    "结算时间": "",
    "商品ID": "k2m9x0bb22c-77zzq0testid",
    "商品标题": "测试牌 无线降噪头戴耳机",
    "掌柜旺旺": "测试旺旺",
    "店铺名称": "测试旗舰店",
    "商品数量": "1",
    "订单编号": "4300000000000000021",
    "淘宝子订单号": "4300000000000000022",
    "订单状态": "已付款",
    "付款金额": "299.00",
    "结算金额": "",
    "收入比率": "9.00%",
    "技术服务费": "2.69",
    "付款预估收入": "26.91",
    "结算预估收入": "",
    "推广者身份": "二方",
    "媒体ID": "200000002",
    "推广位ID": "300000003",
    "推广位名称": "首页",
    "维权标签": "--",
    "预估专项服务费": "0",
    "结算专项服务费": "",
    "渠道关系ID": "--",
    "会员运营ID": "--",
}
OLD = {
    "创建时间": "2018-06-01 08:05:31",
    "点击时间": "2018-06-01 08:01:10",
    "商品信息": "测试牌 耳机",
    "商品ID": "520000000123",
    "掌柜旺旺": "测试旺旺",
    "所属店铺": "测试店",
    "商品数": "1",
    "商品单价": "349.00",
    "订单状态": "订单付款",
    "订单类型": "天猫",
    "收入比率": "9.00 %",
    "分成比率": "100.00 %",
    "付款金额": "299.00",
    "效果预估": "26.91",
    "结算金额": "0",
    "预估收入": "0",
    "结算时间": "NULL",
    "成交平台": "无线",
    "订单编号": "'170000000000000123",
    "来源媒体ID": "200000002",
    "广告位ID": "300000003",
}


def table(
    base: dict[str, str], *changes: dict[str, str], heading: list[str] | None = None, delimiter: str = ","
) -> str:
    heading = heading or list(base)
    rows = [[(base | change).get(name, "") for name in heading] for change in changes or ({},)]
    return "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in [heading, *rows]) + "\n"


def read(text: str | bytes, name: str = "orders.csv", pid: str = PID) -> ExportResult:
    return read_export(text if isinstance(text, bytes) else text.encode(), name, profiles(pid))


def test_a_row_becomes_a_line() -> None:
    result = read(table(NEW))
    (line,) = result.lines
    assert (line.order_id, line.line_id) == ("4300000000000000021", "4300000000000000022")
    assert (line.state, line.network_state) == (LineState.PENDING, "已付款")
    assert (line.amount_minor, line.estimated_commission_minor, line.settled_commission_minor) == (29_900, 2_422, None)
    assert line.placed_at == datetime(2025, 6, 1, 0, 5, 31, tzinfo=UTC)
    assert (line.ad_slot, line.sub_id, line.shop) == (PID, "", "测试旗舰店")
    assert (result.rejected, result.warnings, result.profile_name) == ((), (), "taobao-orders")


def test_file_and_interface_give_the_same_line_its_key_its_money_and_its_slot() -> None:
    (line,) = read(table(NEW)).lines
    same = order_line(taobao_rows.order(1, "2025-06-01 08:05:31"), PID)
    for name in ("line_id", "order_id", "state", "amount_minor", "estimated_commission_minor", "placed_at", "ad_slot"):
        assert getattr(line, name) == getattr(same, name), name


def test_in_the_old_file_expected_income_means_what_was_settled() -> None:
    result = read(
        table(
            OLD,
            {},
            {"订单状态": "订单结算", "预估收入": "20.00", "结算时间": "2018-06-20 10:00:00", "商品ID": "520000000124"},
        )
    )
    paid, settled = result.lines
    assert result.profile_name == "taobao-orders-before-2019"
    assert (paid.estimated_commission_minor, paid.settled_commission_minor) == (2_691, None)
    assert (settled.state, settled.settled_commission_minor) == (LineState.SETTLED, 2_000)
    assert (paid.order_id, paid.line_id, paid.ad_slot) == ("170000000000000123", "170000000000000123_520000000123", PID)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_encoding_and_delimiter_change_nothing(encoding: str, delimiter: str) -> None:
    assert read(table(NEW, delimiter=delimiter).encode(encoding), "orders.xls").lines == read(table(NEW)).lines


def test_a_page_of_html_named_xls_is_read() -> None:
    cells = "".join(f"<th>{name}</th>" for name in NEW), "".join(f"<td>{cell}</td>" for cell in NEW.values())
    page = f"<html><table><tr>{cells[0]}</tr><tr>{cells[1]}</tr></table></html>"
    (line,) = read(page, "orders.xls").lines
    assert (line.line_id, line.estimated_commission_minor) == ("4300000000000000022", 2_422)


@pytest.mark.parametrize(
    ("word", "state", "unknown"),
    [
        ("已付款", LineState.PENDING, False),
        ("已收货", LineState.CONFIRMED, False),
        ("已结算", LineState.SETTLED, False),
        ("已失效", LineState.INVALID, False),
        ("订单付款", LineState.PENDING, True),
        ("神秘状态", LineState.PENDING, True),
    ],
)
def test_the_words_of_the_back_end_are_understood(word: str, state: LineState, unknown: bool) -> None:
    (line,) = read(table(NEW, {"订单状态": word, "结算预估收入": "20.00", "结算专项服务费": "1.00"})).lines
    assert (line.state, line.unknown_state, line.network_state) == (state, unknown, word)
    assert line.settled_commission_minor == (1_631 if state is LineState.SETTLED else None)


def test_a_settled_row_that_does_not_tell_the_sum_is_not_settled_at_zero() -> None:
    (line,) = read(table(NEW, {"订单状态": "已结算"})).lines
    assert (line.state, line.settled_commission_minor) == (LineState.CONFIRMED, None)


def test_a_settled_row_marked_as_refunded_is_held() -> None:
    (line,) = read(table(NEW, {"订单状态": "已结算", "结算预估收入": "26.91", "维权标签": "维权"})).lines
    assert (line.state, line.doubt, line.settled_commission_minor) == (LineState.PENDING, "contradiction", None)


def test_third_party_rows_of_one_order_are_lines_of_their_own() -> None:
    result = read(table(NEW, {}, {"推广者身份": "三方", "付款预估收入": "3.00"}))
    assert [line.line_id for line in result.lines] == ["4300000000000000022", "4300000000000000022:3"]


def test_a_relation_names_the_author_in_the_slot() -> None:
    (line,) = read(table(NEW, {"渠道关系ID": "2800000001"})).lines
    assert line.ad_slot == f"{PID}:2800000001"


def test_without_an_account_the_adzone_stands_alone() -> None:
    (line,) = read(table(NEW), pid="").lines
    assert line.ad_slot == "300000003"


def test_without_sub_order_numbers_order_and_item_make_the_key_and_doubles_are_told_apart() -> None:
    heading = [name for name in NEW if name != "淘宝子订单号"]
    result = read(table(NEW, {}, {}, {"付款金额": "0", "付款预估收入": "0", "技术服务费": "0"}, heading=heading))
    key = "4300000000000000021_k2m9x0bb22c-77zzq0testid"
    assert [line.line_id for line in result.lines] == [key, f"{key}#2"]


def test_a_broken_row_is_rejected_by_line_and_the_others_are_taken() -> None:
    result = read(
        table(
            NEW,
            {},
            {"淘宝子订单号": "4300000000000000032", "付款预估收入": "abc"},
            {"订单编号": "x", "淘宝子订单号": "1"},
        )
    )
    assert len(result.lines) == 1
    assert [(row.line, row.reason) for row in result.rejected] == [
        (3, "付款预估收入: 'abc' is not an amount"),
        (4, "订单编号: 'x' is not a number of Taobao"),
    ]


def test_preface_and_totals_are_passed_over() -> None:
    total = "合计" + "," * list(NEW).index("付款预估收入") + "26.91\n"
    result = read("导出时间：2025-06-02\n" + "\n" * 18 + table(NEW) + total)
    assert (len(result.lines), result.rejected, result.warnings) == (1, (), ())


@pytest.mark.parametrize("number", ["4.3E+18", "4300000000000000000"])
def test_a_file_whose_ids_a_spreadsheet_has_rounded_is_refused_whole(number: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(table(NEW, {}, {"淘宝子订单号": number}))
    assert caught.value.code == "lost_digits"


@pytest.mark.parametrize(
    "heading",
    [
        "确认收货时间,账户支出时间,淘客结算时间,创建时间,计划名称,商品id,商品名称,实际成交价格,成交商品数,佣金比例,佣金,淘宝父订单编号,淘宝子订单编号,来源或淘客昵称,团长名称",
        "商品名称,商品编号,达人昵称,机构昵称,订单状态,支付日期,支付金额,预估佣金收入,成交金额",
        ",".join([*NEW, "佣金支出"]),
    ],
)
def test_the_sellers_own_sheet_is_refused(heading: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(heading + "\n" + ",".join("1" for _ in heading.split(",")) + "\n")
    assert caught.value.code == "merchant_file"


def test_the_refund_sheet_alone_makes_no_lines() -> None:
    heading = "维权编号,淘宝子订单编号,订单结算时间,维权创建时间,商品标题,结算金额,维权退款金额,维权状态"
    with pytest.raises(BadInput):
        read(heading + "\n1,4300000000000000022,2025-06-10,2025-06-20,耳机,299.00,299.00,维权成功\n")


def test_the_buyers_column_is_dropped() -> None:
    (line,) = read(table(NEW | {"买家昵称": "王"})).lines
    assert "买家昵称" not in line.raw
    assert line.raw["推广位名称"] == "首页"


def test_the_fees_that_were_taken_off_are_told() -> None:
    (line,) = read(table(NEW, {"付款预估收入": "26.91", "技术服务费": "2.69", "预估专项服务费": "0.10"})).lines
    assert (line.service_fee_minor, line.estimated_commission_minor) == (279, 2_412)
