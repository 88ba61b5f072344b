"""Plays 淘宝联盟 behind TOP: items under ids whose front part changes, links by adzone, orders in windows of
three hours with `position_index`, and a 维权 report of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from affiliate.networks.tests.gateways import taobao_rows
from affiliate.networks.tests.gateways.top import APP_KEY, APP_SECRET, Refusal, TopGateway, serving, stretch
from affiliate.networks.types import Window

PID = "mm_100000001_200000002_300000003"
ADZONE, SITE = "300000003", "200000002"
DEFAULT_ITEM = "k2m9x0aa11b-77zzq0testid"
OLD_ITEM = "520000000123"
TOKEN = "TesTkLmNoPq"
SHORT = "https://m.tb.cn/h.5TestAb?tk=AbCdEf12345"
CLOCKS = {"1": "tk_create_time", "2": "tk_paid_time", "3": "tk_earning_time", "4": "modified_time"}
REFUND_CLOCKS = {1: "tk_refund_time", 2: "earning_time", 3: "tk_refund_suit_time", 4: "tb_trade_create_time"}
REFUND_CLOCKS |= {5: "modified_time"}


@dataclass
class TaobaoGateway(TopGateway):
    """Items by the back part of their id, orders, 维权."""

    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    orders: list[dict[str, Any]] = field(default_factory=list)
    refunds: list[dict[str, Any]] = field(default_factory=list)
    adzones: set[str] = field(default_factory=lambda: {ADZONE, "300000004"})
    scenes: set[str] = field(default_factory=lambda: {"1", "2"})
    longest: timedelta = timedelta(hours=3)
    item_code: int = 0
    click_url: str = ""
    single: bool = True

    @property
    def config(self) -> dict[str, str]:
        return {"APP_KEY": APP_KEY, "APP_SECRET": APP_SECRET, "PID": PID, "GATEWAY": self.url}

    @property
    def text(self) -> str:
        address = f"https://uland.taobao.com/item/edetail?id={DEFAULT_ITEM}&pid=mm_9_9_9"
        return f"淘宝这个耳机不错 {address} 「测试牌 无线降噪头戴耳机」"

    @property
    def query(self) -> str:
        return "降噪"

    def buy(self, sub_id: str) -> Window:
        """Add a paid order through the default adzone, which is all that an order tells; `sub_id` cannot be carried."""
        at = self.now() - timedelta(minutes=20)
        self.add_order(at=at)
        return Window(at - timedelta(minutes=10), at + timedelta(minutes=10))

    def add_item(self, item_id: str = DEFAULT_ITEM, **changes: Any) -> dict[str, Any]:
        row = taobao_rows.item(item_id, self.now(), **changes)
        self.items[item_id.partition("-")[2] or item_id] = row
        return row

    def add_order(self, *, at: datetime | None = None, **changes: Any) -> dict[str, Any]:
        local = self.local(at or self.now() - timedelta(minutes=20))
        row = taobao_rows.order(len(self.orders) + 1, local, **changes)
        self.orders.append(row)
        return row

    def add_refund(self, order: dict[str, Any], *, at: datetime | None = None, **changes: Any) -> dict[str, Any]:
        local = self.local(at or self.now() - timedelta(minutes=10))
        row = taobao_rows.refund(len(self.refunds) + 1, order, local, **changes)
        self.refunds.append(row)
        return row

    # --- the services ---

    def service(self, method: str, form: dict[str, str], fault: str) -> dict[str, Any]:
        match method.removeprefix("taobao.tbk."):
            case "item.info.upgrade.get":
                return self.detail(form, fault)
            case "dg.material.optional.upgrade":
                return self.material(form)
            case "dg.general.link.convert":
                return self.convert(form)
            case "dg.general.link.parse":
                return self.parse(form)
            case "tpwd.create":
                return {
                    "data": {
                        "model": f"8￥ CZ0001 {TOKEN}￥ https://m.tb.cn/h.TEST 测试牌",
                        "password_simple": f"￥{TOKEN}￥",
                    }
                }
            case "spread.get":
                return {"results": {"tbk_spread": [{"content": "https://s.click.taobao.com/TESTabc", "err_msg": "OK"}]}}
            case "order.details.get":
                return {"data": self.order_details(form, fault)}
            case "order.refund.get":
                return {"data": self.order_refunds(json.loads(form["publisher_refund_order_query_option"]))}
        raise Refusal(22, "Invalid method", "isv.invalid-method", method)

    def found(self, item_id: str) -> dict[str, Any] | None:
        """The item of an id, under the id of this answer: its front part is another every time."""
        row = self.items.get(item_id.partition("-")[2] or item_id)
        if row is None:
            return None
        back = row["item_id"].partition("-")[2]
        return row | ({"item_id": f"new{len(self.calls)}x-{back}"} if back else {})

    def need_adzone(self, form: dict[str, str]) -> str:
        if form.get("adzone_id") not in self.adzones:
            raise Refusal(15, "Remote service error", "isv.invalid-parameter:adzone_id", "adzone_id 无效")
        return form["adzone_id"]

    def need_scene(self, form: dict[str, str], item_id: str) -> None:
        scene = form.get("biz_scene_id", "1")
        if scene not in self.scenes or (item_id.isdecimal() and scene != "2"):
            raise Refusal(15, "Remote service error", "isv.invalid-parameter", "item_id 不合法")

    def detail(self, form: dict[str, str], fault: str) -> dict[str, Any]:
        """商品详情查询升级版. Its rows carry no click address."""
        item_id = form.get("item_id", "")
        self.need_scene(form, item_id)
        row = self.found(item_id)
        if row is None:
            return {"results": {}}
        row = taobao_rows.spoiled(row, fault) | {"input_item_iid": item_id}
        row["publish_info"] = {k: v for k, v in row["publish_info"].items() if not k.endswith("_url")}
        return {"results": {"tbk_item_detail": [row]}}

    def material(self, form: dict[str, str]) -> dict[str, Any]:
        """物料搜索升级版."""
        self.need_adzone(form)
        size, number = int(form.get("page_size", 20)), int(form.get("page_no", 1))
        if not 1 <= size <= 100:
            raise Refusal(15, "Remote service error", "isv.invalid-parameter", "page_size")
        word = form.get("q", "")
        rows = [self.found(item_id) for item_id, row in self.items.items() if word in row["item_basic_info"]["title"]]
        if not rows:
            return {"total_results": 0, "result_list": {}}
        return {"total_results": len(rows), "result_list": {"map_data": rows[size * (number - 1) : size * number]}}

    def convert(self, form: dict[str, str]) -> dict[str, Any]:
        """万能转链."""
        adzone = self.need_adzone(form)
        (item,) = json.loads(form["item_dto"])
        self.need_scene(form, item["item_id"])
        row = self.found(item["item_id"])
        code = self.item_code or (0 if row else 10000)
        entry: dict[str, Any] = {"code": code, "msg": "", "input_item_id": item["item_id"]}
        if code == 0:
            entry |= taobao_rows.link(item["item_id"], adzone, form.get("relation_id", ""), self.click_url, self.now())
        return {"data": {"item_url_list": {"item_url_list": [entry]}}, "biz_error_desc": "", "result_msg": ""}

    def parse(self, form: dict[str, str]) -> dict[str, Any]:
        """万能解析, of the one short link and the one 口令 that are known here."""
        self.need_adzone(form)
        (material,) = json.loads(form["material_dto"])
        known = material["material_url"] in (SHORT, f"￥{TOKEN}￥")
        kind = 1 if self.single else 3
        link = {"material_id": DEFAULT_ITEM, "material_type": kind, "tk_biz_type": 2} if known else {}
        row = {
            "input_material_url": material["material_url"],
            "code": 0 if known else 10001,
            "msg": "",
            "link_info_dto": link,
        }
        return {"data": {"material_url_list": {"material_url_list": [row]}}}

    def order_details(self, form: dict[str, str], fault: str) -> dict[str, Any]:
        """订单查询: windows of at most three hours, pages of at most 100, position_index from the second on."""
        first, last = stretch(form, "start_time", "end_time")
        if last - first > self.longest:
            raise Refusal(15, "Remote service error", "isv.biz-error:2007", "查询时间跨度过长")
        if self.now().replace(tzinfo=first.tzinfo) + timedelta(hours=8) - first > timedelta(days=90):
            raise Refusal(15, "Remote service error", "2004", "只能查询最近90天")
        clock = CLOCKS.get(form.get("query_type", "1"), "")
        if not clock:
            raise Refusal(41, "Invalid Arguments", "isv.invalid-parameter:query_type", "")
        rows = [row for row in self.orders if form["start_time"] <= str(row.get(clock) or "") <= form["end_time"]]
        return self.page(sorted(rows, key=lambda row: str(row[clock])), form, "publisher_order_dto", "results", fault)

    def order_refunds(self, form: dict[str, Any]) -> dict[str, Any]:
        """全量维权退款订单查询."""
        stretch(form, "start_time", "end_time")
        if form.get("member_type") not in (1, 2, 4) or form.get("order_scene") != 1:
            raise Refusal(15, "Remote service error", "101", "参数错误")
        clock = REFUND_CLOCKS[form["query_type"]]
        rows = [row for row in self.refunds if form["start_time"] <= str(row[clock]) <= form["end_time"]]
        return self.page(rows, form, "publisher_refund_order_d_t_o", "result", "")

    def page(self, rows: list[Any], form: dict[str, Any], name: str, outer: str, fault: str) -> dict[str, Any]:
        size, index = int(form.get("page_size", 20)), int(form.get("page_no", 1))
        if not 1 <= size <= 100:
            raise Refusal(15, "Remote service error", "isv.invalid-parameter:page_size", "")
        position = f"{index}_POS"
        if index > 1 and (form.get("position_index") != f"{index - 1}_POS" or str(form.get("jump_type")) != "1"):
            raise Refusal(15, "Remote service error", "1008", "position_index 错误")
        if fault == "endless":
            return {"has_next": True, "position_index": position, outer: {name: rows[:size]}}
        at = index - 1 if fault == "doubled_page" and index > 1 else index
        shown, more = rows[size * (at - 1) : size * at], len(rows) > size * at
        if fault == "reordered":
            shown = shown[::-1]
        wrapped = {name: shown} if shown else {}
        return {"has_next": more, "has_pre": at > 1, "page_no": index, "position_index": position, outer: wrapped}


@contextmanager
def running() -> Iterator[TaobaoGateway]:
    """A gateway on a free port of loopback with one item on offer."""
    gateway = TaobaoGateway()
    gateway.add_item()
    with serving(gateway):
        yield gateway
