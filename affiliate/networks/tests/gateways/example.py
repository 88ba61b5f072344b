"""Plays the network of `docs/how-to/write-an-adapter.md` on loopback. Shares nothing with its adapter."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from affiliate.networks.tests.gateways.loopback import Server, served
from affiliate.networks.types import Window

ITEM = {
    "id": 1001,
    "title": "样例 充电头",
    "price": "59.90",
    "picture": "https://img.mall.example/1.jpg",
    "shop": "样例店",
}


@dataclass
class ExampleGateway:
    """One item, and the orders of those who bought it."""

    url: str = ""
    orders: list[dict[str, Any]] = field(default_factory=list)

    @property
    def config(self) -> dict[str, str]:
        return {"APP_KEY": "test-key", "GATEWAY": self.url}

    @property
    def text(self) -> str:
        return "「样例 充电头」只要 59.9 元 https://www.mall.example/item/1001?from=somebody 复制打开"

    @property
    def query(self) -> str:
        return "充电头"

    def buy(self, sub_id: str) -> Window:
        at = int(time.time()) - 1200
        row = {"order": f"9{len(self.orders):06d}", "id": 1001, "title": ITEM["title"], "status": "paid", "sub": sub_id}
        self.orders.append(row | {"paid": "59.90", "commission": "5.99", "at": at, "changed": at})
        middle = datetime.fromtimestamp(at, UTC)
        return Window(middle - timedelta(minutes=10), middle + timedelta(minutes=10))

    def answer(self, operation: str, asked: dict[str, str]) -> dict[str, Any]:
        """The answer to a call whose key was right."""
        if operation == "search":
            return {"code": 0, "data": {"items": [ITEM] if asked["q"] in ITEM["title"] else []}}
        if operation == "orders":
            first, last = int(asked["from"]), int(asked["to"])
            rows = [row for row in self.orders if first <= row["changed"] < last] if asked["page"] == "1" else []
            return {"code": 0, "data": {"orders": rows}}
        if asked.get("id") != str(ITEM["id"]):
            return {"code": 404, "message": "无此商品"}
        if operation == "link":
            return {"code": 0, "data": {"url": f"https://go.mall.example/c/1001?sub={asked['sub']}"}}
        return {"code": 0, "data": ITEM}


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if self.headers["X-App-Key"] == "test-key":
            answer = self.server.network.answer(parts.path.strip("/"), dict(parse_qsl(parts.query, True)))
        else:
            answer = {"code": 401, "message": "unknown key"}
        content = json.dumps(answer, ensure_ascii=False).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


class _Server(Server):
    network: ExampleGateway


@contextmanager
def running() -> Iterator[ExampleGateway]:
    """A gateway on a free port of loopback."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.network = ExampleGateway(server.url)
    with served(server):
        yield server.network
