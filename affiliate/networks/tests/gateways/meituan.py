"""Plays Meituan Union's CPS Open API on loopback: checks digest, signature, clock and parameters; holds goods and
orders; can misbehave. Written against the docs alone.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
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

APP_KEY = "9498b0824d214ee4b65bfab1be6dbed0"
APP_SECRET = "test-meituan-secret"
PATH = "/cps_open/common/api/v1"
ITEM = "pvs_gcS9oX3kTq"
LONGEST_SKEW = timedelta(minutes=2)


class Refusal(Exception):
    """An answer whose code is not 0."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass
class MeituanGateway(Misbehaving):
    """The state of the pretended platform. Change it freely between calls."""

    url: str = ""
    goods: dict[str, dict[str, Any]] = field(default_factory=dict)
    orders: list[dict[str, Any]] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    refused_platform: int = 0
    scrolls: dict[str, tuple[list[dict[str, Any]], int]] = field(default_factory=dict)

    @property
    def config(self) -> dict[str, str]:
        return {"APP_KEY": APP_KEY, "APP_SECRET": APP_SECRET, "GATEWAY": self.url}

    @property
    def text(self) -> str:
        return f"周末去吃这个 meituan:sku:{ITEM} 「示例餐厅双人餐」"

    @property
    def query(self) -> str:
        return "双人餐"

    def buy(self, sub_id: str) -> Window:
        at = self.now() - timedelta(minutes=20)
        self.add_order(sid=sub_id, at=at)
        return Window(at - timedelta(minutes=10), at + timedelta(minutes=10))

    def add_item(self, sign: str = ITEM, *, platform: int = 2, **changes: Any) -> dict[str, Any]:
        pack = {
            "name": "示例餐厅双人餐",
            "skuViewId": sign,
            "productViewSign": sign,
            "platform": platform,
            "bizLine": 1,
        }
        pack |= {"headUrl": "https://img.meituan.net/x.jpg", "originalPrice": "128.00", "sellPrice": "69.90"}
        row: dict[str, Any] = {
            "couponPackDetail": pack | {"saleStatus": True} | changes,
            "commissionInfo": {"commissionPercent": "400", "commission": "2.80"},
            "brandInfo": {"brandName": "示例餐厅", "brandLogoUrl": "https://img.meituan.net/l.jpg"},
        }
        self.goods[sign] = row
        return row

    def add_order(self, *, at: datetime | None = None, **changes: Any) -> dict[str, Any]:
        """Add an order; `at` is its time of payment and of its last change."""
        seconds = int((at or self.now() - timedelta(minutes=20)).timestamp())
        number = 100_000_000_000_000_001 + len(self.orders)
        row = {"platform": 1, "businessLine": 1, "orderId": str(number), "payTime": seconds, "updateTime": seconds}
        row |= {"payPrice": "35.50", "commissionRate": "300", "profit": "1.07", "cpaProfit": "0.00", "sid": "a12p345"}
        row |= {"actId": 33, "appkey": APP_KEY, "productName": "示例餐厅", "status": "2", "tradeType": 1}
        row |= {"refundPrice": "0", "refundProfit": "0", "userName": "张三", "userPhone": "13800000000"}
        row |= changes
        self.orders.append(row)
        return row

    def bodies(self, name: str) -> list[dict[str, Any]]:
        return [body for called, body in self.calls if called == name]

    # --- the platform ---

    def answer(self, path: str, headers: dict[str, str], body: bytes, fault: str) -> dict[str, Any]:
        name, asked = self.check(path, headers, body)
        self.calls.append((name, asked))
        if fault == "inner_limit":
            raise Refusal(10_006, "请求过于频繁，触发限流")
        if fault == "inner_busy":
            raise Refusal(10_500, "系统异常，请稍后重试")
        if fault == "inner_strange":
            raise Refusal(77_777, "喵")
        match name:
            case "query_coupon":
                return self.coupons(asked)
            case "get_referral_link":
                return self.referral(asked)
            case "query_order":
                return self.order_rows(asked, fault)
        raise Refusal(404, "接口不存在")

    def check(self, path: str, headers: dict[str, str], body: bytes) -> tuple[str, dict[str, Any]]:
        """Digest, key, clock and signature, in this order; then the body."""
        digest = base64.b64encode(hashlib.md5(body).digest()).decode()
        if headers.get("content-md5") != digest or headers.get("content-type") != "application/json":
            raise Refusal(401, "Content-MD5 签名校验失败")
        if headers.get("s-ca-app") != APP_KEY:
            raise Refusal(402, "appkey 无效")
        stamp = headers.get("s-ca-timestamp", "")
        if not re.fullmatch(r"\d{13}", stamp):
            raise Refusal(403, "S-Ca-Timestamp 格式错误")
        if abs(self.now() - datetime.fromtimestamp(int(stamp) / 1000, UTC)) > LONGEST_SKEW:
            raise Refusal(403, "timestamp 超出有效期")
        names = headers.get("s-ca-signature-headers", "").split(",")
        if "S-Ca-Timestamp" not in names:
            raise Refusal(401, "签名头缺失")
        lines = "".join(f"{name}:{headers.get(name.lower(), '')}\n" for name in sorted(names))
        wanted = hmac.digest(APP_SECRET.encode(), f"POST\n{digest}\n{lines}{path}".encode(), "sha256")
        if headers.get("s-ca-signature") != base64.b64encode(wanted).decode():
            raise Refusal(401, "签名校验失败")
        return path.removeprefix(PATH + "/"), json.loads(body)

    def coupons(self, asked: dict[str, Any]) -> dict[str, Any]:
        platform = asked.get("platform", 1)
        if "vpSkuViewIds" in asked:
            if len(asked["vpSkuViewIds"]) > 20:
                raise Refusal(400, "参数错误：vpSkuViewIds 超限")
            on_platform = [r for r in self.goods.values() if r["couponPackDetail"]["platform"] == platform]
            found = [r for r in on_platform if r["couponPackDetail"]["skuViewId"] in asked["vpSkuViewIds"]]
        else:
            word, size = str(asked.get("searchText", "")), asked.get("pageSize", 20)
            named = [r for r in self.goods.values() if word in r["couponPackDetail"]["name"]]
            found = named[size * (asked.get("pageNo", 1) - 1) :][:size]
        return {"code": 0, "message": "成功", "hasNext": False, "searchId": "s1", "data": found}

    def referral(self, asked: dict[str, Any]) -> dict[str, Any]:
        materials = [name for name in ("actId", "skuViewId", "productViewSign", "text") if asked.get(name)]
        if len(materials) != 1 or asked.get("linkType") not in (1, 2, 3, 4):
            raise Refusal(400, "参数错误")
        sid = asked.get("sid", "")
        if not re.fullmatch(r"\w{0,64}", sid, re.ASCII):
            raise Refusal(400, "sid 格式错误")
        sign = asked.get("skuViewId", "")
        if materials == ["text"]:
            if len(asked["text"]) > 200 or asked["text"].count("http") != 1:
                raise Refusal(400, "参数错误：text")
            sign = ITEM if "goods" in asked["text"] else ""
        elif sign and sign not in self.goods:
            raise Refusal(10_404, "商品不存在或已下线")
        link = {
            1: f"https://click.meituan.com/t?t=1&c=2&p=demo&sid={sid}",
            2: "https://dpurl.cn/AbCd12z",
            3: f"imeituan://www.meituan.com/web?url=https%3A%2F%2Fclick.meituan.com%2Ft%3Fp%3Ddemo&sid={sid}",
            4: f"/index/pages/h5/h5?f_token=1&weburl=https%3A%2F%2Fclick.meituan.com%2Ft&sid={sid}",
        }[asked["linkType"]]
        answer: dict[str, Any] = {"code": 0, "message": "成功", "data": link}
        return answer | ({"skuViewId": sign} if sign else {})

    def order_rows(self, asked: dict[str, Any], fault: str) -> dict[str, Any]:
        if asked.get("searchType") != 2 or asked.get("page") != 1 or not 1 <= asked.get("limit", 20) <= 100:
            raise Refusal(400, "参数错误：分页")
        if asked["platform"] == self.refused_platform:
            raise Refusal(10_003, "无权限访问该业务线")
        if asked.get("orderId"):
            found = [row for row in self.of_business(asked) if row["orderId"] == asked["orderId"]]
            return {"code": 0, "message": "成功", "data": {"scrollId": "", "skuCount": len(found), "dataList": found}}
        if asked["endTime"] <= asked["startTime"] or asked.get("queryTimeType") not in (1, 2):
            raise Refusal(400, "参数错误：时间")
        rows = self.chosen(asked)
        start = 0
        if scroll := asked.get("scrollId"):
            if scroll not in self.scrolls:
                raise Refusal(400, "参数错误：scrollId")
            rows, start = self.scrolls.pop(scroll)
        if fault == "endless":
            start = 0
        page = rows[start : start + asked["limit"]]
        following = start if fault == "doubled_page" and not start else start + asked["limit"]
        more = following < len(rows) or (fault == "endless" and page)
        token = f"scroll{len(self.calls)}" if more else ""
        if token:
            self.scrolls[token] = (rows, following)
        return {"code": 0, "message": "成功", "data": {"scrollId": token, "skuCount": len(page), "dataList": page}}

    def chosen(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        """The orders of one query: 券包 and 省钱包 only where they are named, in-store 到餐 unless others are."""
        clock = "updateTime" if asked["queryTimeType"] == 2 else "payTime"
        found = [row for row in self.of_business(asked) if asked["startTime"] <= row[clock] < asked["endTime"]]
        return sorted(found, key=lambda row: int(row[clock]))

    def of_business(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        lines = asked.get("businessLine") or ([1] if asked["platform"] == 2 else None)
        return [
            row
            for row in self.orders
            if row["platform"] == asked["platform"]
            and (row["businessLine"] in lines if lines else row["businessLine"] not in (7, 12))
        ]

    def push_of(self, row: dict[str, Any], **changes: str) -> dict[str, str]:
        """The signed fields of 订单回推 about one of the orders."""
        fields = {"orderid": row["orderId"], "smstitle": row["productName"], "quantity": "1", "paytime": "1764000000"}
        fields |= {"status": "1", "sid": row["sid"], "appkey": APP_KEY, "uid": "13800000000", "total": "35.50"}
        fields |= changes
        text = APP_SECRET + "".join(name + fields[name] for name in sorted(fields)) + APP_SECRET
        return fields | {"sign": hashlib.md5(text.encode()).hexdigest()}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        meituan = self.server.meituan
        fault = meituan.next_fault()
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            answer = meituan.answer(self.path, headers, body, fault)
        except Refusal as refusal:
            answer = {"code": refusal.code, "message": refusal.message, "data": None}
        wire_faults.respond(self, json.dumps(answer, ensure_ascii=False).encode(), fault, meituan.slow_seconds)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


class _Server(Server):
    meituan: MeituanGateway


@contextmanager
def running() -> Iterator[MeituanGateway]:
    """A gateway on a free port of loopback with one item on offer."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.meituan = MeituanGateway(url=f"{server.url}{PATH}")
    server.meituan.add_item()
    with served(server):
        yield server.meituan
