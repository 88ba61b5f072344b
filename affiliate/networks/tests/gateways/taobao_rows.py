"""Rows as the docs of 淘宝联盟 show them: one item, one link, one order, one 维权. All values are invented."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta
from typing import Any


def item(
    item_id: str,
    now: datetime,
    *,
    title: str = "测试牌 无线降噪头戴耳机 蓝牙5.3",
    reserve: str = "399",
    price: str = "349",
    final: str | None = "299",
    coupon: str | None = "50",
    words: str = "满300减50",
    coupon_hours: float = 48,
    rate: str = "9.00",
    **changes: Any,
) -> dict[str, Any]:
    """One row of the search."""
    prices: dict[str, Any] = {"reserve_price": reserve, "zk_final_price": price, "final_promotion_price": final}
    if coupon is not None:
        promotion = _promotion(now, coupon, words, timedelta(hours=coupon_hours))
        prices["final_promotion_path_list"] = {"final_promotion_path_map_data": [promotion]}
    return {
        "item_id": item_id,
        "item_basic_info": {
            "title": title,
            "short_title": "无线降噪头戴耳机",
            "pict_url": "//img.alicdn.com/bao/uploaded/i1/000/test.jpg",
            "small_images": {"string": ["//img.alicdn.com/a.jpg"]},
            "category_name": "头戴耳机",
            "level_one_category_name": "3C数码配件",
            "user_type": 1,
            "shop_title": "测试旗舰店",
            "brand_name": "测试牌",
        },
        "price_promotion_info": prices,
        "publish_info": _publish(item_id, rate),
        **changes,
    }


def _promotion(now: datetime, fee: str, words: str, left: timedelta) -> dict[str, Any]:
    start, end = (str(int((now + delta).timestamp() * 1000)) for delta in (-timedelta(days=1), left))
    return {
        "promotion_title": "商品券",
        "promotion_desc": words,
        "promotion_fee": fee,
        "promotion_start_time": start,
        "promotion_end_time": end,
        "promotion_id": "abc0coupon",
    }


def _publish(item_id: str, rate: str) -> dict[str, Any]:
    return {
        "click_url": f"//s.click.taobao.com/t?e=SEARCH{item_id[-6:]}",
        "coupon_share_url": f"//uland.taobao.com/coupon/edetail?e=SEARCH{item_id[-6:]}",
        "income_rate": rate,
        "commission_type": "MKT",
        "income_info": {"commission_rate": rate, "commission_amount": "26.91", "subsidy_amount": "0"},
    }


def spoiled(row: dict[str, Any], fault: str) -> dict[str, Any]:
    """A copy of an item with something unbelievable in it."""
    row = copy.deepcopy(row)
    prices = {"price_zero": "0", "price_negative": "-12.5", "price_absurd": "99999999999999", "price_text": "面议"}
    if fault in prices:
        for name in ("reserve_price", "zk_final_price", "final_promotion_price"):
            row["price_promotion_info"][name] = prices[fault]
    if fault == "title_markup":
        row["item_basic_info"]["title"] = (
            "<script>alert(1)</script><b>测试牌</b> 耳机&lt;img src=x onerror=alert(1)&gt;"
        )
    return row


def link(item_id: str, adzone: str, relation: str, click_url: str, now: datetime) -> dict[str, Any]:
    """What 万能转链 gives for one item."""
    tail = f"{adzone}{'r' + relation if relation else ''}"
    end = (now + timedelta(hours=8, days=3)).strftime("%Y-%m-%d %H:%M:%S")
    long_url = click_url or f"https://uland.taobao.com/coupon/edetail?e=TEST{tail}"
    return {
        "link_info_dto": {
            "item_id": item_id,
            "material_type": 1,
            "cps_long_url": click_url or f"https://s.click.taobao.com/t?e=TEST{tail}",
            "cps_short_url": click_url or "https://s.click.taobao.com/TESTabc",
            "coupon_long_url": long_url,
            "coupon_short_url": click_url or "https://s.click.taobao.com/TESTcpn",
            "cps_short_tpwd": "￥TesTkLmNoPq￥",
            "cps_full_tpwd": "8￥ CZ0001 TesTkLmNoPq￥ https://m.tb.cn/h.TEST  测试牌 无线降噪头戴耳机",
            "coupon_short_tpwd": "￥TesTcLmNoPq￥",
            "coupon_full_tpwd": "8￥ CZ0001 TesTcLmNoPq￥ https://m.tb.cn/h.TESTC  测试牌 无线降噪头戴耳机",
        },
        "coupon_info_dto": {
            "activity_id": "abc0coupon",
            "coupon_amount": "50.00",
            "coupon_desc": "满300减50",
            "coupon_end_time": end,
            "coupon_remain_count": 900,
        },
        "promotion_info_dto": {"commission_rate": "9.00", "commission_type": "MKT", "promotion_price": 29900},
    }


def order(number: int, local: str, **changes: Any) -> dict[str, Any]:
    """One row of order.details.get, paid and not settled."""
    return {
        "trade_id": str(4300000000000000012 + number * 10),
        "trade_parent_id": str(4300000000000000011 + number * 10),
        "item_id": "k2m9x0bb22c-77zzq0testid",
        "extra_mkt_id": "77zzq0testid",
        "item_title": "测试牌 无线降噪头戴耳机",
        "item_num": 1,
        "item_price": "349.00",
        "seller_shop_title": "测试旗舰店",
        "order_type": "天猫",
        "terminal_type": "无线",
        "flow_source": "--",
        "tk_order_role": 2,
        "site_id": 200000002,
        "adzone_id": 300000003,
        "tk_status": 12,
        "refund_tag": 0,
        "click_time": local,
        "tk_create_time": local,
        "tb_paid_time": local,
        "tk_paid_time": local,
        "modified_time": local,
        "alipay_total_price": "299.00",
        "pay_price": "0.00",
        "total_commission_rate": "9.00",
        "total_commission_fee": "26.91",
        "pub_share_rate": "100.00",
        "tk_total_rate": "9.00",
        "pub_share_pre_fee": "26.91",
        "pub_share_fee": "0",
        "subsidy_fee": "0",
        "alimama_rate": "10.00",
        "alimama_share_fee": "2.69",
        **changes,
    }


def refund(number: int, order: dict[str, Any], local: str, **changes: Any) -> dict[str, Any]:
    """One 维权 of a settled order, all of it given back."""
    return {
        "refund_suit_id": str(9000 + number),
        "tb_trade_id": order["trade_id"],
        "tb_trade_parent_id": order["trade_parent_id"],
        "tb_trade_create_time": order["tk_create_time"],
        "tk_order_role": order["tk_order_role"],
        "earning_time": order.get("tk_earning_time", local),
        "tk_refund_time": local,
        "tk_refund_suit_time": local,
        "modified_time": local,
        "tb_trade_finish_price": "299.00",
        "refund_fee": "299.00",
        "refund_status": 13,
        "pub_share_fee": "26.91",
        "tk_commission_fee_refund": "24.22",
        "tk_subsidy_fee_refund": "0.00",
        "tk_commission_alimm_refund_fee": "2.69",
        "show_return_fee": "26.91",
        **changes,
    }
