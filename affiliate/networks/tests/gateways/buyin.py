"""Plays 抖店's `buyin.*` on loopback: checks envelope, clock, signature and token; holds items and orders. Can
misbehave. Written against the docs alone.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from affiliate.networks.tests.gateways import wire_faults
from affiliate.networks.tests.gateways.loopback import Misbehaving, Server, served
from affiliate.networks.types import Window

APP_KEY, APP_SECRET = "7000000000000000001", "test-doudian-secret"
PID = "dy_1_2_3"
ITEM = 3_400_000_000_000_000_001
SHORT = "https://v.douyin.com/iAbCdE1/"
LIVE_ROOM = "https://v.douyin.com/iLive01/"
NINETY_DAYS = timedelta(days=90)
FIELDS = {"app_key", "method", "timestamp", "v", "sign", "sign_method"}


class Refusal(Exception):
    """An answer whose code is not 10000."""

    def __init__(self, code: int, sub_code: str = "", sub_msg: str = "") -> None:
        super().__init__(sub_msg)
        self.answer = {"code": code, "msg": "失败", "sub_code": sub_code, "sub_msg": sub_msg, "log_id": "2026"}


INNER = {
    "inner_limit": Refusal(60_000, "isv.flow-limit", "触发限流，请稍后重试"),
    "inner_busy": Refusal(20_000, "isp.service-error:256", "服务打瞌睡了，请稍后再试"),
    "inner_strange": Refusal(77_777, "isv.new-thing:1", "喵"),
}


@dataclass
class BuyinGateway(Misbehaving):
    """The state of the pretended platform. Change it freely between calls."""

    url: str = ""
    access_token: str = "access-0"
    refresh_token: str = "refresh-0"
    renewals: int = 0
    items: dict[int, dict[str, Any]] = field(default_factory=dict)
    orders: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    wrapped: bool = False
    share_link: str = ""

    @property
    def config(self) -> dict[str, str]:
        tokens = {"ACCESS_TOKEN": self.access_token, "REFRESH_TOKEN": self.refresh_token}
        return {"APP_KEY": APP_KEY, "APP_SECRET": APP_SECRET, "PID": PID, "GATEWAY": self.url} | tokens

    @property
    def text(self) -> str:
        return f"看看 https://haohuo.jinritemai.com/views/product/item2?id={ITEM}&pick_source=v1 示例湿巾 ¥9.9"

    @property
    def query(self) -> str:
        return "湿巾"

    def buy(self, sub_id: str) -> Window:
        at = self.now() - timedelta(minutes=20)
        self.add_order(at=at, pid_info={"pid": PID, "external_info": sub_id, "media_type_name": "ProductDetail"})
        return Window(at - timedelta(minutes=10), at + timedelta(minutes=10))

    def add_item(self, item: int = ITEM, **changes: Any) -> dict[str, Any]:
        row: dict[str, Any] = {
            "product_id": item,
            "title": "示例湿巾80抽*10包",
            "cover": "https://p3.ecombdimg.com/x.jpg",
        }
        row |= {"price": 990, "coupon_price": 890, "cos_ratio": 10.5, "cos_fee": 103, "sales": 1200, "in_stock": True}
        row |= {"shop_id": 1234567, "shop_name": "示例旗舰店", "sharable": True} | changes
        self.items[item] = row
        return row

    def add_order(self, *, at: datetime | None = None, kind: str = "ProductDetail", **changes: Any) -> dict[str, Any]:
        """Add an order; `at` is its time of payment and of its last change."""
        moment = (at or self.now() - timedelta(minutes=20)) + timedelta(hours=8)
        text = moment.strftime("%Y-%m-%d %H:%M:%S")
        row: dict[str, Any] = {"order_id": str(4_900_000_000_000_000_001 + len(self.orders)), "product_id": str(ITEM)}
        row |= {"product_name": "示例湿巾", "shop_name": "示例旗舰店", "total_pay_amount": 990, "pay_goods_amount": 980}
        row |= {"ads_estimated_commission": 89, "ads_estimated_tech_service_fee": 9, "ads_real_commission": 0}
        row |= {"settled_goods_amount": 0, "ads_promotion_rate": 1000, "flow_point": "PAY_SUCC", "item_num": 1}
        row |= {"pay_success_time": text, "update_time": text, "refund_time": "", "settle_time": "", "confirm_time": ""}
        row |= {"pid_info": {"pid": PID, "external_info": "a12p345"}, "buyer_nickname": "张三"} | changes
        self.orders.append((kind, row))
        return row

    def bodies(self, method: str) -> list[dict[str, Any]]:
        return [body for called, body in self.calls if called == method]

    # --- the platform ---

    def answer(self, path: str, query: dict[str, str], body: bytes, fault: str) -> dict[str, Any]:
        method, asked = self.check(path, query, body)
        if method == "token.refresh":
            return self.renew(asked)
        if query.get("access_token") != self.access_token:
            raise Refusal(40_003, "isv.access-token-expired", "access_token已过期")
        self.calls.append((method, asked))
        if fault in INNER:
            raise INNER[fault]
        serve = {
            "buyin.kolMaterialsProductsSearch": self.search,
            "buyin.kolMaterialsProductsDetails": self.details,
            "buyin.commonShareCommandParse": self.parse,
            "buyin.kolProductShare": self.share,
        }
        if method == "buyin.doukeOrderAds":
            return self.order_rows(asked, fault)
        if method not in serve:
            raise Refusal(70_000, "isp.api-service-off", "API不存在或API已下线")
        return serve[method](asked)

    def check(self, path: str, query: dict[str, str], body: bytes) -> tuple[str, dict[str, Any]]:
        """Names, key, clock and signature, in this order; then the business JSON."""
        method = query.get("method", "")
        if not query.keys() >= FIELDS or path.strip("/") != method.replace(".", "/") or query["v"] != "2":
            raise Refusal(40_001, "isv.parameter-missing", "缺少必选参数")
        if query["app_key"] != APP_KEY or not re.fullmatch(r"\d{19}", query["app_key"]):
            raise Refusal(40_003, "isv.app-id-invalid", "app_key格式不正确")
        if abs(self.now().timestamp() - int(query["timestamp"])) > 600:
            raise Refusal(40_003, "isv.timestamp-invalid", "时间戳不合法")
        pairs = {"app_key": APP_KEY, "method": method, "param_json": body.decode(), "timestamp": query["timestamp"]}
        inner = "".join(name + value for name, value in sorted((pairs | {"v": "2"}).items()))
        proof = hmac.new(APP_SECRET.encode(), (APP_SECRET + inner + APP_SECRET).encode(), hashlib.sha256).hexdigest()
        if query["sign_method"] != "hmac-sha256" or query["sign"] != proof or not in_order(body):
            raise Refusal(40_003, "isv.signature-invalid", "签名校验失败")
        return method, json.loads(body)

    def renew(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked != {"grant_type": "refresh_token", "refresh_token": self.refresh_token}:
            raise Refusal(50_001, "dop.token-generate-failed:token-invalid", "生成token失败，token不存在")
        self.renewals += 1
        self.access_token, self.refresh_token = f"access-{self.renewals}", f"refresh-{self.renewals}"
        return {"access_token": self.access_token, "refresh_token": self.refresh_token, "expires_in": 604_800}

    def search(self, asked: dict[str, Any]) -> dict[str, Any]:
        size, page = asked["page_size"], asked["page"]
        if not 1 <= size <= 20 or page < 1:
            raise Refusal(40_004, "isv.parameter-invalid:4097", "参数校验失败")
        named = [row for row in self.items.values() if asked.get("title", "") in row["title"] and row["sharable"]]
        return {"total": len(named), "products": named[size * (page - 1) :][:size]}

    def details(self, asked: dict[str, Any]) -> dict[str, Any]:
        found = [self.items[item] for item in asked["product_ids"] if item in self.items]
        return {"total": len(found), "products": found}

    def parse(self, asked: dict[str, Any]) -> dict[str, Any]:
        known = {SHORT: {"command_type": 1, "product_info": {"product_id": ITEM}}}
        known |= {LIVE_ROOM: {"command_type": 2, "live_info": {"product_id": ITEM}}}
        if asked["command"] not in known:
            raise Refusal(40_004, "isv.parameter-invalid:4148", "无效商品口令")
        return {"common_share_command_parse_info": known[asked["command"]]}

    def share(self, asked: dict[str, Any]) -> dict[str, Any]:
        match = re.search(r"id=(\d+)", asked["product_url"])
        item = self.items.get(int(match.group(1)) if match else 0)
        if item is None:
            raise Refusal(40_004, "isv.parameter-invalid:4349", "商品不存在")
        if asked["pid"] != PID:
            raise Refusal(40_004, "isv.parameter-invalid:4102", "参数校验失败：无效 PID")
        info = asked.get("external_info", "")
        if not re.fullmatch(r"\w{0,40}", info, re.ASCII):
            raise Refusal(40_004, "isv.parameter-invalid:4101", "无效 external_info")
        if not item["sharable"]:
            raise Refusal(50_002, "isv.business-failed:4104", "当前商品暂不支持站外分享")
        made = {"dy_password": "7.94 dAb:/ 复制打开抖音", "dy_deeplink": "snssdk1128://ec_goods_detail?id=1"}
        made |= {"dy_zlink": "https://z.douyin.com/AbCd1" if asked["need_zlink"] else ""}
        made |= {"share_link": self.share_link or f"https://haohuo.jinritemai.com/views/product/item2?e={info}"}
        coupon: dict[str, Any] = {"coupon_status": 1}
        if asked["use_coupon"] and item["coupon_price"]:
            coupon = {"coupon_status": 0, "share_command": "8.88 券 复制打开抖音"}
            coupon |= {"deeplink": "snssdk1128://ec_coupon?id=1"}
            coupon |= {"share_link": self.share_link or f"https://haohuo.jinritemai.com/views/coupon?e={info}"}
        return made | {"coupon_link": coupon}

    def order_rows(self, asked: dict[str, Any], fault: str) -> dict[str, Any]:
        start, end, size = asked["start_time"], asked["end_time"], asked["size"]
        if not 1 <= size <= 200:
            raise Refusal(40_004, "isv.parameter-invalid:4246", "无效size")
        earliest = (self.now() + timedelta(hours=8) - NINETY_DAYS).strftime("%Y-%m-%d %H:%M:%S")
        if not re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", start) or not earliest <= start < end:
            raise Refusal(40_004, "isv.parameter-invalid:4251", "无效时间区间")
        clock = {"pay": "pay_success_time", "update": "update_time"}[asked.get("time_type", "pay")]
        rows = [row for kind, row in self.orders if kind == asked["distribution_type"]]
        found = sorted((row for row in rows if start <= row[clock] < end), key=lambda row: str(row[clock]))
        at = int(asked["cursor"]) if str(asked["cursor"]).isdecimal() else 0
        page = found[at : at + size]
        following = at if fault in ("endless", "doubled_page") and not at else at + size
        return {"orders": page, "cursor": str(following or "again") if page else ""}


def in_order(body: bytes) -> bool:
    """Whether the keys of the business JSON stand in order, with no white space between them."""
    pairs = json.loads(body, object_pairs_hook=lambda found: [name for name, _ in found])
    return bool(pairs == sorted(pairs) and b'": ' not in body and b', "' not in body)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        buyin, address = self.server.buyin, urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        fault = buyin.next_fault()
        try:
            data = buyin.answer(address.path, query, body, fault)
        except Refusal as refusal:
            answer = refusal.answer
        else:
            answer = {"code": 10000, "msg": "success", "sub_code": "", "sub_msg": "", "log_id": "2026"}
            answer |= {"data": {"data": data} if buyin.wrapped else data}
        wire_faults.respond(self, json.dumps(answer, ensure_ascii=False).encode(), fault, buyin.slow_seconds)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


class _Server(Server):
    buyin: BuyinGateway


@contextmanager
def running() -> Iterator[BuyinGateway]:
    """A gateway on a free port of loopback with one item on offer."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.buyin = BuyinGateway(url=server.url)
    server.buyin.add_item()
    with served(server):
        yield server.buyin
