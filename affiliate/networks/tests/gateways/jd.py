"""Plays JD Union on loopback: checks signature, clock, parameters, windows and page size; holds items and orders; can
misbehave. Written against the platform's docs alone.

    with running() as jd:
        jd.add_item(100000000001, price="399.00")
        jd.misbehave("http_429", times=1)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl

from affiliate.networks.tests.gateways import jd_rows, wire_faults
from affiliate.networks.tests.gateways.loopback import Misbehaving, Server, served
from affiliate.networks.types import Window

APP_KEY = "0123456789abcdef0123456789abcdef"
APP_SECRET = "test-jd-secret"
SITE_ID = "4000000001"
POSITION_ID = "3000000001"
GMT8 = timedelta(hours=8)
DEFAULT_ITEM = 100000000001


@dataclass
class Refusal(Exception):
    """An `error_response` of the gateway itself."""

    code: str
    zh: str
    en: str


@dataclass
class JdGateway(Misbehaving):
    """The state of the pretended platform. Change it freely between calls."""

    url: str = ""
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    orders: list[dict[str, Any]] = field(default_factory=list)
    permissions: set[str] = field(default_factory=lambda: {"goods.query", "subUnionId", "scene2", "coupon", "orders"})
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    rows_a_window: int = 10_000
    click_url: str = ""

    # --- what tests and the contract suite call ---

    @property
    def config(self) -> dict[str, str]:
        return {
            "APP_KEY": APP_KEY,
            "APP_SECRET": APP_SECRET,
            "SITE_ID": SITE_ID,
            "POSITION_ID": POSITION_ID,
            "GATEWAY": self.url,
        }

    @property
    def text(self) -> str:
        return f"【京东】看这个 https://item.jd.com/{DEFAULT_ITEM}.html 「测试牌 空气炸锅 5L 可视款」"

    @property
    def query(self) -> str:
        return "空气炸锅"

    def buy(self, sub_id: str) -> Window:
        """Add a paid order and give the window of update time that reports it."""
        at = self.now() - timedelta(minutes=20)
        self.add_order(subUnionId=sub_id, at=at)
        return Window(at - timedelta(minutes=10), at + timedelta(minutes=10))

    def add_item(self, sku: int = DEFAULT_ITEM, **changes: Any) -> dict[str, Any]:
        """Put an item on offer; `changes` overwrite fields, `price` and `coupon` are shorthands (see jd_rows)."""
        row = jd_rows.item(sku, self.now(), **changes)
        self.items[str(sku)] = row
        return row

    def add_order(self, *, at: datetime | None = None, **changes: Any) -> dict[str, Any]:
        """Add an order row; `at` is its order and update time."""
        row = jd_rows.order(len(self.orders) + 1, at or self.now() - timedelta(minutes=20), **changes)
        self.orders.append(row)
        return row

    def bodies(self, method: str) -> list[dict[str, Any]]:
        """The business parameters of all calls of a method so far."""
        return [body for called, body in self.calls if called.endswith(method)]

    # --- the platform ---

    def answer(self, form: dict[str, str], fault: str) -> tuple[str, str, dict[str, Any]]:
        """Method, inner key and inner answer of a call. Raises Refusal where the gateway itself turns it down."""
        method, body = self.check(form)
        self.calls.append((method, body))
        if fault == "inner_429":
            return method, "queryResult", {"code": 429, "message": "请求过于频繁", "requestId": "o_test"}
        if fault == "inner_500":
            return method, "queryResult", {"code": 500, "message": "服务异常", "requestId": "o_test"}
        if fault == "inner_201":
            return method, "queryResult", {"code": 201, "message": "未查询到数据", "requestId": "o_test"}
        match method:
            case "jd.union.open.goods.query":
                return method, "queryResult", self.goods(body.get("goodsReqDTO"), fault)
            case "jd.union.open.promotion.common.get":
                return method, "getResult", self.promotion(body.get("promotionCodeReq"))
            case "jd.union.open.order.row.query":
                return method, "queryResult", self.order_rows(body.get("orderReq"), fault)
        raise Refusal("19", "无效的方法", "Invalid method")

    def check(self, form: dict[str, str]) -> tuple[str, dict[str, Any]]:
        """The checks that come before any business: parameters, key, clock, signature."""
        for name in ("method", "app_key", "timestamp", "v", "sign_method", "sign", "format"):
            if not form.get(name):
                raise Refusal("20", f"缺少参数 {name}", f"Missing parameter {name}")
        if form["app_key"] != APP_KEY:
            raise Refusal("18", "无效的app_key", "Invalid app_key")
        try:
            sent = datetime.strptime(form["timestamp"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC) - GMT8
        except ValueError:
            raise Refusal("14", "timestamp 格式错误", "Invalid timestamp") from None
        if abs(self.now() - sent) > timedelta(minutes=10):
            raise Refusal("14", "timestamp 超出允许范围", "Invalid timestamp")
        text = APP_SECRET
        for name in sorted(set(form) - {"sign"}):
            text += name + form[name]
        if form["sign"] != hashlib.md5((text + APP_SECRET).encode("utf-8")).hexdigest().upper():
            raise Refusal("12", "无效签名", "Invalid signature")
        business = form.get("360buy_param_json" if not self.url.endswith("/api") else "param_json")
        if business is None:
            raise Refusal("20", "缺少业务参数", "Missing parameter")
        return form["method"], json.loads(business)

    def goods(self, request: Any, fault: str) -> dict[str, Any]:
        """关键词商品查询."""
        if "goods.query" not in self.permissions:
            return {"code": 403, "message": "无访问权限"}
        if not isinstance(request, dict) or request.get("sceneId") not in (1, 2):
            return {"code": 400, "message": "sceneId 必填"}
        if request.get("pageSize", 20) > 30:
            return {"code": 400, "message": "pageSize 超限"}
        if "skuIds" in request:
            if request["sceneId"] != 2:
                return {"code": 411, "message": "场景与物料不匹配"}
            if "scene2" not in self.permissions:
                return {"code": 410, "message": "无场景权限"}
            wanted = [str(sku) for sku in request["skuIds"]]
            found = [row for sku, row in self.items.items() if sku in wanted]
        elif "itemIds" in request:
            found = [row for row in self.items.values() if row["itemId"] in request["itemIds"]]
        else:
            word = str(request.get("keyword", ""))
            short = "u.jd.com/" in word or "union-click.jd.com/" in word
            found = list(self.items.values())[:1] if short else self.search(word)
            size, first = request.get("pageSize", 20), request.get("pageSize", 20) * (request.get("pageIndex", 1) - 1)
            found = found[first : first + size]
        if not found:
            return {"code": 201, "message": "无数据"}
        data = [jd_rows.spoil_item(row, fault) for row in found]
        return {"code": 200, "message": "success", "requestId": "o_test_1", "totalCount": len(data), "data": data}

    def search(self, word: str) -> list[dict[str, Any]]:
        return [row for row in self.items.values() if word and word in row["skuName"]]

    def promotion(self, request: Any) -> dict[str, Any]:
        """网站/APP获取推广链接."""
        if not isinstance(request, dict) or request.get("siteId") != SITE_ID:
            return {"code": 2001501, "message": "WEBID不存在"}
        material, sub_id = str(request.get("materialId", "")), request.get("subUnionId")
        if not material.startswith(("http://", "https://")):
            return {"code": 2001101, "message": "materialId 格式错误"}
        if "positionId" in request and not isinstance(request["positionId"], int):
            return {"code": 2001213, "message": "positionId 格式错误"}
        if "//item.jd.com/" in material and (request.get("sceneId") != 2 or "scene2" not in self.permissions):
            return {"code": 2001706, "message": "场景不符"}
        if sub_id is not None and "subUnionId" not in self.permissions:
            return {"code": 2001403, "message": "无权限使用 subUnionId"}
        if sub_id is not None and (len(sub_id) > 80 or not sub_id.replace("_", "").replace("-", "").isalnum()):
            return {"code": 2001208, "message": "subUnionId 格式错误"}
        if request.get("couponUrl") and "coupon" not in self.permissions:
            return {"code": 2001701, "message": "无二合一权限"}
        if not any(row["itemId"] in material or sku in material for sku, row in self.items.items()):
            return {"code": 2001104, "message": "商品不在推广中"}
        key = hashlib.sha1(json.dumps(request, sort_keys=True).encode()).hexdigest()[:24]
        link = self.click_url or f"https://union-click.jd.com/jdc?e=&p={key}&t={sub_id or request.get('positionId')}"
        return {"code": 200, "message": "success", "requestId": "o_test_3", "data": {"clickURL": link}}

    def order_rows(self, request: Any, fault: str) -> dict[str, Any]:
        """订单行查询: windows of at most an hour, pages of at most 200."""
        if "orders" not in self.permissions:
            return {"code": 2002403, "message": "无权限"}
        try:
            size, index, kind = int(request["pageSize"]), int(request["pageIndex"]), int(request["type"])
            start = datetime.strptime(request["startTime"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
            end = datetime.strptime(request["endTime"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
        except (KeyError, TypeError, ValueError):
            return {"code": 2002400, "message": "参数错误"}
        if not (1 <= size <= 200 and index >= 1 and kind in (1, 2, 3) and start <= end):
            return {"code": 2002400, "message": "参数错误"}
        if end - start > timedelta(hours=1):
            return {"code": 2002400, "message": "时间范围超过一小时"}
        clock = {1: "orderTime", 2: "finishTime", 3: "modifyTime"}[kind]
        first, last = request["startTime"], request["endTime"]
        found = sorted((row for row in self.orders if first <= row[clock] <= last), key=lambda row: row[clock])
        if len(found) > self.rows_a_window or (fault == "full_late" and index > 1):
            return {"code": 2002452, "message": "数据量过大，请缩小时间范围"}
        if fault == "endless":
            return {"code": 200, "message": "success", "hasMore": True, "data": found[:size]}
        if fault == "doubled_page" and index > 1:
            index -= 1  # page 2 is page 1 again, and everything comes one page late
        page, more = found[size * (index - 1) : size * index], len(found) > size * index
        return {"code": 200, "message": "success", "requestId": "o_test_2", "hasMore": more, "data": page}


class _Handler(BaseHTTPRequestHandler):
    """One call: check, answer, or misbehave."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        form = dict(parse_qsl(self.rfile.read(length).decode("utf-8"), keep_blank_values=True, strict_parsing=True))
        jd = self.server.jd
        fault = jd.next_fault()
        try:
            method, key, inner = jd.answer(form, fault)
        except Refusal as refusal:
            error = {"code": refusal.code, "zh_desc": refusal.zh, "en_desc": refusal.en}
            content = json.dumps({"error_response": error}, ensure_ascii=False)
        else:
            content = self.envelope(method, key, inner)
        wire_faults.respond(self, content.encode("utf-8"), fault, jd.slow_seconds)

    def envelope(self, method: str, key: str, inner: dict[str, Any]) -> str:
        """JSON inside JSON, under a key that JD spells with a c (with an s at the older gateway)."""
        old = self.server.jd.url.endswith("/api")
        name = method.replace(".", "_") + ("_response" if old else "_responce")
        text = json.dumps(inner, default=jd_rows.raw_number)
        return json.dumps({name: {"code": "0", "result" if old else key: text}}, ensure_ascii=False)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


class _Server(Server):
    jd: JdGateway


@contextmanager
def running(path: str = "/routerjson") -> Iterator[JdGateway]:
    """A gateway on a free port of loopback with one item on offer."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.jd = JdGateway(url=f"{server.url}{path}")
    server.jd.add_item()
    with served(server):
        yield server.jd
