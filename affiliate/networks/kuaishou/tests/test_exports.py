"""A promoter's order sheet, whatever its headings are called; and the sheets that are refused."""

from __future__ import annotations

import pytest

from affiliate.networks.errors import BadInput
from affiliate.networks.exports import ExportResult, read_export
from affiliate.networks.kuaishou.exports import PROFILES
from affiliate.networks.kuaishou.orders import order_lines
from affiliate.networks.types import OrderLine

NEW = "订单ID,商品ID,商品名称,下单时间,支付时间,支付金额,预估佣金,结算佣金,订单状态,推广位ID,站外自定义参数"
OLD = "订单编号,商品ID,商品标题,订单创建时间,付款时间,实付款,预估佣金收入,结算佣金收入,状态,推广位,自定义参数"
UNITS = NEW.replace("支付金额", "实付金额").replace("预估佣金", "预估佣金（元）").replace("结算佣金", "实际佣金")
SETTLED = (
    "2300000000000001,20000000000001,示例红酒塞,2026/11/01 12:00:00,2026/11/01 12:00:05,15.90,2.86,2.80,已结算,"
    "ks_1000000001_102_AbCdEfGhIjK,a12p345"
)
SELLER = (
    "订单号,订单创建时间,订单状态,实付款,预估推广佣金,预估推广者分佣比例,商品名称,商品ID,商品规格,SKU编码,成交数量,"
    "售后状态,渠道,快赚客ID,快赚客昵称,快递单号,收货人姓名"
)


def read(*rows: str, heading: str = NEW, encoding: str = "gb18030") -> ExportResult:
    return read_export("\n".join((heading, *rows)).encode(encoding), "订单.csv", PROFILES)


def line(row: str = SETTLED, **how: str) -> OrderLine:
    result = read(row, **how)
    assert result.rejected == ()
    (found,) = result.lines
    return found


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("heading", [NEW, OLD])
def test_every_generation_of_headings_says_the_same(heading: str, encoding: str) -> None:
    found = line(heading=heading, encoding=encoding)
    assert (found.order_id, found.line_id) == ("2300000000000001", "2300000000000001_20000000000001")
    assert (found.amount_minor, found.estimated_commission_minor, found.settled_commission_minor) == (1_590, 286, 280)
    assert (found.sub_id, found.ad_slot) == ("a12p345", "ks_1000000001_102_AbCdEfGhIjK")
    assert found.placed_at.isoformat() == "2026-11-01T04:00:00+00:00"


def test_headings_may_name_the_unit() -> None:
    found = line(heading=UNITS)
    assert (found.amount_minor, found.estimated_commission_minor, found.settled_commission_minor) == (1_590, 286, 280)


def test_a_row_is_the_line_that_the_api_reports() -> None:
    product = {"oid": 2300000000000001, "itemId": 20000000000001, "paymentFee": 1590, "estimatedIncome": 286}
    order = {"cpsOrderStatus": 60, "settlementAmount": 280, "createTime": 1762000000000}
    (reported,) = order_lines(order | {"cpsKwaimoneyOrderProductView": [product]})
    found = line()
    assert (reported.line_id, reported.state, reported.settled_commission_minor) == (found.line_id, found.state, 280)


@pytest.mark.parametrize(
    ("word", "state"), [("已付款", "pending"), ("已发货", "pending"), ("已收货", "confirmed"), ("已失效", "invalid")]
)
def test_words_are_states_and_only_settled_ones_have_a_settled_sum(word: str, state: str) -> None:
    found = line(SETTLED.replace("已结算", word))
    assert (found.state.value, found.unknown_state, found.settled_commission_minor) == (state, False, None)


def test_an_unknown_word_is_pending_and_told() -> None:
    result = read(SETTLED.replace("已结算", "处理中"))
    assert (result.lines[0].state.value, result.lines[0].unknown_state) == ("pending", True)
    assert "处理中" in result.warnings[0]


def test_settled_without_its_sum_is_not_settled_at_nothing() -> None:
    found = line(SETTLED.replace(",2.80,", ",-,"))
    assert (found.state.value, found.settled_commission_minor) == ("confirmed", None)


def test_the_name_of_a_position_is_no_position() -> None:
    assert line(SETTLED.replace("ks_1000000001_102_AbCdEfGhIjK", "我的博客")).ad_slot == ""


@pytest.mark.parametrize("gone", ["20000000000001", "2026/11/01 12:00:00,2026/11/01 12:00:05"])
def test_a_row_without_item_or_time_is_told_and_the_others_count(gone: str) -> None:
    broken = SETTLED.replace("2300000000000001", "2300000000000002").replace(gone, "," * gone.count(","))
    result = read(broken, SETTLED)
    assert [rejected.line for rejected in result.rejected] == [2]
    assert [found.order_id for found in result.lines] == ["2300000000000001"]


def test_the_sellers_own_sheet_is_refused() -> None:
    row = "2300000000000001,2026/11/01 12:00:00,已付款,15.90,3.18,20%,示例,20000000000001,红,K1,1,,分销,1,小明,SF1,张三"
    with pytest.raises(BadInput) as caught:
        read(row, heading=SELLER)
    assert caught.value.code == "merchant_file"


@pytest.mark.parametrize("column", ["预估佣金支出", "CPS达人ID", "预估推广佣金", "授权推广者ID", "收货人电话"])
def test_one_column_of_the_sellers_is_enough_to_refuse(column: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(SETTLED + ",9.00", heading=f"{NEW},{column}")
    assert caught.value.code == "merchant_file"


@pytest.mark.parametrize("rounded", ["2.3E+15", "230000000000{}0"])
def test_numbers_that_a_spreadsheet_rounded_are_refused(rounded: str) -> None:
    rows = [SETTLED.replace("2300000000000001", rounded.format(n)) for n in range(101, 105)]
    with pytest.raises(BadInput) as caught:
        read(*rows)
    assert caught.value.code == "lost_digits"


def test_without_the_commission_nothing_is_imported() -> None:
    with pytest.raises(BadInput) as caught:
        read(SETTLED, heading=NEW.replace("预估佣金", "备注"))
    assert caught.value.code == "missing_columns"
