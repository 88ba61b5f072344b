"""Plays Pinduoduo's open platform on loopback: checks signature, clock, parameters, windows, page sizes and what is on
record (备案); holds items and orders; can misbehave. Written against the platform's docs alone.

    with running() as pdd:
        pdd.add_item(500000000001, min_group_price=2990)
        pdd.misbehave("vendor_limit", times=1)
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
from urllib.parse import parse_qs, parse_qsl, urlsplit

from affiliate.networks.tests.gateways import pdd_rows, wire_faults
from affiliate.networks.tests.gateways.loopback import Misbehaving, Server, served
from affiliate.networks.types import Window

CLIENT_ID = "testclientid0001"
CLIENT_SECRET = "test-pdd-secret"
PID = "10000001_200000002"
DEFAULT_ITEM = 500000000001
DAYS_KEPT = 90


class Refused(Exception):
    """An `error_response`."""

    def __init__(self, code: int, message: str, sub_code: str = "", sub_message: str = "") -> None:
        super().__init__(message)
        self.answer = {
            "error_code": code,
            "error_msg": message,
            "sub_code": sub_code,
            "sub_msg": sub_message,
            "request_id": "17487378000000009",
        }


NOT_ON_RECORD = (50001, "业务服务错误", "60001", "请求参数中未传入已经授权备案过的相关参数(pid或custom_parameters)")


@dataclass
class PddGateway(Misbehaving):
    """The state of the pretended platform. Change it freely between calls."""

    url: str = ""
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    orders: list[dict[str, Any]] = field(default_factory=list)
    on_record: set[str] = field(default_factory=lambda: {"zc"})
    record_each_sid: bool = False
    permissions: set[str] = field(default_factory=lambda: {"search", "orders"})
    calls: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    links: dict[str, Any] = field(default_factory=dict)

    # --- what tests and the contract suite call ---

    @property
    def config(self) -> dict[str, str]:
        return {"CLIENT_ID": CLIENT_ID, "CLIENT_SECRET": CLIENT_SECRET, "PID": PID, "GATEWAY": self.url}

    @property
    def text(self) -> str:
        return (
            f"我在拼多多发现一个好物【测试牌 抽纸 24包整箱】，快来看看 https://mobile.yangkeduo.com/goods2.html"
            f"?goods_id={DEFAULT_ITEM}&pid=9_9&cpsSign=CC_9_someone 复制打开拼多多"
        )

    @property
    def query(self) -> str:
        return "抽纸"

    def buy(self, sub_id: str) -> Window:
        """Add a paid order and give the window of update time that reports it."""
        at = self.now() - timedelta(minutes=20)
        self.add_order(sid=sub_id, at=at)
        return Window(at - timedelta(minutes=10), at + timedelta(minutes=10))

    def add_item(self, number: int = DEFAULT_ITEM, **changes: Any) -> dict[str, Any]:
        """Put an item on offer; `changes` overwrite fields of its row."""
        row = pdd_rows.item(number, self.now(), **changes)
        self.items[str(number)] = row
        return row

    def add_order(self, *, at: datetime | None = None, **changes: Any) -> dict[str, Any]:
        """Add an order row; `at` is its time of order and of update."""
        row = pdd_rows.order(len(self.orders) + 1, at or self.now() - timedelta(minutes=20), **changes)
        self.orders.append(row)
        return row

    def asked(self, method: str) -> list[dict[str, str]]:
        """The parameters of all calls of a method so far."""
        return [form for called, form in self.calls if called.endswith(method)]

    # --- the platform ---

    def answer(self, form: dict[str, str], fault: str) -> dict[str, Any]:
        """The answer to a call. Raises Refused."""
        self.check(form)
        self.calls.append((form["type"], form))
        vendors = {
            "vendor_limit": (52101, "应用限流"),
            "vendor_frequency": (70031, "调用过于频繁"),
            "vendor_busy": (50002, "系统繁忙"),
            "vendor_quota": (70032, "调用量用尽"),
            "vendor_address": (20005, "ip无权访问接口，请加入ip白名单"),
            "vendor_unknown": (98765, "新情况"),
        }
        if fault in vendors:
            raise Refused(*vendors[fault])
        match form["type"]:
            case "pdd.ddk.goods.search":
                return {"goods_search_response": self.search(form)}
            case "pdd.ddk.goods.detail":
                sign = form.get("goods_sign", "")
                found = [row for row in self.items.values() if row["goods_sign"] == sign]
                return {"goods_detail_response": {"goods_details": found}}
            case "pdd.ddk.goods.promotion.url.generate":
                return {"goods_promotion_url_generate_response": {"goods_promotion_url_list": self.promote(form)}}
            case "pdd.ddk.goods.zs.unit.url.gen":
                return {"goods_zs_unit_generate_response": self.promote_address(form)}
            case "pdd.ddk.member.authority.query":
                bound = form.get("pid") == PID and self.own(form).get("uid") in self.on_record
                return {"authority_query_response": {"bind": int(bound), "request_id": "1"}}
            case "pdd.ddk.rp.prom.url.generate":
                return {"rp_promotion_url_generate_response": self.record_page(form)}
            case "pdd.ddk.order.list.increment.get":
                return {"order_list_get_response": self.changed(form, fault)}
            case "pdd.ddk.order.list.range.get":
                return {"order_list_get_response": self.paid(form, fault)}
        raise Refused(10017, "type不存在")

    def check(self, form: dict[str, str]) -> None:
        """The checks that come before any business: parameters, key, clock, signature."""
        for name in ("type", "client_id", "timestamp", "sign"):
            if not form.get(name):
                raise Refused(10000, f"公共参数错误:{name}")
        if form.get("data_type") != "JSON":
            raise Refused(10018, "data_type 错误")
        if form["client_id"] != CLIENT_ID:
            raise Refused(10001, "公共参数错误:client_id")
        if not form["timestamp"].isdigit() or abs(self.now().timestamp() - int(form["timestamp"])) > 600:
            raise Refused(10000, "公共参数错误:timestamp")
        pieces = [CLIENT_SECRET]
        for name in sorted(key for key in form if key != "sign"):
            pieces += [name, form[name]]
        pieces.append(CLIENT_SECRET)
        if hashlib.md5("".join(pieces).encode("utf-8")).hexdigest().upper() != form["sign"]:
            raise Refused(20004, "签名sign校验失败")

    def own(self, form: dict[str, str]) -> dict[str, str]:
        """custom_parameters, checked as the docs say: JSON of at most 64 bytes with a uid."""
        text = form.get("custom_parameters", "")
        if len(text.encode("utf-8")) > 64:
            raise Refused(21001, "custom_parameters 过长")
        try:
            found = json.loads(text)
        except ValueError:
            raise Refused(21001, "custom_parameters 不是 JSON") from None
        if not found.get("uid"):
            raise Refused(21001, "custom_parameters 缺少 uid")
        return dict(found)

    def recorded(self, form: dict[str, str], pid: str) -> None:
        """Raise where pid and custom_parameters are not on record."""
        found = self.own(form)
        key = f"{found['uid']}/{found['sid']}" if self.record_each_sid and "sid" in found else found["uid"]
        if pid != PID or key not in self.on_record:
            raise Refused(*NOT_ON_RECORD)

    def search(self, form: dict[str, str]) -> dict[str, Any]:
        """商品搜索: words, or the address of one item."""
        if "search" not in self.permissions:
            raise Refused(20031, "用户没有授权访问此接口")
        self.recorded(form, form.get("pid", ""))
        word, size, page = form.get("keyword", ""), int(form.get("page_size", "100")), int(form.get("page", "1"))
        if not 10 <= size <= 100 or page < 1 or not word:
            raise Refused(21001, "参数不合法")
        if word.startswith("https://"):
            found = self.of_address(word)
        else:
            found = [row for row in self.items.values() if word in row["goods_name"]]
        rows = found[size * (page - 1) : size * page]
        return {"total_count": len(found), "list_id": "l_1", "search_id": "s_1", "request_id": "1", "goods_list": rows}

    def of_address(self, address: str) -> list[dict[str, Any]]:
        parts = urlsplit(address)
        if parts.hostname == "p.pinduoduo.com":
            return list(self.items.values())[:1]
        number = parse_qs(parts.query).get("goods_id", [""])[0]
        return [self.items[number]] if number in self.items else []

    def forms(self, key: str, *, we_app: bool) -> dict[str, Any]:
        """Every form of a link."""
        path = f"package_a/welfare_coupon/welfare_coupon?{key}"
        app = {"app_id": "wx0000000000000000", "page_path": path, "user_name": "gh_test@app", "title": "测试牌 抽纸"}
        return {
            "mobile_url": f"https://mobile.yangkeduo.com/app.html?launch_url={key}",
            "mobile_short_url": f"https://p.pinduoduo.com/m{key[:7]}",
            "url": f"https://mobile.yangkeduo.com/duo_coupon_landing.html?k={key}",
            "short_url": f"https://p.pinduoduo.com/u{key[:7]}",
            "schema_url": f"pinduoduo://com.xunmeng.pinduoduo/duo_coupon_landing.html?k={key}",
            **({"we_app_info": app} if we_app else {}),
            **self.links,
        }

    def promote(self, form: dict[str, str]) -> list[dict[str, Any]]:
        """转链 by goods_sign."""
        self.recorded(form, form.get("p_id", ""))
        signs = json.loads(form.get("goods_sign_list", "[]"))
        known = {row["goods_sign"] for row in self.items.values()}
        if not isinstance(signs, list) or not signs:
            raise Refused(21001, "goods_sign_list 不合法")
        if not set(signs) <= known:
            raise Refused(50001, "业务服务错误", "50002", "商品不支持推广")
        key = hashlib.sha1((form["custom_parameters"] + signs[0]).encode()).hexdigest()[:16]
        return [self.forms(key, we_app=form.get("generate_we_app") == "true") for _ in signs]

    def promote_address(self, form: dict[str, str]) -> dict[str, Any]:
        """转链 by address: of an item, or somebody's short link."""
        self.recorded(form, form.get("pid", ""))
        if not self.of_address(form.get("source_url", "")):
            raise Refused(50001, "业务服务错误", "50002", "商品不支持推广")
        key = hashlib.sha1((form["custom_parameters"] + form["source_url"]).encode()).hexdigest()[:16]
        return self.forms(key, we_app=False)

    def record_page(self, form: dict[str, str]) -> dict[str, Any]:
        """营销工具 with channel_type 10: the page on which a pid is put on record."""
        self.own(form)
        if form.get("channel_type") != "10" or json.loads(form.get("p_id_list", "[]")) != [PID]:
            raise Refused(21001, "参数不合法")
        return {"url_list": [{"mobile_short_url": "https://p.pinduoduo.com/record1", "url": "https://evil.example/"}]}

    def changed(self, form: dict[str, str], fault: str) -> dict[str, Any]:
        """按更新时间: windows of at most a day, within ninety days, pages of 10 to 100."""
        self.may_report()
        start, end = int(form["start_update_time"]), int(form["end_update_time"])
        size, page = int(form.get("page_size", "100")), int(form.get("page", "1"))
        oldest = self.now().timestamp() - DAYS_KEPT * 86_400
        if not 0 <= end - start <= 86_400 or start < oldest or not 10 <= size <= 100 or not 1 <= page <= 10_000:
            raise Refused(21001, "参数不合法")
        found = sorted((o for o in self.orders if start <= o["order_modify_at"] <= end), key=_changed_at)
        if fault == "endless":
            return {"total_count": 10**9, "order_list": found[:size]}
        if fault == "doubled_page" and page > 1:
            page -= 1
        if fault == "next_page":
            page += 1
        rows = found[size * (page - 1) : size * page]
        if fault == "same_page":
            rows = found[:size]
        if fault == "reordered":
            rows = rows[::-1]
        counted = form.get("return_count") == "true" and fault not in ("uncounted", "uncounted_endless")
        if fault == "uncounted_endless":
            rows = (found * size)[:size]
        return {"order_list": rows, "request_id": "1", **({"total_count": len(found)} if counted else {})}

    def paid(self, form: dict[str, str], fault: str) -> dict[str, Any]:
        """按支付时间, Beijing time, from cursor to cursor."""
        self.may_report()
        zone = timedelta(hours=8)
        first, last = (
            datetime.strptime(form[name], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC) - zone
            for name in ("start_time", "end_time")
        )
        size = int(form.get("page_size", "300"))
        if first > last or not 1 <= size <= 300:
            raise Refused(21001, "参数不合法")
        found = [o for o in self.orders if first.timestamp() <= o["order_pay_time"] <= last.timestamp()]
        found.sort(key=lambda o: (o["order_pay_time"], o["order_id"]))
        names = [o["order_id"] for o in found]
        cursor = form.get("last_order_id", "")
        begin = names.index(cursor) + 1 if cursor in names and fault != "endless" else 0
        rows = found[begin : begin + size]
        return {"order_list": rows, "last_order_id": rows[-1]["order_id"] if rows else "", "request_id": "1"}

    def may_report(self) -> None:
        if "orders" not in self.permissions:
            raise Refused(20031, "用户没有授权访问此接口")


def _changed_at(row: dict[str, Any]) -> tuple[int, str]:
    return row["order_modify_at"], row["order_sn"]


class _Handler(BaseHTTPRequestHandler):
    """One call: check, answer, or misbehave."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        form = dict(parse_qsl(self.rfile.read(length).decode("utf-8"), keep_blank_values=True, strict_parsing=True))
        pdd = self.server.pdd
        fault = pdd.next_fault()
        try:
            answer = pdd.answer(form, fault)
        except Refused as refused:
            answer = {"error_response": refused.answer}
        content = json.dumps(answer, ensure_ascii=False).encode("utf-8", "surrogatepass")
        wire_faults.respond(self, content, fault, pdd.slow_seconds)

    def log_message(self, *args: Any) -> None:
        """Quiet."""


class _Server(Server):
    pdd: PddGateway


@contextmanager
def running() -> Iterator[PddGateway]:
    """A gateway on a free port of loopback with one item on offer."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.pdd = PddGateway(url=f"{server.url}/api/router")
    server.pdd.add_item()
    with served(server):
        yield server.pdd
