"""Rows as JD's docs show them: one item, one order line. All values are invented."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any


def raw_number(value: Any) -> float:
    """JD sends money as JSON numbers."""
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value).__name__)


def millis(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def item(
    sku: int,
    now: datetime,
    *,
    price: str = "399.00",
    lowest: str = "359.00",
    after_coupon: str = "309.00",
    coupon: str | None = "50.00",
    quota: str = "300.00",
    coupon_hours: float = 48,
    share: str = "4.0",
    **changes: Any,
) -> dict[str, Any]:
    """One row of goods.query."""
    start, end = millis(now - timedelta(days=1)), millis(now + timedelta(hours=coupon_hours))
    coupons = [] if coupon is None else [_coupon(sku, coupon, quota, start, end)]
    item_id = f"AbCdEf{sku % 1000:03d}_XyZ{sku % 1_000_000}"
    return {
        "skuId": sku,
        "itemId": item_id,
        "oriItemId": item_id,
        "skuName": "测试牌 空气炸锅 5L 可视款",
        "spuid": sku,
        "brandName": "测试牌",
        "owner": "g",
        "materialUrl": f"jingfen.jd.com/detail/{item_id}.html",
        "imageInfo": {"imageList": [{"url": "https://img14.360buyimg.com/pop/jfs/test.jpg"}]},
        "priceInfo": _prices(price, lowest, after_coupon),
        "couponInfo": {"couponList": coupons},
        "commissionInfo": _commission(share),
        "shopInfo": {"shopId": 1000000001, "shopName": "测试京东自营旗舰店", "shopLevel": 4.9},
        "categoryInfo": {"cid1": 737, "cid1Name": "家用电器", "cid3": 15000, "cid3Name": "空气炸锅"},
        **changes,
    }


def _prices(price: str, lowest: str, after_coupon: str) -> dict[str, Any]:
    return {
        "price": Decimal(price),
        "lowestPrice": Decimal(lowest),
        "lowestPriceType": 3,
        "lowestCouponPrice": Decimal(after_coupon),
    }


def _commission(share: str) -> dict[str, Any]:
    fee = Decimal("12.36")
    return {"commission": fee, "commissionShare": Decimal(share), "couponCommission": fee}


def _coupon(sku: int, discount: str, quota: str, start: int, end: int) -> dict[str, Any]:
    return {
        "link": f"https://coupon.m.jd.com/coupons/show.action?key=TEST{sku}",
        "discount": Decimal(discount),
        "quota": Decimal(quota),
        "bindType": 3,
        "platformType": 0,
        "getStartTime": start,
        "getEndTime": end,
        "useStartTime": start,
        "useEndTime": end,
        "isBest": 1,
    }


def order(number: int, at: datetime, *, sku: int = 100000000001, **changes: Any) -> dict[str, Any]:
    """One row of order.row.query, paid and not finished."""
    order_id = 310000000000 + number
    local = (at.astimezone(UTC) + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M:%S")
    return {
        "id": f"{order_id}_{sku}",
        "orderId": order_id,
        "parentId": 0,
        "orderTime": local,
        "finishTime": "",
        "modifyTime": local,
        "orderEmt": 2,
        "plus": 0,
        "unionId": 1000000001,
        "skuId": sku,
        "itemId": "AbCdEf999_XyZ789",
        "skuName": "测试牌 空气炸锅 5L",
        "skuNum": 1,
        "skuReturnNum": 0,
        "skuFrozenNum": 0,
        "price": Decimal("399.00"),
        "commissionRate": Decimal("4.0"),
        "subSideRate": Decimal("90.0"),
        "finalRate": Decimal("90.0"),
        "estimateCosPrice": Decimal("309.00"),
        "estimateFee": Decimal("11.12"),
        "actualCosPrice": Decimal("0.0"),
        "actualFee": Decimal("0.0"),
        "validCode": 16,
        "traceType": 2,
        "positionId": 3000000001,
        "siteId": 4000000001,
        "pid": "",
        "subUnionId": "",
        "ext1": "",
        "payMonth": "0",
        "balanceExt": "",
        "goodsInfo": {"owner": "g", "shopName": "测试京东自营旗舰店", "shopId": 1000000001},
        **changes,
    }


def spoil_item(row: dict[str, Any], fault: str) -> dict[str, Any]:
    """A copy of an item with something unbelievable in it."""
    row = copy.deepcopy(row)
    prices = {"price_zero": 0, "price_negative": -12.5, "price_absurd": 99999999999999, "price_text": "面议"}
    if fault in prices:
        for name in ("price", "lowestPrice", "lowestCouponPrice"):
            row["priceInfo"][name] = prices[fault]
    if fault == "title_markup":
        row["skuName"] = "<script>alert(1)</script><b>测试牌</b> 空气炸锅&lt;img src=x onerror=alert(1)&gt;"
    if fault == "title_long":
        row["skuName"] = "长" * 10_000
    if fault == "title_control":
        row["skuName"] = "测试牌\x00\u202e 空气\n炸锅\ud800"
    return row
