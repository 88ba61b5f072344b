"""Plays TOP, Alibaba's gateway, on loopback: checks key, clock, signature and parameters, then asks the service behind
it; can misbehave. Written against the platform's docs alone; shares nothing with the adapters.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from affiliate.networks.tests.gateways import wire_faults
from affiliate.networks.tests.gateways.loopback import Misbehaving, Server, served

APP_KEY = "12345678"
APP_SECRET = "helloworld"
GMT8 = timedelta(hours=8)
FORMAT = "%Y-%m-%d %H:%M:%S"


@dataclass
class Refusal(Exception):
    """An `error_response`."""

    code: int
    msg: str
    sub_code: str = ""
    sub_msg: str = ""


@dataclass
class TopGateway(Misbehaving):
    """The state of the pretended platform. Change it freely between calls."""

    url: str = ""
    forbidden: set[str] = field(default_factory=set)
    """Methods that the application may not call."""
    calls: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def local(self, at: datetime) -> str:
        return (at.astimezone(UTC) + GMT8).strftime(FORMAT)

    def forms(self, method: str) -> list[dict[str, str]]:
        """The parameters of all calls of a method so far."""
        return [form for called, form in self.calls if called.endswith(method)]

    def service(self, method: str, form: dict[str, str], fault: str) -> dict[str, Any]:
        """What the service behind the gateway answers. Raises Refusal."""
        raise NotImplementedError

    # --- the platform ---

    def answer(self, form: dict[str, str], fault: str) -> dict[str, Any]:
        """The whole answer to a call."""
        try:
            self.check(form)
            method = form["method"]
            self.calls.append((method, form))
            self.misbehaviour(fault)
            if method in self.forbidden:
                raise Refusal(11, "Insufficient isv permissions", "isv.permission-api-package-limit", "scope ids is 1")
            root = self.service(method, form, fault) | {"request_id": "15abtest"}
        except Refusal as refusal:
            error = {"code": refusal.code, "msg": refusal.msg, "request_id": "15abtest"}
            error |= {"sub_code": refusal.sub_code, "sub_msg": refusal.sub_msg} if refusal.sub_code else {}
            return {"error_response": error}
        name = method[len("taobao.") :] if method.startswith("taobao.") else method
        return {"_".join(name.split(".")) + "_response": root}

    def misbehaviour(self, fault: str) -> None:
        refusals = {
            "busy": Refusal(15, "Remote service error", "isp.top-remote-connection-timeout", "连接超时"),
            "ban": Refusal(
                7,
                "App Call Limited",
                "accesscontrol.limited-by-api-access-count",
                "This ban will last for 1 more seconds",
            ),
            "ban_long": Refusal(
                7,
                "App Call Limited",
                "accesscontrol.limited-by-api-access-count",
                "This ban will last for 600 more seconds",
            ),
            "quota": Refusal(7, "App Call Limited", "accesscontrol.limited-by-app-access-count", "今日已用完"),
            "odd": Refusal(99, "Something new", "zzz.new", "新情况"),
        }
        if fault in refusals:
            raise refusals[fault]

    def check(self, form: dict[str, str]) -> None:
        """What comes before any business: parameters, key, clock, signature."""
        required = {"method": 21, "app_key": 28, "timestamp": 30, "sign": 24, "v": 40, "sign_method": 40}
        for name, code in required.items():
            if not form.get(name):
                raise Refusal(code, f"Missing {name}")
        if form["app_key"] != APP_KEY:
            raise Refusal(29, "Invalid app Key", "isv.appkey-not-exists", "appkey 不存在")
        if form.get("format") != "json" or form["v"] != "2.0":
            raise Refusal(41, "Invalid Arguments", "isv.invalid-format", "")
        try:
            sent = datetime.strptime(form["timestamp"], FORMAT).replace(tzinfo=UTC) - GMT8
        except ValueError:
            raise Refusal(31, "Invalid timestamp") from None
        if abs(self.now() - sent) > timedelta(minutes=10):
            raise Refusal(31, "Invalid timestamp")
        pairs = sorted((name, value) for name, value in form.items() if name != "sign" and value)
        text = "".join(name + value for name, value in pairs)
        expected = hashlib.md5(f"{APP_SECRET}{text}{APP_SECRET}".encode()).hexdigest().upper()
        if form["sign_method"] != "md5" or form["sign"] != expected:
            raise Refusal(25, "Invalid signature", "isv.invalid-signature", "签名不正确")


class _Handler(BaseHTTPRequestHandler):
    """One call: check, answer, or misbehave."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        form = dict(parse_qsl(self.rfile.read(length).decode("utf-8"), keep_blank_values=True, strict_parsing=True))
        top = self.server.top
        fault = top.next_fault()
        content = json.dumps(top.answer(form, fault), ensure_ascii=False).encode("utf-8", "surrogatepass")
        wire_faults.respond(self, content, fault, top.slow_seconds)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


class _Server(Server):
    top: TopGateway


G = TypeVar("G", bound=TopGateway)


@contextmanager
def serving(top: G) -> Iterator[G]:
    """The platform on a free port of loopback until the end of the `with`."""
    server = _Server(("127.0.0.1", 0), _Handler)
    top.url = f"{server.url}/router/rest"
    server.top = top
    with served(server):
        yield top


def stretch(form: dict[str, Any], start: str, end: str) -> tuple[datetime, datetime]:
    """Two times of a query, as they are written. Raises Refusal for what is none."""
    try:
        first = datetime.strptime(str(form[start]), FORMAT).replace(tzinfo=UTC)
        last = datetime.strptime(str(form[end]), FORMAT).replace(tzinfo=UTC)
    except (KeyError, ValueError):
        raise Refusal(15, "Remote service error", "2000", "起止时间错误") from None
    if first >= last:
        raise Refusal(15, "Remote service error", "2001", "开始时间须早于结束时间")
    return first, last
