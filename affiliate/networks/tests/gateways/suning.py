"""Plays Suning's open platform on loopback: checks signature, clock, headers, parameters and windows; holds items,
orders and settlements; can misbehave. Written against the platform's docs alone.

    with running() as suning:
        suning.add_item("10073327419", commodityPrice="39.90")
        suning.misbehave("vendor_limit", times=1)
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import quote

from affiliate.networks.tests.gateways import suning_rows, wire_faults
from affiliate.networks.tests.gateways.loopback import Misbehaving, Server, served
from affiliate.networks.types import Window

APP_KEY, APP_SECRET, PROMOTION_ID = "demoKey", "demoSecret", "100365"
DEFAULT_ITEM = f"{suning_rows.GOODS}-{suning_rows.SHOP}"
NAMES = {
    "suning.netalliance.commoditydetail.query": "queryCommoditydetail",
    "suning.netalliance.searchcommoditynew.query": "querySearchcommoditynew",
    "suning.netalliance.extensionlink.get": "getExtensionlink",
    "suning.netalliance.appletextensionlink.get": "getAppletextensionlink",
    "suning.netalliance.order.query": "queryOrder",
    "suning.netalliance.ordersettlenew.get": "getOrdersettlenew",
}
NOTHING = ("biz.handler.data-get:no-result", "没有数据")


class Refused(Exception):
    """An `sn_error`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.answer = {"sn_error": {"error_code": code, "error_msg": message}}


