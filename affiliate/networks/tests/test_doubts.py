"""Lines whose amounts cannot be right are kept in doubt by every adapter, instead of being thrown away or believed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from affiliate.networks.douyin import orders as douyin
from affiliate.networks.fen import fen
from affiliate.networks.kuaishou import orders as kuaishou
from affiliate.networks.meituan import orders as meituan
from affiliate.networks.sanity import exact_minor
from affiliate.networks.tests.gateways.meituan import MeituanGateway
from affiliate.networks.types import Doubt, OrderLine

AT = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)
WRONG = ["1.5.0", "abc", "9" * 20, "1_000", "NaN"]


def of_meituan(**changes: Any) -> list[OrderLine]:
    lines, rejected = meituan.read_rows([MeituanGateway().add_order(at=AT, **changes)])
    assert rejected == ()
    return list(lines)


def of_douyin(**changes: Any) -> list[OrderLine]:
    row = {"order_id": "69", "product_id": "34", "pay_success_time": "2026-11-01 12:00:00", "flow_point": "PAY_SUCC"}
    row |= {"pay_goods_amount": 990, "estimated_commission": 89} | changes
    lines, rejected = douyin.read_rows([row])
    assert rejected == ()
    return list(lines)


def of_kuaishou(**changes: Any) -> list[OrderLine]:
    product = {"oid": 23, "itemId": 20, "paymentFee": 1590, "estimatedIncome": 286} | changes
    row = {"cpsOrderStatus": 30, "createTime": 1762000000000, kuaishou.PRODUCTS: [product]}
    lines, rejected = kuaishou.read_rows([row])
    assert rejected == ()
    return list(lines)


@pytest.mark.parametrize("value", WRONG)
def test_an_amount_that_is_none_leaves_the_line_in_doubt(value: str) -> None:
    for lines in (of_meituan(profit=value), of_douyin(estimated_commission=value), of_kuaishou(estimatedIncome=value)):
        (line,) = lines
        assert (line.doubt, line.estimated_commission_minor) == (Doubt.AMOUNT, 0)
        assert value in str(line.raw)


@pytest.mark.parametrize("value", ["2.86", 2.86])
def test_yuan_where_fen_are_due_leave_the_line_in_doubt(value: object) -> None:
    for lines in (of_douyin(estimated_commission=value), of_kuaishou(paymentFee=value)):
        assert [line.doubt for line in lines] == [Doubt.AMOUNT]


def test_every_part_of_an_order_is_in_doubt_where_one_is() -> None:
    parts = [{"itemOrderId": n, "couponStatus": 2, "couponFee": fee} for n, fee in (("1", "0.80"), ("2", "x"))]
    assert [line.doubt for line in of_meituan(orderDetail=parts)] == [Doubt.AMOUNT, Doubt.AMOUNT]


def test_what_can_be_read_is_in_no_doubt_and_one_doubt_leaves_none_for_the_next() -> None:
    assert [line.doubt for line in of_meituan(profit="x")] == [Doubt.AMOUNT]
    for lines in (of_meituan(profit="-1.07"), of_douyin(), of_kuaishou()):
        assert [line.doubt for line in lines] == [""]


@pytest.mark.parametrize("read", [exact_minor, fen])
@pytest.mark.parametrize("value", WRONG)
def test_outside_of_a_report_such_an_amount_is_an_error(read: Any, value: str) -> None:
    with pytest.raises(ValueError, match="is "):
        read(value)


def test_an_order_that_says_it_was_given_back_and_yet_earns_contradicts_itself() -> None:
    (line,) = of_douyin(after_sales_status=2, flow_point="SETTLE", ads_real_commission=89)
    assert (line.state.value, line.doubt, line.unknown_state) == ("pending", Doubt.CONTRADICTION, False)
