"""How Ele.me fails, and the file of its console."""

from __future__ import annotations

from datetime import timedelta

import pytest

from affiliate.networks.eleme.adapter import ElemeAdapter
from affiliate.networks.eleme.exports import PROFILES
from affiliate.networks.errors import BadInput, NetworkError, NotFound, ProtocolError, Reauthorise, Unavailable, Wait
from affiliate.networks.exports import ExportResult, read_export
from affiliate.networks.tests.gateways.eleme import ITEM, ElemeGateway
from affiliate.networks.types import ItemRef, LineState

AN_ITEM = ItemRef("eleme", f"item:{ITEM}")
ROW = {
    "子订单号": "2230000000000000123",
    "订单号": "2230000000000000123",
    "活动名称": "外卖红包天天领",
    "店铺名称": "示例餐厅",
    "订单状态": "已付款",
    "结算状态": "未结算",
    "下单时间": "2024-01-02 11:00:00",
    "付款时间": "2024-01-02 11:00:10",
    "结算时间": "",
    "付款金额": "25.00",
    "预估收入": "1.20",
    "结算预估收入": "0",
    "推广位": "alsc_1_2_3",
    "sid": "a12p345",
}


@pytest.mark.parametrize(
    ("fault", "expected", "code"),
    [
        ("busy", Unavailable, "isp.top-remote-connection-timeout"),
        ("ban_long", Wait, "accesscontrol.limited-by-api-access-count"),
        ("odd", ProtocolError, "zzz.new"),
    ],
)
def test_a_fault_in_its_own_words_is_told_for_what_it_is(
    eleme: ElemeAdapter, gateway: ElemeGateway, fault: str, expected: type[NetworkError], code: str
) -> None:
    gateway.misbehave(fault)
    with pytest.raises(expected) as caught:
        eleme.lookup(AN_ITEM)
    assert (caught.value.code, caught.value.network) == (code, "eleme")


def test_a_clock_that_is_off_is_named(eleme: ElemeAdapter, gateway: ElemeGateway) -> None:
    gateway.clock_offset = timedelta(minutes=11)
    with pytest.raises(Reauthorise, match="clock"):
        eleme.lookup(AN_ITEM)


@pytest.mark.parametrize(
    ("answer", "expected", "code"),
    [
        ({"result_code": 404, "message": "不存在"}, NotFound, "empty"),
        ({"result_code": 31337, "message": "新情况"}, ProtocolError, "31337"),
        ({"result_success": False, "biz_error_desc": "新情况"}, ProtocolError, "refused"),
        ({"result_code": 400, "message": "参数错误"}, BadInput, "400"),
    ],
)
def test_a_refusal_inside_the_answer_is_told(
    eleme: ElemeAdapter,
    gateway: ElemeGateway,
    monkeypatch: pytest.MonkeyPatch,
    answer: dict[str, object],
    expected: type[NetworkError],
    code: str,
) -> None:
    monkeypatch.setattr(gateway, "service", lambda *_: dict(answer))
    with pytest.raises(expected) as caught:
        eleme.lookup(AN_ITEM)
    assert caught.value.code == code


# --- the file ---


def table(*changes: dict[str, str], heading: list[str] | None = None) -> str:
    names = heading or list(ROW)
    rows = [[(ROW | change).get(name, "") for name in names] for change in changes or ({},)]
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in [names, *rows]) + "\n"


def read(text: str) -> ExportResult:
    return read_export(text.encode("gb18030"), "orders.csv", PROFILES)


def test_a_row_becomes_a_line() -> None:
    (line,) = read(table()).lines
    assert (line.line_id, line.sub_id, line.ad_slot) == ("2230000000000000123", "a12p345", "alsc_1_2_3")
    assert (line.amount_minor, line.estimated_commission_minor, line.settled_commission_minor) == (2_500, 120, None)
    assert (line.state, line.network_state) == (LineState.PENDING, "已付款/未结算")


@pytest.mark.parametrize(
    ("word", "settled", "state", "unknown"),
    [
        ("已下单", "未结算", LineState.PENDING, False),
        ("已收货", "未结算", LineState.CONFIRMED, False),
        ("已收货", "已结算", LineState.SETTLED, False),
        ("已失效", "未结算", LineState.INVALID, False),
        ("售后退", "已结算", LineState.INVALID, False),
        ("神秘", "未结算", LineState.PENDING, True),
        ("已收货", "神秘", LineState.PENDING, True),
    ],
)
def test_both_words_count(word: str, settled: str, state: LineState, unknown: bool) -> None:
    (line,) = read(table({"订单状态": word, "结算状态": settled, "结算预估收入": "1.10"})).lines
    assert (line.state, line.unknown_state) == (state, unknown)
    assert line.settled_commission_minor == (110 if state is LineState.SETTLED else None)


def test_a_broken_row_costs_only_itself() -> None:
    result = read(table({}, {"子订单号": "x", "订单号": "y"}, {"子订单号": "2230000000000000124", "预估收入": "abc"}))
    assert len(result.lines) == 1
    assert [row.line for row in result.rejected] == [3, 4]


@pytest.mark.parametrize("extra", ["佣金支出", "收货地址"])
def test_the_sellers_sheet_is_refused(extra: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(table(heading=[*ROW, extra]))
    assert caught.value.code == "merchant_file"


def test_missing_columns_are_named() -> None:
    with pytest.raises(BadInput) as caught:
        read(table(heading=[name for name in ROW if name != "结算状态"]))
    assert caught.value.values["columns"] == "结算状态"


def test_rounded_numbers_are_refused() -> None:
    with pytest.raises(BadInput) as caught:
        read(table({}, {"子订单号": "2.23E+18"}))
    assert caught.value.code == "lost_digits"
