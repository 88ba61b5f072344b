"""Plays Kuaishou's open platform on loopback: checks verb, parameters, token, clock and signature; holds items and
orders; renews tokens once each; can misbehave. Written against the docs alone.
"""

from __future__ import annotations

import base64
import hmac
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from affiliate.networks.tests.gateways import wire_faults
from affiliate.networks.tests.gateways.loopback import Misbehaving, Server, served
from affiliate.networks.types import Window

APP_KEY = "ks700000000000000001"
APP_SECRET = "test-kuaishou-app-secret"
SIGN_SECRET = "test-kuaishou-sign-secret"
PID = "ks_1000000001_102_AbCdEfGhIjK"
ITEM = 20_000_000_000_001
TOKEN = "X-4TKRW6iY40f1mc_A"
GETS = {"selection.item.list", "selection.item.detail", "order.list"}
DAY = 86_400_000


class Refusal(Exception):
    """An answer whose result is not 1."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass
class KuaishouGateway(Misbehaving):
    """The state of the pretended platform. Change it freely between calls."""

    url: str = ""
    items: dict[int, dict[str, Any]] = field(default_factory=dict)
    orders: list[dict[str, Any]] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    access_token: str = "access-0"
    refresh_token: str = "refresh-0"
    renewals: int = 0
    codes: list[str] = field(default_factory=list)
    """Codes of authorisations that were not exchanged yet."""
    authorised_seconds: int = 15_552_000
    unrelated_rows: bool = False
    link_url: str = ""

    @property
    def config(self) -> dict[str, str]:
        return {
            "APP_KEY": APP_KEY,
            "APP_SECRET": APP_SECRET,
            "SIGN_SECRET": SIGN_SECRET,
            "ACCESS_TOKEN": self.access_token,
            "REFRESH_TOKEN": self.refresh_token,
            "CPS_PID": PID,
            "GATEWAY": self.url,
        }

    @property
    def text(self) -> str:
        return f"快看 https://app.kwaixiaodian.com/merchant/shop/detail?id={ITEM}&sharerId=777 「示例红酒塞」"

    @property
    def query(self) -> str:
        return "红酒塞"

    def buy(self, sub_id: str) -> Window:
        at = self.now() - timedelta(minutes=20)
        self.add_order(comments=sub_id, at=at)
        return Window(at - timedelta(minutes=10), at + timedelta(minutes=10))

    def add_item(self, item: int = ITEM, **changes: Any) -> dict[str, Any]:
        row: dict[str, Any] = {
            "goodsId": item,
            "goodsTitle": "示例红酒塞",
            "goodsImageUrl": "https://u1.ecukwai.com/x.jpg",
        }
        row |= {"goodsPrice": 1990, "zkGoodsPrice": 1590, "promotionRate": 200, "promotionAmount": 318}
        row |= {"mallId": 1001, "mallName": "示例店铺", "mallType": 5, "salesTip": 320} | changes
        self.items[item] = row
        return row

    def add_order(self, *, at: datetime | None = None, comments: str = "a12p345", **changes: Any) -> dict[str, Any]:
        """Add an order; `at` is its time of creation and of its last change. `products` replaces its items."""
        millis = int((at or self.now() - timedelta(minutes=20)).timestamp() * 1000)
        oid = 2_300_000_000_000_001 + len(self.orders)
        product: dict[str, Any] = {"oid": oid, "itemId": ITEM, "itemTitle": "示例红酒塞", "num": 1, "paymentFee": 1590}
        product |= {"estimatedIncome": 286, "techServiceAmount": 32, "comments": comments, "cpsPid": PID}
        row: dict[str, Any] = {"oid": oid, "cpsOrderStatus": 30, "settlementAmount": 0, "orderTradeAmount": 1590}
        row |= {"updateTime": millis, "createTime": millis, "payTime": millis, "buyerOpenId": "o_buyer_1"}
        products = changes.pop("products", [product])
        row |= {"cpsKwaimoneyOrderProductView": products} | changes
        self.orders.append(row)
        return row

    def bodies(self, name: str) -> list[dict[str, Any]]:
        return [body for called, body in self.calls if called == name]

    # --- the platform ---

    def answer(self, verb: str, path: str, form: dict[str, str], fault: str) -> dict[str, Any]:
        if path == "/oauth2/refresh_token":
            return self.renew(form)
        if path == "/oauth2/access_token":
            return self.tokens_for(verb, form)
        name, asked = self.check(verb, path, form)
        self.calls.append((name, asked))
        if fault == "inner_limit":
            raise Refusal("801", "接口调用频率超限，触发限流")
        if fault == "inner_busy":
            raise Refusal("500", "系统异常，请稍后重试")
        if fault == "inner_strange":
            raise Refusal("77777", "喵")
        match name:
            case "selection.item.list":
                return {"data": {"pageIndex": "next", "itemList": self.search(asked)}}
            case "selection.item.detail":
                return {"data": self.detail(asked)}
            case "link.parse":
                found = {f"##{TOKEN}##", "https://v.kuaishou.com/AbCdE1"}
                return {"data": {"itemId": ITEM} if asked.get("cpsLink") in found else {}}
            case "link.create":
                return {"data": self.link(asked)}
            case "order.list":
                return {"data": self.order_rows(asked, fault)}
        raise Refusal("404", "method 参数非法")

    def check(self, verb: str, path: str, form: dict[str, str]) -> tuple[str, dict[str, Any]]:
        """Verb, parameters, key, clock, signature, token, in this order; then the business JSON."""
        method = path.strip("/").replace("/", ".")
        name = method.removeprefix("open.distribution.cps.kwaimoney.")
        if verb != ("GET" if name in GETS else "POST") or form.get("method") != method:
            raise Refusal("400", "method 参数错误")
        if form.get("appkey") != APP_KEY or form.get("version") != "1" or form.get("signMethod") != "HMAC_SHA256":
            raise Refusal("401", "appkey 无效")
        if not re.fullmatch(r"\d{13}", form.get("timestamp", "")):
            raise Refusal("401", "timestamp 格式错误")
        if abs(self.now().timestamp() - int(form["timestamp"]) / 1000) > 600:
            raise Refusal("401", "timestamp 超出有效期")
        names = ("access_token", "appkey", "method", "param", "signMethod", "timestamp", "version")
        text = "&".join(f"{name}={form.get(name, '')}" for name in names) + f"&signSecret={SIGN_SECRET}"
        wanted = base64.b64encode(hmac.digest(SIGN_SECRET.encode(), text.encode(), "sha256")).decode()
        if form.get("sign") != wanted:
            raise Refusal("402", "sign 签名错误")
        if form.get("access_token") != self.access_token:
            raise Refusal("403", "access_token 已过期")
        return name, json.loads(form["param"])

    def renew(self, form: dict[str, str]) -> dict[str, Any]:
        """New tokens for the refresh token, which is void afterwards."""
        with self.lock:
            self.renewals += 1
            if form.get("app_id") != APP_KEY or form.get("app_secret") != APP_SECRET:
                raise Refusal("402", "appkey 无效")
            if form.get("grant_type") != "refresh_token" or form.get("refresh_token") != self.refresh_token:
                raise Refusal("403", "refresh_token 无效")
            self.access_token, self.refresh_token = f"access-{self.renewals}", f"refresh-{self.renewals}"
            return self.tokens() | {"refresh_token_expires_in": self.authorised_seconds}

    def tokens(self) -> dict[str, Any]:
        tokens = {"access_token": self.access_token, "refresh_token": self.refresh_token}
        return tokens | {"expires_in": 172_800, "open_id": "o1"}

    def tokens_for(self, verb: str, form: dict[str, str]) -> dict[str, Any]:
        """Tokens for a code, which counts once; the end of the authorisation is not told here, as in the docs."""
        with self.lock:
            if verb != "GET" or form.get("app_id") != APP_KEY or form.get("app_secret") != APP_SECRET:
                raise Refusal("100200101", "app 非法")
            if form.get("grant_type") != "code" or form.get("code") not in self.codes:
                raise Refusal("100200105", "invalid_grant 授权码无效")
            self.codes.remove(form["code"])
            self.access_token, self.refresh_token = "access-by-code", "refresh-by-code"
            return self.tokens()

    def search(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        if asked.get("planType") not in (1, 2, 4, 5, 6, 7) or asked.get("pageSize", 20) > 200:
            raise Refusal("400", "planType 参数错误")
        return [row for row in self.items.values() if asked.get("keyword", "") in row["goodsTitle"]]

    def detail(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        wanted = asked.get("itemId")
        if not isinstance(wanted, list) or len(wanted) > 10 or not all(isinstance(one, int) for one in wanted):
            raise Refusal("400", "itemId 参数错误")
        return [row for item, row in self.items.items() if item in wanted or self.unrelated_rows]

    def link(self, asked: dict[str, Any]) -> dict[str, Any]:
        carrier, comments = asked.get("linkCarrierId"), asked.get("comments")
        if asked.get("linkType") != 101 or not isinstance(carrier, str) or not comments or asked.get("cpsPid") != PID:
            raise Refusal("400", "参数错误")
        if int(carrier) not in self.items:
            raise Refusal("10404", "商品未加入推广计划，不可推广")
        return {
            "linkUrl": self.link_url or f"https://www.kuaishou.com/f/{TOKEN}?c={comments}",
            "linkCode": f"##{TOKEN}##",
            "kwaiUrl": "kwai://merchant/detail?id=1",
            "nebulaKwaiUrl": "ksnebula://merchant/detail?id=1",
            "commandContent": f"##{TOKEN}## 复制打开快手",
            "minaJumpContent": {"pageUrl": "pages/goods/index?id=1", "appId": "wx0000000000000001"},
            "minaShortLink": "#小程序://快手小店/AbCdEf",
        }

    def order_rows(self, asked: dict[str, Any], fault: str) -> dict[str, Any]:
        begin, end, size = asked["beginTime"], asked["endTime"], asked.get("pageSize", 20)
        if not begin < end <= begin + 7 * DAY or size > 100 or asked.get("queryType") not in (1, 2):
            raise Refusal("400", "beginTime 参数错误")
        if begin < int(self.now().timestamp() * 1000) - 90 * DAY:
            raise Refusal("400", "beginTime 参数错误：超过90天")
        clock = "updateTime" if asked["queryType"] == 2 else "createTime"
        found = sorted((row for row in self.orders if begin <= row[clock] < end), key=lambda row: int(row[clock]))
        start = int(asked.get("pcursor") or 0)
        page = found[start : start + size]
        following = start if fault in ("endless", "doubled_page") and not start else start + size
        more = following < len(found) or (fault == "endless" and found)
        return {"pcursor": str(following) if more else "nomore", "orderList": page}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.reply("GET", parts.path, parts.query)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.reply("POST", urlsplit(self.path).path, body.decode())

    def reply(self, verb: str, path: str, text: str) -> None:
        kuaishou = self.server.kuaishou
        fault = kuaishou.next_fault()
        try:
            form = dict(parse_qsl(text, keep_blank_values=True, strict_parsing=True))
            answer = {"result": 1, "code": "1", "msg": "success"} | kuaishou.answer(verb, path, form, fault)
        except Refusal as refusal:
            answer = {"result": 0, "code": refusal.code, "sub_code": refusal.code, "error_msg": refusal.message}
        wire_faults.respond(self, json.dumps(answer, ensure_ascii=False).encode(), fault, kuaishou.slow_seconds)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


class _Server(Server):
    kuaishou: KuaishouGateway


@contextmanager
def running() -> Iterator[KuaishouGateway]:
    """A gateway on a free port of loopback with one item on offer."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.kuaishou = KuaishouGateway(url=server.url)
    server.kuaishou.add_item()
    with served(server):
        yield server.kuaishou
