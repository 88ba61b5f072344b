"""Rows as Pinduoduo's docs show them: one item, one order. All values are invented."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any


def item(number: int, now: datetime, *, coupon_hours: float = 48, **changes: Any) -> dict[str, Any]:
    """One row of goods.search; real answers hold no goods_id any more."""
    start, end = int(now.timestamp()) - 86_400, int(now.timestamp() + coupon_hours * 3600)
    return {
        "goods_sign": sign_of(number),
        "goods_name": "测试牌 抽纸 24包整箱",
        "goods_desc": "原生木浆",
        "goods_image_url": "https://img.pddpic.com/test/main.jpg",
        "goods_thumbnail_url": "https://img.pddpic.com/test/thumb.jpg",
        "min_group_price": 2990,
        "min_normal_price": 3990,
        "has_coupon": True,
        "coupon_discount": 500,
        "coupon_min_order_amount": 2000,
        "coupon_start_time": start,
        "coupon_end_time": end,
        "coupon_total_quantity": 10000,
        "coupon_remain_quantity": 7300,
        "promotion_rate": 120,
        "predict_promotion_rate": 120,
        "mall_id": 100001,
        "mall_name": "测试旗舰店",
        "merchant_type": 3,
        "sales_tip": "3万+",
        "opt_id": 15,
        "opt_name": "百货",
        "brand_name": "测试牌",
        "search_id": "s_test_1",
        "zs_duo_id": 0,
        "unified_tags": ["5元券"],
        **changes,
    }


def sign_of(number: int) -> str:
    return f"Y9f2_test-Sign_J{number % 10_000:04d}"


def order(index: int, at: datetime, *, sid: str = "", uid: str = "zc", **changes: Any) -> dict[str, Any]:
    """One row of the order report, a group formed."""
    second = int(at.timestamp())
    own = {"uid": uid, "sid": sid} if sid else {"uid": uid}
    return {
        "order_sn": f"250601-{index:015d}",
        "order_id": f"idtest{index:06d}",
        "goods_id": 500000000001,
        "goods_sign": "Y9f2_test-Sign_J0001",
        "goods_name": "测试牌 抽纸 24包整箱",
        "goods_thumbnail_url": "https://img.pddpic.com/test/thumb.jpg",
        "goods_quantity": 1,
        "goods_price": 2990,
        "order_amount": 2490,
        "promotion_rate": 120,
        "promotion_amount": 298,
        "p_id": "10000001_200000002",
        "custom_parameters": json.dumps(own, separators=(",", ":")),
        "order_status": 1,
        "order_status_desc": "已成团",
        "order_create_time": second,
        "order_pay_time": second + 30,
        "order_group_success_time": second + 60,
        "order_receive_time": 0,
        "order_verify_time": 0,
        "order_settle_time": 0,
        "order_modify_at": second,
        "fail_reason": "",
        "price_compare_status": 0,
        "type": 0,
        "is_direct": 1,
        "mall_id": 100001,
        "mall_name": "测试旗舰店",
        "batch_no": "",
        "auth_duo_id": 0,
        **changes,
    }