@dataclass
class SuningGateway(Misbehaving):
    """The state of the pretended platform. Change it freely between calls."""

    url: str = ""
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    orders: list[dict[str, Any]] = field(default_factory=list)
    settlements: dict[str, dict[str, Any]] = field(default_factory=dict)
    permissions: set[str] = field(default_factory=lambda: {"items", "orders", "settlements", "applet", "coupon"})
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    link: str = ""
    applet: dict[str, Any] = field(default_factory=dict)

    # --- what tests and the contract suite call ---

    @property
    def config(self) -> dict[str, str]:
        keys = {"APP_KEY": APP_KEY, "APP_SECRET": APP_SECRET, "PROMOTION_ID": PROMOTION_ID}
        return keys | {"GATEWAY": self.url}

    @property
    def text(self) -> str:
        goods, shop = DEFAULT_ITEM.split("-")
        return f"【苏宁易购】洗衣液好价「示例洗衣液3kg」https://m.suning.com/product/{shop}/{goods}.html?src=who 快来看"

    @property
    def query(self) -> str:
        return "洗衣液"

    def buy(self, sub_id: str) -> Window:
        """Add a paid order and give the window of update time that reports it."""
        at = self.now() - timedelta(minutes=20)
        self.add_order(childAccountId=sub_id, at=at)
        return Window(at - timedelta(minutes=10), at + timedelta(minutes=10))

    def add_item(self, goods: str = suning_rows.GOODS, **changes: Any) -> dict[str, Any]:
        """Put an item on offer; `changes` overwrite fields of its row."""
        row = suning_rows.item(goods, self.now(), **changes)
        self.items[f"{goods}-{row['commodityInfo']['supplierCode']}"] = row
        return row

    def add_order(self, *, at: datetime | None = None, **changes: Any) -> dict[str, Any]:
        """Add an order with one line; `at` is its time of order and of change."""
        row = suning_rows.order(len(self.orders) + 1, at or self.now() - timedelta(minutes=20), **changes)
        self.orders.append(row)
        return row

    def settle(self, order: dict[str, Any], **changes: Any) -> None:
        """Grant the commission of an order's first line."""
        number = order["orderDetail"][0]["orderLineNumber"]
        self.settlements[number] = suning_rows.settlement(number, **changes)

    def asked(self, method: str) -> list[dict[str, Any]]:
        """The fields of all calls of a method so far."""
        return [fields for called, fields in self.calls if called.endswith(method)]

    # --- the platform ---

    def answer(self, headers: dict[str, str], body: bytes, fault: str) -> dict[str, Any]:
        """The inside of sn_responseContent. Raises Refused."""
        method = self.check(headers, body)
        business = NAMES[method]
        fields = json.loads(body)["sn_request"]["sn_body"][business]
        self.calls.append((method, fields))
        vendors = {
            "vendor_limit": ("isp.sys.flow-limit", "调用频率超限"),
            "vendor_busy": ("isp.sys.service.unavailable.timeout", "服务不可用"),
            "vendor_permission": ("sys.check.api-permission:authority", "没有权限"),
            "vendor_token": ("sys.oauth.check.access_token:overdue", "过期"),
            "vendor_unknown": ("biz.some.thing:else", "新情况"),
            "vendor_nothing": NOTHING,
        }
        if fault in vendors:
            raise Refused(*vendors[fault])
        head: dict[str, Any] = {}
        match business:
            case "queryCommoditydetail":
                value: Any = self.details(fields)
            case "querySearchcommoditynew":
                value = self.search(fields)
            case "getExtensionlink":
                value = {"shortLink": self.promote(fields)}
            case "getAppletextensionlink":
                value = self.promote_applet(fields)
            case "queryOrder":
                value, head = self.order_query(fields, fault)
            case _:
                value = self.settlement_query(fields)
        return {"sn_head": head, "sn_body": {business: value}}

    def check(self, headers: dict[str, str], body: bytes) -> str:
        """The checks that come before any business: headers, key, clock, signature."""
        for name in ("appmethod", "apprequesttime", "appkey", "versionno", "signinfo"):
            if not headers.get(name):
                raise Refused("sys.check.missing-parameter", name)
        if headers["appkey"] != APP_KEY:
            raise Refused("sys.check.appkey:inexistence", "appKey不存在")
        sent = datetime.strptime(headers["apprequesttime"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=suning_rows.LOCAL)
        if abs(self.now() - sent) > timedelta(minutes=10):
            raise Refused("sys.check.requesttime:overdue", "请求时间过期")
        text = APP_SECRET + headers["appmethod"] + headers["apprequesttime"] + headers["appkey"] + headers["versionno"]
        expected = hashlib.md5(text.encode() + base64.standard_b64encode(body)).hexdigest()
        if headers["signinfo"] != expected or headers.get("format") != "json" or headers["versionno"] != "v1.2":
            raise Refused("sys.check.signinfo:wrong", "签名错误")
        if headers["appmethod"] not in NAMES:
            raise Refused("sys.check.method-permission:authority", "方法不存在")
        return headers["appmethod"]

    def details(self, fields: dict[str, Any]) -> list[dict[str, Any]]:
        if "items" not in self.permissions:
            raise Refused("sys.check.api-permission:authority", "没有权限")
        found = [self.items[one] for one in str(fields.get("commodityStr", "")).split(",") if one in self.items]
        if not found:
            raise Refused(*NOTHING)
        return found

    def search(self, fields: dict[str, Any]) -> dict[str, Any]:
        size, page = int(fields["size"]), int(fields["pageIndex"])
        if not 1 <= size <= 50 or page < 1 or not fields.get("keyword"):
            raise Refused("biz.searchcommoditynew.missing-parameter:size", "参数错误")
        found = [row for row in self.items.values() if fields["keyword"] in row["commodityInfo"]["commodityName"]]
        if not found:
            raise Refused(*NOTHING)
        return {"commodityList": found[size * (page - 1) : size * page]}

    def material(self, fields: dict[str, Any]) -> str:
        """What is promoted. Raises where it earns nothing, or the sub-ID or the coupon cannot be."""
        sub_user = str(fields.get("subUser", "a"))
        if any(char in sub_user for char in "=&_"):
            raise Refused("biz.extensionlink.wrong-parameter:subUser", "subUser不合法")
        if "quanUrl" in fields and ("coupon" not in self.permissions or "//quan.suning.com/" not in fields["quanUrl"]):
            raise Refused("biz.extensionlink.wrong-parameter:quanUrl", "券链接参数不合法")
        if sugs := fields.get("sugsUrl"):
            return str(sugs)
        parts = str(fields.get("productUrl", "")).removesuffix(".html").split("/")
        if len(parts) < 2 or f"{parts[-1]}-{parts[-2]}" not in self.items:
            raise Refused("biz.extensionlink.error:product", "该商品不支持推广")
        return str(fields["productUrl"])

    def promote(self, fields: dict[str, Any]) -> str:
        key = hashlib.sha1(f"{self.material(fields)}{fields.get('subUser')}".encode()).hexdigest()[:8]
        return self.link or quote(f"https://sugs.suning.com/{key}", safe="")

    def promote_applet(self, fields: dict[str, Any]) -> dict[str, Any]:
        if "applet" not in self.permissions:
            raise Refused("sys.check.api-permission:authority", "没有权限")
        self.material(fields)
        path = f"pages/fourth/fourth?productId={suning_rows.GOODS}&shop={suning_rows.SHOP}&union=x"
        return {"appId": "wx0000000000000000", "appletExtendUrl": path, **self.applet}

    def order_query(self, fields: dict[str, Any], fault: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """订单查询: windows of at most a day, pages of 10 to 50, Beijing time."""
        if "orders" not in self.permissions:
            raise Refused("sys.check.api-permission:authority", "没有权限")
        size, page = int(fields["pageSize"]), int(fields["pageNo"])
        start, end = (
            datetime.strptime(fields[name], "%Y-%m-%d %H:%M:%S").replace(tzinfo=suning_rows.LOCAL)
            for name in ("startTime", "endTime")
        )
        if not 10 <= size <= 50 or page < 1 or not timedelta(0) <= end - start <= timedelta(days=1):
            raise Refused("biz.order.wrong-parameter:time", "参数错误")
        found = [o for o in self.orders if fields["startTime"] <= _changed_at(o)[0] <= fields["endTime"]]
        found.sort(key=_changed_at)
        if not found:
            raise Refused(*NOTHING)
        if fault in ("same_page", "doubled_page") and page > 1:
            page = 1 if fault == "same_page" else page - 1
        rows = found[size * (page - 1) : size * page]
        if fault == "reordered":
            rows = rows[::-1]
        total = {"endless": "1000000000", "uncounted": ""}.get(fault, str(len(found)))
        return rows, {"totalSize": total, "pageTotal": -(-len(found) // size), "pageNo": page, "returnMessage": ""}

    def settlement_query(self, fields: dict[str, Any]) -> dict[str, Any]:
        """结算查询, at most twenty lines at once."""
        if "settlements" not in self.permissions:
            raise Refused("sys.check.api-permission:authority", "没有权限")
        numbers = str(fields.get("orderLineNumber", "")).split(",")
        if not 1 <= len(numbers) <= 20:
            raise Refused("biz.ordersettlenew.wrong-parameter:orderLineNumber", "参数错误")
        found = [self.settlements[number] for number in numbers if number in self.settlements]
        if not found:
            raise Refused(*NOTHING)
        return {"settlementInfo": found}


def _changed_at(order: dict[str, Any]) -> tuple[str, str]:
    return order["orderDetail"][0]["orderLineStatusChangeTime"], order["orderCode"]


class _Handler(BaseHTTPRequestHandler):
    """One call: check, answer, or misbehave."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        suning = self.server.suning
        fault = suning.next_fault()
        try:
            answer = suning.answer(headers, body, fault)
        except Refused as refused:
            answer = refused.answer
        content = json.dumps({"sn_responseContent": answer}, ensure_ascii=False).encode()
        wire_faults.respond(self, content, fault, suning.slow_seconds)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


class _Server(Server):
    suning: SuningGateway


@contextmanager
def running() -> Iterator[SuningGateway]:
    """A gateway on a free port of loopback with one item on offer."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.suning = SuningGateway(url=f"{server.url}/api/http/sopRequest")
    server.suning.add_item()
    with served(server):
        yield server.suning
