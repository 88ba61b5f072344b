"""Rows as Suning's docs show them: one item, one order, one settlement. All values are invented."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

GOODS, SHOP = "10073327418", "0000000000"
LOCAL = timezone(timedelta(hours=8))


def local(at: datetime) -> str:
    return at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M:%S")


def item(goods: str, now: datetime, *, shop: str = SHOP, coupon_hours: float = 48, **changes: Any) -> dict[str, Any]:
    """One item; `changes` overwrite fields of commodityInfo, or whole blocks where they are named."""
    blocks = {name: changes.pop(name) for name in ("couponInfo", "pgInfo", "arrivalPrice") if name in changes}
    return {
        "commodityInfo": {
            "commodityCode": goods,
            "commodityName": "示例洗衣液3kg",
            "supplierCode": shop,
            "supplierName": "苏宁自营",
            "pictureUrl": [{"picUrl": "https://imgservice.suning.cn/uimg1/x.jpg", "locationId": 1}],
            "snPrice": "49.90",
            "commodityPrice": "45.90",
            "rate": "2.00",
            "monthSales": 320,
            "saleStatus": 0,
            "baoyou": 1,
            **changes,
        },
        "couponInfo": {
            "couponUrl": "https://quan.suning.com/lqzx_recommend.do?activityId=1&activitySecretKey=k",
            "couponValue": "5",
            "bounsLimit": "45",
            "couponStartTime": local(now - timedelta(days=1)),
            "couponEndTime": local(now + timedelta(hours=coupon_hours)),
            "afterCouponPrice": "40.90",
        },
        "pgInfo": {"pgPrice": "", "pgNum": ""},
        **blocks,
    }


def detail(number: str, at: datetime, **changes: Any) -> dict[str, Any]:
    """One line of an order, paid."""
    return {
        "orderLineNumber": number,
        "orderLineStatus": "2",
        "orderLineStatusDesc": "支付完成",
        "orderLineStatusChangeTime": local(at),
        "orderSubmitTime": local(at),
        "payTime": local(at),
        "productName": "示例洗衣液3kg",
        "goodsNum": GOODS,
        "saleNum": "1",
        "payAmount": "45.90",
        "commissionRatio": "0.02",
        "prePayCommission": "0.92",
        "childAccountId": "",
        "positionId": "100365",
        "sellerCode": SHOP,
        "sellName": "苏宁自营",
        "promotion": 0,
        "violation": 0,
        "returnCommission": 1,
        **changes,
    }


def order(index: int, at: datetime, **changes: Any) -> dict[str, Any]:
    """One order with one line; `changes` overwrite fields of the line."""
    code = f"320000{index:06d}"
    return {"orderCode": code, "orderDetail": [detail(f"{code}01", at, **changes)]}


def settlement(number: str, **changes: Any) -> dict[str, Any]:
    return {
        "orderLineNumber": number,
        "prePayCommission": "0.92",
        "needPayCommission": "0.90",
        "isGrant": 1,
        "isWholesale": 0,
        "returnCommission": 1,
        **changes,
    }
