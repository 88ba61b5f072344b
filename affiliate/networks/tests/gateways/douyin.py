"""Plays Pangle's e-commerce CPS on loopback: checks envelope, clock and signature; holds items and orders.
Can misbehave. Written against the docs alone.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

from affiliate.networks.tests.gateways import wire_faults
from affiliate.networks.tests.gateways.loopback import Misbehaving, Server, served
from affiliate.networks.types import Window

APP_ID = "5000001"
SECURE_KEY = "test-pangle-secure-key"
ITEM = 3_400_000_000_000_000_001
PAGE = f"https://haohuo.jinritemai.com/views/product/item2?id={ITEM}"
EXT = "opaque_ext"
LONGEST_SPAN = 90 * 86_400


class Refusal(Exception):
    """An answer whose code is not 0."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass
class DouyinGateway(Misbehaving):
    """The state of the pretended platform. Change it freely between calls."""

    url: str = ""
    items: dict[int, dict[str, Any]] = field(default_factory=dict)
    orders: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    seen_requests: set[str] = field(default_factory=set)
    data_as_text: bool = False
    share_link: str = ""

    @property
    def config(self) -> dict[str, str]:
        return {"APP_ID": APP_ID, "SECURE_KEY": SECURE_KEY, "GATEWAY": self.url}

    @property
    def text(self) -> str:
        return f"7.94 复制打开抖音 {PAGE}&origin_type=999 「示例湿巾80抽*10包」"

    @property
    def query(self) -> str:
        return "湿巾"

    def buy(self, sub_id: str) -> Window:
        at = self.now() - timedelta(minutes=20)
        self.add_order(external_info=sub_id, at=at)
        return Window(at - timedelta(minutes=10), at + timedelta(minutes=10))

    def add_item(self, item: int = ITEM, **changes: Any) -> dict[str, Any]:
        row: dict[str, Any] = {
            "product_id": item,
            "title": "示例湿巾80抽*10包",
            "cover": "https://p3.ecombdimg.com/x.jpg",
        }
        row |= {"price": 990, "coupon_price": 890, "cos_ratio": 1000, "cos_fee": 89, "sales": 1200, "in_stock": True}
        row |= {"shop_id": 1234567, "shop_name": "示例旗舰店", "ext": EXT}
        row |= {"detail_url": f"https://haohuo.jinritemai.com/views/product/item2?id={item}"} | changes
        self.items[item] = row
        return row

    def add_order(self, *, at: datetime | None = None, order_type: int = 1, **changes: Any) -> dict[str, Any]:
        """Add an order; `at` is its time of payment and of its last change."""
        moment = (at or self.now() - timedelta(minutes=20)) + timedelta(hours=8)
        text = moment.strftime("%Y-%m-%d %H:%M:%S")
        row: dict[str, Any] = {"order_id": str(6_930_000_000_000_000_001 + len(self.orders)), "app_id": APP_ID}
        row |= {"product_id": str(ITEM), "product_name": "示例湿巾", "total_pay_amount": 990, "pay_goods_amount": 990}
        row |= {"estimated_commission": 89, "split_rate": 1000, "estimated_tech_service_fee": 10}
        row |= {"ads_real_commission": 0, "after_sales_status": 0, "flow_point": "PAY_SUCC", "item_num": 1}
        row |= {"external_info": "a12p345", "pay_success_time": text, "update_time": text, "refund_time": ""}
        row |= {"settle_time": "", "confirm_time": "", "buyer_nickname": "张三"} | changes
        self.orders.append((order_type, row))
        return row

    def bodies(self, path: str) -> list[dict[str, Any]]:
        return [body for called, body in self.calls if called == path]

    # --- the platform ---

    def answer(self, path: str, envelope: dict[str, Any], fault: str) -> dict[str, Any]:
        asked = self.check(envelope)
        self.calls.append((path, asked))
        if fault == "inner_limit":
            raise Refusal(30_001, "请求过于频繁")
        if fault == "inner_busy":
            raise Refusal(30_002, "系统错误，请稍后重试")
        if fault == "inner_strange":
            raise Refusal(77_777, "喵")
        match path:
            case "/product/search":
                return self.search(asked)
            case "/product/detail":
                wanted = asked.get("product_ids") or []
                return {"total": 1, "products": [row for item, row in self.items.items() if item in wanted]}
            case "/command_parse":
                known = asked.get("command") == "https://v.douyin.com/iAbCdE1/"
                return {"product_info": {"product_id": ITEM}} if known else {}
            case "/product/link":
                return self.link(asked)
            case "/order/search":
                return self.order_rows(asked, fault)
        raise Refusal(404, "path 参数不合法")

    def check(self, envelope: dict[str, Any]) -> dict[str, Any]:
        """Key, clock, signature and a request id that is new, in this order; then the business JSON."""
        if envelope.get("app_id") != APP_ID or envelope.get("version") != "1" or envelope.get("sign_type") != "MD5":
            raise Refusal(10_001, "app_id 无效")
        stamp, data, req_id = envelope.get("timestamp"), envelope.get("data"), str(envelope.get("req_id", ""))
        if not isinstance(stamp, int) or abs(self.now().timestamp() - stamp) > 600:
            raise Refusal(10_002, "timestamp 超出有效期")
        if not isinstance(data, str) or not re.fullmatch(r"[0-9a-f-]{36}", req_id) or req_id in self.seen_requests:
            raise Refusal(10_003, "req_id 参数不合法")
        self.seen_requests.add(req_id)
        text = "app_id=" + APP_ID + "&data=" + data + "&req_id=" + req_id + "&timestamp=" + str(stamp) + SECURE_KEY
        if envelope.get("sign") != hashlib.md5(text.encode("utf-8")).hexdigest():
            raise Refusal(10_004, "sign 签名错误")
        found = json.loads(data)
        return found if isinstance(found, dict) else {}

    def search(self, asked: dict[str, Any]) -> dict[str, Any]:
        size, page = asked.get("page_size", 20), asked.get("page", 1)
        if not 1 <= size <= 20 or page < 1:
            raise Refusal(20_001, "page_size 参数不合法")
        named = [row for row in self.items.values() if asked.get("title", "") in row["title"]]
        return {"total": len(named), "products": named[size * (page - 1) :][:size]}

    def link(self, asked: dict[str, Any]) -> dict[str, Any]:
        match = re.search(r"id=(\d+)", str(asked.get("product_url", "")))
        if not match or int(match.group(1)) not in self.items:
            raise Refusal(20_002, "商品已下架，不支持推广")
        if asked.get("product_ext") not in (None, EXT) or not set(asked.get("share_type", [1])) <= {1, 2, 3, 4, 5}:
            raise Refusal(20_001, "参数不合法")
        info = str(asked.get("external_info", ""))
        if not re.fullmatch(r"\w{0,20}", info, re.ASCII):
            raise Refusal(20_003, "external_info 参数不合法")
        share = self.share_link or f"https://v.douyin.com/share1/?e={info}"
        has_coupon = asked.get("use_coupon") and self.items[int(match.group(1))].get("coupon_price")
        return {
            "dy_deeplink": "snssdk1128://ec_goods_detail?id=1",
            "dy_password": "7.94 dAb:/ 复制打开抖音",
            "dy_zlink": "https://z.douyin.com/AbCd1",
            "dy_sharelink": share,
            "coupon_link": {
                "coupon_status": 0 if has_coupon else 1,
                "share_command": "8.88 券 复制打开抖音" if has_coupon else "",
                "deeplink": "snssdk1128://ec_coupon?id=1" if has_coupon else "",
                "share_link": self.share_link or f"https://v.douyin.com/coupon1/?e={info}" if has_coupon else "",
            },
        }

    def order_rows(self, asked: dict[str, Any], fault: str) -> dict[str, Any]:
        start, end, size = asked["start_time"], asked["end_time"], asked["size"]
        if not start < end <= start + LONGEST_SPAN or not 1 <= size <= 50:
            raise Refusal(20_001, "start_time 参数不合法")
        clock = {"pay": "pay_success_time", "update": "update_time"}[asked.get("time_type", "pay")]
        rows = [row for kind, row in self.orders if kind == asked["order_type"]]
        found = sorted((row for row in rows if start <= epoch(row[clock]) < end), key=lambda row: str(row[clock]))
        at = int(asked["cursor"]) if str(asked.get("cursor")).isdecimal() else 0
        page = found[at : at + size]
        following = at if fault in ("endless", "doubled_page") and not at else at + size
        more = following < len(found) or (fault == "endless" and found)
        return {"cursor": str(following or "again") if more else "", "orders": page}


def epoch(text: str) -> float:
    """Beijing time as text, in seconds of the epoch."""
    return (datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC) - timedelta(hours=8)).timestamp()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        douyin = self.server.douyin
        fault = douyin.next_fault()
        try:
            data: Any = douyin.answer(self.path, json.loads(body), fault)
        except Refusal as refusal:
            answer = {"code": refusal.code, "desc": refusal.message}
        else:
            answer = {"code": 0, "desc": "success", "data": json.dumps(data) if douyin.data_as_text else data}
        wire_faults.respond(self, json.dumps(answer, ensure_ascii=False).encode(), fault, douyin.slow_seconds)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


class _Server(Server):
    douyin: DouyinGateway


@contextmanager
def running() -> Iterator[DouyinGateway]:
    """A gateway on a free port of loopback with one item on offer."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.douyin = DouyinGateway(url=server.url)
    server.douyin.add_item()
    with served(server):
        yield server.douyin
