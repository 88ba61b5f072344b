"""Plays 饿了么联盟 behind TOP: activities, shops, items of two kinds, links with sid, order and 维权 reports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from affiliate.networks.tests.gateways.top import APP_KEY, APP_SECRET, Refusal, TopGateway, serving, stretch
from affiliate.networks.types import Window

PID = "alsc_100000001_200000002_300000003"
ACTIVITY = "10144"
ITEM = "0DE2000000000000000000000000EEEE"
SHOP = "E1234567890abcdef"
CLOCKS = {"1": "pay_time", "2": "tk_create_time", "3": "settle_time", "4": "gmt_modified"}
PROMOTION = "alibaba.alsc.union.eleme.promotion."
REPORT = "alibaba.alsc.union.kbcpx."


def item(item_id: str, now: datetime, **changes: Any) -> dict[str, Any]:
    """One item as itempromotion.get gives it; amounts in fen, times in seconds."""
    return {
        "item_id": item_id,
        "item_name": "示例套餐 双人下午茶",
        "picture": "https://img.alicdn.com/x.jpg",
        "biz_type": "hot_item",
        "original_price_cent": 3000,
        "sell_price_cent": 1990,
        "discount": "0.66",
        "start_ime": int(now.timestamp()) - 1000,
        "end_time": int((now + timedelta(days=9)).timestamp()),
        "commission_rate": "0.1",
        "commission": 199,
        "stock": 50,
        **changes,
    }


def order(number: int, local: str, **changes: Any) -> dict[str, Any]:
    """One row of positive.order.get, paid and not settled."""
    return {
        "biz_order_id": 2230000000000000000 + number,
        "parent_order_id": 2230000000000000000 + number,
        "title": "外卖订单",
        "shop_name": "示例餐厅",
        "pay_amount": "25.00",
        "income": "1.20",
        "settle": "0.00",
        "settle_amount": "0.00",
        "commission_rate": "0.06",
        "order_state": 2,
        "order_item_status": 2,
        "settle_state": 2,
        "product_num": 1,
        "tk_create_time": local,
        "pay_time": local,
        "gmt_modified": local,
        "sid": "a12p345",
        "pid": PID,
        "platform_type": 2,
        "activity_id": 10144,
        **changes,
    }


def claim(order: dict[str, Any], local: str, **changes: Any) -> dict[str, Any]:
    """One 维权, won, of the whole order."""
    return {
        "biz_order_id": str(order["biz_order_id"]),
        "parent_order_id": str(order["parent_order_id"]),
        "settle_time": order["settle_time"],
        "explain_start_time": local,
        "explain_end_time": local,
        "explain_state": 0,
        "return_commission_state": 1,
        "refund_amount": "25.00",
        "settle": "1.20",
        "gmt_modified": local,
        "sid": order["sid"],
        **changes,
    }


@dataclass
class ElemeGateway(TopGateway):
    """What is on offer, orders by share and by action, 维权."""

    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    orders: list[dict[str, Any]] = field(default_factory=list)
    actions: list[dict[str, Any]] = field(default_factory=list)
    claims: list[dict[str, Any]] = field(default_factory=list)
    links: dict[str, Any] = field(default_factory=dict)
    most_pages: int = 50

    @property
    def config(self) -> dict[str, str]:
        return {"APP_KEY": APP_KEY, "APP_SECRET": APP_SECRET, "PID": PID, "GATEWAY": self.url}

    @property
    def text(self) -> str:
        return f"这个套餐不错 eleme:item:{ITEM} 「示例套餐」"

    @property
    def query(self) -> str:
        return "下午茶"

    def buy(self, sub_id: str) -> Window:
        at = self.now() - timedelta(minutes=20)
        self.add_order(at=at, sid=sub_id)
        return Window(at - timedelta(minutes=10), at + timedelta(minutes=10))

    def add_order(self, *, at: datetime | None = None, action: bool = False, **changes: Any) -> dict[str, Any]:
        local = self.local(at or self.now() - timedelta(minutes=20))
        row = order(len(self.orders) + len(self.actions) + 1, local, **changes)
        (self.actions if action else self.orders).append(row)
        return row

    def add_claim(self, of: dict[str, Any], *, at: datetime | None = None, **changes: Any) -> dict[str, Any]:
        row = claim(of, self.local(at or self.now() - timedelta(minutes=10)), **changes)
        self.claims.append(row)
        return row

    # --- the services ---

    def service(self, method: str, form: dict[str, str], fault: str) -> dict[str, Any]:
        if method.startswith(PROMOTION):
            request = json.loads(form["query_request"])
            if request.get("pid") != PID:
                return {"result_code": 400, "message": "pid 不合法"}
            if len(request.get("sid", "")) > 50:
                return {"result_code": 400, "message": "sid 过长"}
            return self.promotion(method.removeprefix(PROMOTION), request, fault)
        match method.removeprefix(REPORT):
            case "positive.order.get":
                rows = self.orders if form.get("biz_unit") == "2" else self.actions
                return self.report(rows, form, "order_detail_report_d_t_o", fault)
            case "refund.order.get":
                rows = self.claims if form.get("biz_unit") == "2" else []
                return self.report(rows, form, "refund_order_detail_report_d_t_o", "")
        raise Refusal(22, "Invalid method", "isv.invalid-method", method)

    def promotion(self, name: str, request: dict[str, Any], fault: str) -> dict[str, Any]:
        data: Any = None
        if name == "officialactivity.get" and request.get("activity_id") == ACTIVITY:
            end = int((self.now() + timedelta(days=3)).timestamp())
            data = {
                "id": ACTIVITY,
                "title": "外卖红包天天领",
                "picture": "https://gw.alicdn.com/x.png",
                "end_time": end,
            }
        if name == "storepromotion.get" and request.get("shop_id") == SHOP:
            data = {
                "shop_id": SHOP,
                "title": "示例餐厅",
                "shop_logo": "https://img.alicdn.com/s.jpg",
                "commission_rate": "0.2",
            }
        if name == "itempromotion.get":
            data = self.items.get(request["item_id"])
            data = None if data and data["biz_type"] != request["biz_type"] else data
        if name == "itempromotion.query":
            return self.listing(request)
        if data is None:
            return {"result_code": 404, "message": "推广对象不存在"}
        if fault == "price_absurd":
            data = data | {"original_price_cent": 10**14, "sell_price_cent": -5}
        return {
            "result_code": 0,
            "message": "success",
            "data": data | {"link": self.link(request.get("sid", "")) | self.links},
        }

    def listing(self, request: dict[str, Any]) -> dict[str, Any]:
        size = request["page_size"]
        if not 1 <= size <= 20:
            return {"result_code": 400, "message": "page_size"}
        rows = [row for row in self.items.values() if row["biz_type"] == request["biz_type"]]
        rows = [row for row in rows if request["search_content"] in row["item_name"]]
        page = rows[size * (request["page_number"] - 1) : size * request["page_number"]]
        return {"result_code": 0, "data": {"records": {"item_promotion_dto": page}} if page else {"total": 0}}

    def link(self, sid: str) -> dict[str, Any]:
        return {
            "h5_url": f"https://tb.ele.me/wow/x?sid={sid}",
            "h5_short_link": "https://u.ele.me/abc",
            "wx_appid": "wxexample",
            "wx_path": "pages/x?scene=1",
            "alipay_mini_url": "alipays://platformapi/startapp?x=1",
            "ele_scheme_url": "eleme://web?url=x",
            "taobao_word": "￥abc￥",
            "eleme_word": "复制 EleWord12345 打开饿了么",
        }

    def report(self, rows: list[dict[str, Any]], form: dict[str, str], name: str, fault: str) -> dict[str, Any]:
        """Windows of at most 31 days, at most 50 pages of at most 50."""
        first, last = stretch(form, "start_date", "end_date")
        size, index = int(form.get("page_size", 10)), int(form.get("page_number", 1))
        if last - first > timedelta(days=31) or not 1 <= size <= 50 or index > self.most_pages:
            return {"result_success": False, "biz_error_code": 400, "biz_error_desc": "参数错误"}
        clock = CLOCKS[form["date_type"]]
        found = [row for row in rows if form["start_date"] <= str(row.get(clock) or "") <= form["end_date"]]
        if wanted := form.get("order_id"):
            found = [row for row in found if str(row["biz_order_id"]) == wanted]
        total, at = len(found), index
        if fault == "endless":
            at, total = 1, size * 40
        if fault == "doubled_page" and index > 1:
            at, total = index - 1, total + size
        page = found[size * (at - 1) : size * at]
        if fault == "reordered":
            page = page[::-1]
        result = {name: page} if page else {}
        return {"result_success": True, "biz_error_code": 0, "total_count": total, "result": result}


@contextmanager
def running() -> Iterator[ElemeGateway]:
    """A gateway on a free port of loopback with one item on offer."""
    gateway = ElemeGateway()
    gateway.items[ITEM] = item(ITEM, gateway.now())
    with serving(gateway):
        yield gateway
