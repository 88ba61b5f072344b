"""Plays Youzan's open platform on loopback: one shop with items, salesmen and their orders; checks path, version, token
and JSON; gives out and renews tokens; can misbehave. Written against the docs alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from affiliate.networks.tests.gateways import wire_faults
from affiliate.networks.tests.gateways.loopback import Misbehaving, Server, served
from affiliate.networks.types import TimeType, Window

CLIENT_ID, CLIENT_SECRET, SHOP = "demo_client_0001", "test-youzan-client-secret", "1984620"
SELLER, MOBILE = "2t2yTC", "13800000000"
OTHER_SELLER, FANS_ID = "Xy9zQ2", 5837957803
ALIAS, NUMBER = "276e5qimqtp1o", 436625962
VERSIONS = {
    "youzan.item.get": "3.0.0",
    "youzan.items.onsale.get": "3.0.0",
    "youzan.salesman.items.get": "3.0.0",
    "youzan.salesman.item.share.get": "3.0.0",
    "youzan.salesman.trades.get": "3.0.1",
}
CHINA = timezone(timedelta(hours=8))
INNER = {
    "inner_limit": (20001, "调用频率超限"),
    "inner_quota": (20002, "接口配额已用完"),
    "inner_busy": (121000100, "内部服务错误"),
    "inner_strange": (77777, "喵"),
    "inner_permission": (11001, "您没有权限执行该操作！"),
}


class Refusal(Exception):
    """An answer that is an error, in the envelope of this name."""

    def __init__(self, code: int, message: str, envelope: str = "error_response") -> None:
        super().__init__(message)
        self.answer: dict[str, Any] = {envelope: {"code": code, "msg": message}}
        if envelope == "gw_err_resp":
            self.answer = {envelope: {"err_code": code, "err_msg": message, "trace_id": "yz7-0"}}
        if envelope == "success":
            self.answer = {"success": False, "code": code, "data": None, "message": message}


@dataclass
class YouzanGateway(Misbehaving):
    """The state of the pretended platform. Change it freely between calls."""

    url: str = ""
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    rates: dict[int, dict[str, Any]] = field(default_factory=dict)
    salesmen: dict[str, str | int] = field(default_factory=lambda: {SELLER: MOBILE, OTHER_SELLER: FANS_ID})
    orders: list[dict[str, Any]] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=lambda: ["token-0"])
    refresh_token: str = "refresh-0"
    codes: list[str] = field(default_factory=list)
    """What shops' owners bring; each counts once."""
    expires: Any = None
    newer_envelope: bool = True
    link_url: str = ""
    refused: dict[str, Refusal] = field(default_factory=dict)

    @property
    def config(self) -> dict[str, str]:
        keys = {"CLIENT_ID": CLIENT_ID, "CLIENT_SECRET": CLIENT_SECRET, "GRANT_ID": SHOP, "GATEWAY": self.url}
        return keys | {"SALESMEN": f"{SELLER}:{MOBILE}, {OTHER_SELLER}:fans{FANS_ID}"}

    @property
    def text(self) -> str:
        return (
            f"【示例手工蜂蜜 500g】¥39 https://shop2176788.m.youzan.com/wscgoods/detail/{ALIAS}?scan=1&sls=0ther5 快来"
        )

    @property
    def query(self) -> str:
        return "蜂蜜"

    def buy(self, sub_id: str) -> Window:
        """Youzan carries no sub-ID: the purchase names the salesman, and is found by when it was placed."""
        at = self.now() - timedelta(minutes=20)
        self.add_order(at=at)
        return Window(at - timedelta(minutes=10), at + timedelta(minutes=10), TimeType.CREATED)

    def add_item(self, alias: str = ALIAS, number: int = NUMBER, **changes: Any) -> dict[str, Any]:
        row: dict[str, Any] = {"alias": alias, "item_id": number, "kdt_id": int(SHOP), "title": "示例手工蜂蜜 500g"}
        row |= {"price": 3900, "origin_price": "促销价：888", "pic_url": "https://img.yzcdn.cn/upload_files/a.jpg"}
        row |= {"quantity": 26, "is_listing": True, "sold_num": 4} | changes
        self.items[alias] = row
        self.rates[number] = {"num_iid": str(number), "is_join": 1, "i_rate": "10.00", "ii_rate": "1.00"}
        return row

    def add_order(self, *, at: datetime | None = None, seller: str = SELLER, **changes: Any) -> dict[str, Any]:
        """Add a paid order placed at `at`; `changes` overwrite its fields."""
        placed = (at or self.now() - timedelta(minutes=20)).astimezone(CHINA)
        number = f"E{placed:%Y%m%d%H%M%S}0459{len(self.orders):05d}"
        item = {"num_iid": str(NUMBER), "title": "示例手工蜂蜜 500g", "price": "39.00", "num": 2, "is_join": 1}
        item |= {"i_rate": "10.00", "ii_rate": "1.00", "i_cps_money": "7.80", "ii_cps_money": "0.78"}
        row: dict[str, Any] = {"order_no": number, "seller": seller, "phone": MOBILE, "buyer_id": 538312636}
        row |= {"money": "78.00", "cps_money": "7.80", "created_at": f"{placed:%Y-%m-%d %H:%M:%S}", "state": 5}
        row |= {"settle_state": 1, "auto_settle": 1, "settled_at": "", "items": [item]} | changes
        self.orders.append(row)
        return row

    def bodies(self, name: str) -> list[dict[str, Any]]:
        return [body for called, body in self.calls if called == name]

    # --- the platform ---

    def answer(self, path: str, query: dict[str, str], asked: dict[str, Any], fault: str) -> dict[str, Any]:
        if path == "/auth/token":
            self.calls.append(("auth.token", asked))
            return {"success": True, "code": 200, "data": self.token(asked), "message": None}
        _, _, name, version = path.split("/")
        self.calls.append((name, asked))
        if VERSIONS.get(name) != version:
            raise Refusal(4007, "API 不存在", "gw_err_resp")
        if query.get("access_token") not in self.tokens:
            raise Refusal(4203, "参数 token 无效", "gw_err_resp")
        if fault in INNER:
            raise Refusal(*INNER[fault])
        if name in self.refused:
            raise self.refused[name]
        inside = self.method(name, asked, fault)
        return {"success": True, "code": 200, "data": inside} if self.newer_envelope else {"response": inside}

    def token(self, asked: dict[str, Any]) -> dict[str, Any]:
        """A token for the shop: silently, or for the refresh token or a code, which are void afterwards."""
        with self.lock:
            if asked.get("client_id") != CLIENT_ID or asked.get("client_secret") != CLIENT_SECRET:
                raise Refusal(4001, "client_id 或 client_secret 不正确", "success")
            kind = asked.get("authorize_type")
            if kind == "silent" and asked.get("grant_id") != SHOP:
                raise Refusal(4101, "店铺未授权该应用", "success")
            if kind == "authorization_code":
                if asked.get("code") not in self.codes:
                    raise Refusal(1005, "非法授权码", "success")
                self.codes.remove(asked["code"])
            elif kind not in ("silent", "refresh_token"):
                raise Refusal(4002, "authorize_type 参数错误", "success")
            self.tokens.append(f"token-{len(self.tokens)}")
            data = {"access_token": self.tokens[-1], "scope": "item trade", "authority_id": SHOP}
            data["expires"] = self.expires or int((self.now() + timedelta(days=7)).timestamp() * 1000)
            if kind == "refresh_token" and asked.get("refresh_token") != self.refresh_token:
                raise Refusal(4102, "refresh_token 无效", "success")
            if kind != "silent":
                self.refresh_token = f"refresh-{len(self.tokens)}"
                data["refresh_token"] = self.refresh_token
            return data

    def method(self, name: str, asked: dict[str, Any], fault: str) -> dict[str, Any]:
        match name:
            case "youzan.item.get":
                if asked.get("alias") not in self.items:
                    raise Refusal(140400200, "商品不存在")
                return {"item": self.items[asked["alias"]]}
            case "youzan.items.onsale.get":
                found = [row for row in self.items.values() if asked.get("q", "") in row["title"]]
                size = asked["page_size"]
                return {"count": len(found), "items": found[(asked["page_no"] - 1) * size :][:size]}
            case "youzan.salesman.items.get":
                wanted = [int(one) for one in asked["item_ids"].split(",")]
                return {"items": [self.rates[one] for one in wanted if one in self.rates]}
            case "youzan.salesman.item.share.get":
                return {"link": self.share(asked)}
        return self.trades(asked, fault)

    def seller_of(self, asked: dict[str, Any]) -> str:
        """The salesman asked by mobile number or fan id: one of the two, the other 0."""
        mobile, fan = asked.get("mobile"), asked.get("fans_id")
        if (mobile == "0") == (fan == 0) or asked.get("fans_type") != (1 if mobile == "0" else 0):
            raise Refusal(140400200, "args error")
        key = fan if mobile == "0" else mobile
        for seller, known in self.salesmen.items():
            if known == key:
                return seller
        raise Refusal(300000000, "user not exist")

    def share(self, asked: dict[str, Any]) -> str:
        seller = self.seller_of(asked)
        if asked.get("item_alias") not in self.items or asked.get("item_id") != 0:
            raise Refusal(140400200, "item args error")
        page = quote(f"https://h5.youzan.com/v2/goods/{asked['item_alias']}?sls={seller}", safe="")
        jump = f"https://h5.youzan.com/v2/trade/directsellerJump/jump?kdt_id={SHOP}&sl={seller}&redirect_uri={page}"
        return self.link_url or jump

    def trades(self, asked: dict[str, Any], fault: str) -> dict[str, Any]:
        seller, page, size = self.seller_of(asked), asked["page_no"], asked["page_size"]
        if size > 100 or not 10**9 < asked["start_time"] < asked["end_time"] < 10**10:
            raise Refusal(140400200, "param error")
        first, last = (datetime.fromtimestamp(asked[name], CHINA) for name in ("start_time", "end_time"))
        texts = f"{first:%Y-%m-%d %H:%M:%S}", f"{last:%Y-%m-%d %H:%M:%S}"
        keys = {seller: None, "stranger": None} if fault == "strangers" else {seller: None}
        found = [row for row in self.orders if row["seller"] in keys and texts[0] <= row["created_at"] < texts[1]]
        if "order_no" in asked:
            found = [row for row in found if row["order_no"] == asked["order_no"]]
        rows = found[:size] if fault == "endless" else found[(page - 1) * size : page * size]
        if self.newer_envelope:
            return {"total": len(found), "list": rows}
        return {"total_results": len(found), "trades": rows}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        youzan, parts = self.server.youzan, urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fault = youzan.next_fault()
        try:
            if self.headers.get("Content-Type") != "application/json":
                raise Refusal(4005, "Content-Type 参数错误", "gw_err_resp")
            answer = youzan.answer(parts.path, dict(parse_qsl(parts.query)), json.loads(body), fault)
        except Refusal as refusal:
            answer = refusal.answer
        wire_faults.respond(self, json.dumps(answer, ensure_ascii=False).encode(), fault, youzan.slow_seconds)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


class _Server(Server):
    youzan: YouzanGateway


@contextmanager
def running() -> Iterator[YouzanGateway]:
    """A gateway on a free port of loopback with one item on offer."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.youzan = YouzanGateway(url=server.url)
    server.youzan.add_item()
    with served(server):
        yield server.youzan
