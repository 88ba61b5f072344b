"""Rows as VIP's docs show them: one item, one order, one refund. All values are invented."""

from __future__ import annotations

from datetime import datetime
from typing import Any

DEFAULT_ITEM = "6919000000000000001"


def millis(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def item(goods_id: str, now: datetime, *, coupon_hours: float = 48, **changes: Any) -> dict[str, Any]:
    """One GoodsInfo."""
    return {
        "goodsId": goods_id,
        "goodsName": "示例纯棉T恤 短袖",
        "goodsMainPicture": "https://a.vpimg3.com/x/main.jpg",
        "goodsThumbUrl": "https://a.vpimg3.com/x/thumb.jpg",
        "destUrl": f"https://m.vip.com/product-1710612345-{goods_id}.html",
        "destUrlPc": f"https://detail.vip.com/detail-1710612345-{goods_id}.html",
        "marketPrice": "399.00",
        "vipPrice": "129.00",
        "estimatePrice": "119.00",
        "commissionRate": "5",
        "commission": "6.45",
        "discount": "0.32",
        "couponInfo": {
            "couponNo": "C1",
            "couponName": "满120减10",
            "buy": "120",
            "fav": "10",
            "useBeginTime": millis(now) - 86_400_000,
            "useEndTime": millis(now) + int(coupon_hours * 3_600_000),
            "couponType": 2,
        },
        "brandName": "示例品牌",
        "storeInfo": {"storeId": "ST00000", "storeName": "唯品自营"},
        "status": 1,
        "saleStockStatus": 2,
        **changes,
    }


def detail(goods_id: str = DEFAULT_ITEM, **changes: Any) -> dict[str, Any]:
    """One item of an order."""
    return {
        "goodsId": goods_id,
        "goodsName": "示例纯棉T恤 短袖",
        "goodsCount": 1,
        "sizeId": "0",
        "commissionTotalCost": "129.00",
        "commissionRate": "5",
        "commission": "6.45",
        "status": 1,
        **changes,
    }


def order(index: int, at: datetime, **changes: Any) -> dict[str, Any]:
    """One order with one item, paid."""
    return {
        "orderSn": f"230101{index:08d}",
        "status": 1,
        "settled": 0,
        "orderSubStatusName": "已付款",
        "orderTime": millis(at),
        "signTime": None,
        "lastUpdateTime": millis(at),
        "channelTag": "default_pid",
        "pid": "default_pid",
        "statParam": "",
        "openId": "u_12",
        "commission": "6.45",
        "totalCost": "129.00",
        "afterSaleChangeCommission": "0",
        "selfBuy": 0,
        "detailList": [detail()],
        **changes,
    }


def refund(order_sn: str, at: datetime, **changes: Any) -> dict[str, Any]:
    """One row of the refund report, completed."""
    return {
        "orderSn": order_sn,
        "afterSaleSn": f"S{order_sn}",
        "refundType": 1,
        "afterSaleStatus": 2,
        "applyTime": millis(at),
        "commissionEnterTime": millis(at),
        "commissionTotalCost": "129.00",
        "commission": "6.45",
        "goodsCount": 1,
        "userId": 77,
        "settled": 0,
        "refundOrderDetails": [
            {"goodsId": DEFAULT_ITEM, "sizeId": "0", "goodsCount": 1, "commission": "6.45", "totalCost": "129.00"}
        ],
        **changes,
    }
