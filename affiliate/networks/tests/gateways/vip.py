"""Plays VIP's open platform on loopback: checks signature, clock, token, service, version, parameters, windows; holds
items, orders and refunds; can misbehave. Written against the platform's docs alone.

    with running() as vip:
        vip.add_item("6919000000000000002", vipPrice="99.00")
        vip.misbehave("vendor_limit", times=1)
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from affiliate.networks.tests.gateways import vip_rows, wire_faults
from affiliate.networks.tests.gateways.loopback import Misbehaving, Server, served
from affiliate.networks.types import Window

APP_KEY, APP_SECRET, TOKEN = "demoAppKey", "demoAppSecret", "tok123"
DEFAULT_ITEM = vip_rows.DEFAULT_ITEM
PREFIX = "com.vip.adp.api.open.service.Union"
DAY = 86_400_000


class Refused(Exception):
    """An answer with a returnCode other than 0."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.answer = {"returnCode": code, "returnMessage": message}


@dataclass
class VipGateway(Misbehaving):
    """The state of the pretended platform. Change it freely between calls."""

    url: str = ""
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    orders: list[dict[str, Any]] = field(default_factory=list)
    refunds: list[dict[str, Any]] = field(default_factory=list)
    permissions: set[str] = field(default_factory=lambda: {"goods", "orders", "refunds"})
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    common: list[dict[str, str]] = field(default_factory=list)
    links: dict[str, Any] = field(default_factory=dict)

    # --- what tests and the contract suite call ---

    @property
    def config(self) -> dict[str, str]:
        keys = {"APP_KEY": APP_KEY, "APP_SECRET": APP_SECRET, "ACCESS_TOKEN": TOKEN}
        return keys | {"CHAN_TAG": "default_pid", "OPEN_ID": "u_12", "GATEWAY": self.url}

    @property
    def text(self) -> str:
        return (
            f"【唯品会】这件不错「示例纯棉T恤 短袖」https://m.vip.com/product-1710612345-{DEFAULT_ITEM}.html?f=who"
            "&chl_param=someone 点开看看"
        )

    @property
    def query(self) -> str:
        return "纯棉T恤"

    def buy(self, sub_id: str) -> Window:
        """Add a paid order and give the window of update time that reports it."""
        at = self.now() - timedelta(minutes=20)
        self.add_order(statParam=sub_id, at=at)
        return Window(at - timedelta(minutes=10), at + timedelta(minutes=10))

    def add_item(self, goods_id: str = DEFAULT_ITEM, **changes: Any) -> dict[str, Any]:
        """Put an item on offer; `changes` overwrite fields of its row."""
        row = vip_rows.item(goods_id, self.now(), **changes)
        self.items[goods_id] = row
        return row

    def add_order(self, *, at: datetime | None = None, **changes: Any) -> dict[str, Any]:
        """Add an order; `at` is its time of order and of update."""
        row = vip_rows.order(len(self.orders) + 1, at or self.now() - timedelta(minutes=20), **changes)
        self.orders.append(row)
        return row

    def add_refund(self, order_sn: str, at: datetime, **changes: Any) -> dict[str, Any]:
        row = vip_rows.refund(order_sn, at, **changes)
        self.refunds.append(row)
        return row

    def bodies(self, method: str) -> list[dict[str, Any]]:
        """The business JSON of all calls of a method so far."""
        return [body for called, body in self.calls if called.startswith(method)]

    # --- the platform ---

    def answer(self, query: dict[str, str], body: bytes, fault: str) -> Any:
        """The result of a call. Raises Refused."""
        self.check(query, body)
        method, asked = query["method"], json.loads(body)
        self.calls.append((method, asked))
        self.common.append(query)
        vendors = {
            "vendor_limit": ("vipapis.app-call-limited", "接口限流，请稍后再试"),
            "vendor_busy": ("500", "系统繁忙"),
            "vendor_unknown": ("4711", "新情况"),
            "vendor_permission": ("403", "没有该接口权限"),
        }
        if fault in vendors:
            raise Refused(*vendors[fault])
        if fault == "null":
            return None
        plain = method.removesuffix("WithOauth").removesuffix("WithOuth")
        match plain:
            case "getByGoodsIdsV2":
                return self.goods(asked["request"])
            case "query":
                return self.search(asked["request"])
            case "vipLinkCheck":
                return self.link_check(asked["vipLinkCheckReq"])
            case "genByGoodsId":
                return self.promote(asked, asked.get("goodsIdList"), asked.get("urlGenByGoodsIdRequest"))
            case "genByVIPUrl":
                return self.promote(asked, asked.get("urlList"), asked.get("urlGenRequest"))
            case "orderList":
                return self.order_list(asked["queryModel"], fault)
            case "refundOrderList":
                return self.refund_list(asked["request"])
        raise Refused("vipapis.invalid-method", "method不存在")

    def check(self, query: dict[str, str], body: bytes) -> None:
        """The checks that come before any business: parameters, key, clock, token, signature, generation."""
        for name in ("appKey", "format", "method", "service", "sign", "timestamp", "version"):
            if not query.get(name):
                raise Refused("vipapis.missing-parameter", f"缺少参数 {name}")
        if query["appKey"] != APP_KEY:
            raise Refused("vipapis.invalid-app-key", "appKey无效")
        if abs(self.now().timestamp() - int(query["timestamp"])) > 600:
            raise Refused("vipapis.invalid-timestamp", "timestamp过期")
        message = b"".join((k + query[k]).encode() for k in sorted(query) if k != "sign") + body
        if hmac.new(APP_SECRET.encode(), message, hashlib.md5).hexdigest().upper() != query["sign"]:
            raise Refused("vipapis.sign-error", "签名错误")
        second = query["service"].endswith("V2Service")
        if not query["service"].startswith(PREFIX) or (second != (query["version"] == "2.0.0")):
            raise Refused("vipapis.invalid-version", "service或version不存在")
        if second != query["method"].endswith(("WithOauth", "WithOuth")):
            raise Refused("vipapis.invalid-method", "method不存在")
        if second and query.get("accessToken") != TOKEN:
            raise Refused("vipapis.invalid-access-token", "accessToken无效或已过期")

    def who(self, request: dict[str, Any]) -> None:
        """openId, realCall and chanTag, required since 2023."""
        open_id = str(request.get("openId") or "")
        if not open_id or len(open_id) > 32 or request.get("realCall") is None:
            raise Refused("1001", "参数openId不能为空")

    def goods(self, request: dict[str, Any]) -> list[dict[str, Any]] | None:
        """获取指定商品id集合的商品信息."""
        if "goods" not in self.permissions:
            raise Refused("403", "没有该接口权限")
        self.who(request)
        wanted = request.get("goodsIds") or []
        if not 1 <= len(wanted) <= 10 or not request.get("requestId") or not request.get("chanTag"):
            raise Refused("1001", "参数goodsIds不合法")
        return [self.items[goods_id] for goods_id in wanted if goods_id in self.items] or None

    def search(self, request: dict[str, Any]) -> dict[str, Any]:
        self.who(request)
        word, size, page = str(request.get("keyword", "")), int(request["pageSize"]), int(request["page"])
        if not 1 <= size <= 50 or page < 1:
            raise Refused("1001", "参数pageSize不合法")
        found = [row for row in self.items.values() if word and word in row["goodsName"]]
        return {"goodsInfoList": found[size * (page - 1) : size * page], "total": len(found), "page": page}

    def link_check(self, request: dict[str, Any]) -> dict[str, Any]:
        """校验唯品会链接."""
        content = str(request.get("content", ""))
        if not content.startswith("https://t.vip.com/") or "shop" in content:
            return {"successMap": {content: {"linkType": 2, "goodsId": "", "brandId": "1"}}, "failMap": {}}
        known = {"linkType": 1, "landUrl": "", "goodsId": next(iter(self.items)), "brandId": "1710612345"}
        return {"successMap": {content: known}, "failMap": {}}

    def promote(self, asked: dict[str, Any], sources: Any, request: Any) -> dict[str, Any] | None:
        """转链, by ids or by addresses."""
        if not isinstance(request, dict) or not isinstance(sources, list) or not request.get("adCode"):
            raise Refused("1001", "参数不合法")
        self.who(request)
        if not asked.get("chanTag") or len(str(asked.get("statParam") or "")) > 256:
            raise Refused("1001", "参数chanTag不能为空")
        known = [s for s in sources if s in self.items or s.startswith("https://t.vip.com/")]
        other = {
            "source": "1",
            "url": "https://t.vip.com/Other1",
            "longUrl": "https://t.vip.com/redirect.php?url=other",
        }
        made = [self.forms(source, str(asked.get("statParam"))) for source in known]
        return {"urlInfoList": [other, *made]} if made else None

    def forms(self, source: str, stat: str) -> dict[str, Any]:
        """Every form of a link."""
        key = hashlib.sha1(f"{source}{stat}".encode()).hexdigest()[:16]
        return {
            "source": source,
            "url": f"https://t.vip.com/{key[:8]}",
            "longUrl": f"https://t.vip.com/redirect.php?url={key}",
            "ulUrl": f"https://click.union.vip.com/deeplink/showGoodsDetail?k={key}",
            "deeplinkUrl": f"vipshop://showGoodsDetail?pid={source}&k={key}",
            "vipWxUrl": f"pages/productDetail/productDetail?goodsId={source}&k={key}",
            "onlyCommand": "¥唯口令TEST¥",
            **self.links,
        }

    def order_list(self, model: dict[str, Any], fault: str) -> dict[str, Any] | None:
        """订单列表: windows of at most ten days, pages of at most 100; by number no times are needed."""
        if "orders" not in self.permissions:
            raise Refused("403", "没有该接口权限")
        if numbers := model.get("orderSnList"):
            found = [row for row in self.orders if row["orderSn"] in numbers]
            return {"orderInfoList": found, "total": len(found), "page": 1, "pageSize": 100}
        clock = "updateTime" if "updateTimeStart" in model else "orderTime"
        field_name = {"updateTime": "lastUpdateTime", "orderTime": "orderTime"}[clock]
        found = self.within(self.orders, model, clock, field_name, days=10)
        return self.page(found, model, "orderInfoList", fault)

    def refund_list(self, request: dict[str, Any]) -> dict[str, Any] | None:
        """维权订单列表: windows of at most sixty days."""
        if "refunds" not in self.permissions:
            raise Refused("403", "没有该接口权限")
        name = {0: "applyTime", 1: "applyTime", 2: "commissionEnterTime"}[request["searchType"]]
        found = self.within(self.refunds, request, "searchTime", name, days=60)
        return self.page(found, request, "refundOrderInfoList", "")

    def within(
        self, rows: list[dict[str, Any]], model: dict[str, Any], clock: str, name: str, *, days: int
    ) -> list[dict[str, Any]]:
        start, end = model.get(f"{clock}Start"), model.get(f"{clock}End")
        if (
            not isinstance(start, int)
            or not isinstance(end, int)
            or len(str(start)) != 13
            or not 0 <= end - start <= days * DAY
        ):
            raise Refused("1002", f"参数{clock}不合法")
        return sorted((row for row in rows if start <= row[name] <= end), key=lambda row: (row[name], row["orderSn"]))

    def page(self, found: list[dict[str, Any]], model: dict[str, Any], name: str, fault: str) -> dict[str, Any] | None:
        size, page = model.get("pageSize", 20), model.get("page", 1)
        if not 1 <= size <= 100 or page < 1 or not model.get("requestId"):
            raise Refused("1001", "参数pageSize不合法")
        if not found:
            return None
        if fault == "endless":
            return {name: found[:size], "total": 10**9, "page": page, "pageSize": size}
        if fault == "same_page" or (fault == "doubled_page" and page > 1):
            page = 1 if fault == "same_page" else page - 1
        rows = found[size * (page - 1) : size * page]
        if fault == "reordered":
            rows = rows[::-1]
        return {name: rows, "total": None if fault == "uncounted" else len(found), "page": page, "pageSize": size}


class _Handler(BaseHTTPRequestHandler):
    """One call: check, answer, or misbehave."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        query = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        vip = self.server.vip
        fault = vip.next_fault()
        try:
            answer = {"returnCode": "0", "result": vip.answer(query, body, fault)}
        except Refused as refused:
            answer = refused.answer
        wire_faults.respond(self, json.dumps(answer, ensure_ascii=False).encode(), fault, vip.slow_seconds)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


class _Server(Server):
    vip: VipGateway


@contextmanager
def running() -> Iterator[VipGateway]:
    """A gateway on a free port of loopback with one item on offer."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.vip = VipGateway(url=server.url)
    server.vip.add_item()
    with served(server):
        yield server.vip
