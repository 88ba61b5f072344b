"""What the adapter asks of 抖店's `buyin.*` (抖店开放平台 docs, 精选联盟): items, links under a PID, orders, tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from affiliate.networks.adapter import Renewal
from affiliate.networks.clocks import BEIJING
from affiliate.networks.douyin.buyin.client import BuyinClient
from affiliate.networks.douyin.forms import LinkForms
from affiliate.networks.douyin.orders import Names, read_rows
from affiliate.networks.douyin.parsing import percent_bp
from affiliate.networks.douyin.recognise import SLUG, item_address
from affiliate.networks.errors import ProtocolError
from affiliate.networks.paging import follow, whole
from affiliate.networks.reading import as_list, part, rows_of
from affiliate.networks.transport import Transport
from affiliate.networks.types import OrderPage, TimeType, Window

PAGE_SIZE = 200
MOST_PAGES = 2_000
KINDS = ("ProductDetail", "Live", "ActivityMaterial")
TIME_TYPES = {TimeType.CREATED: "pay", TimeType.UPDATED: "update"}
NAMES = Names(estimated="ads_estimated_commission", fee="ads_estimated_tech_service_fee")
TOKEN_LIFE, REFRESH_LIFE = timedelta(days=7), timedelta(days=14)
SHORTEST_LIFE = timedelta(minutes=10)


class BuyinCalls:
    """One account's calls, in the form that the adapter knows from Pangle too."""

    keys: ClassVar[tuple[str, ...]] = ("APP_KEY", "APP_SECRET", "ACCESS_TOKEN", "PID")

    def __init__(self, config: Mapping[str, str], transport: Transport, now: Callable[[], datetime]) -> None:
        self._client = BuyinClient(config, transport, now=now)
        self._pid = config.get("PID", "")
        self._now = now

    def item_rows(self, item_id: str) -> list[dict[str, Any]]:
        data = self._client.call("buyin.kolMaterialsProductsDetails", {"product_ids": [int(item_id)]})
        return rows_of(data.get("products"))

    def item_of(self, command: str) -> str:
        """The item that a 口令 or short link leads to, "" for a live room, an activity or a red packet."""
        data = self._client.call("buyin.commonShareCommandParse", {"command": command})
        info = part(data, "common_share_command_parse_info") or data
        return str(part(info, "product_info").get("product_id") or "")

    def found(self, query: str, page: int, size: int) -> list[dict[str, Any]]:
        asked = {"title": query, "page": page, "page_size": size, "share_status": 1}
        return rows_of(self._client.call("buyin.kolMaterialsProductsSearch", asked).get("products"))

    def rate_bp(self, row: Mapping[str, Any], warnings: list[str]) -> int | None:
        return percent_bp(row.get("cos_ratio"), warnings)

    def link_forms(self, item_id: str, sub_id: str | None) -> LinkForms:
        asked: dict[str, Any] = {
            "product_url": item_address(item_id),
            "pid": self._pid,
            "need_qr_code": False,
            "need_share_link": True,
            "need_zlink": True,
            "use_coupon": True,
            "platform": 0,
        }
        if sub_id is not None:
            asked["external_info"] = sub_id
        return LinkForms.of(self._client.call("buyin.kolProductShare", asked), web="share_link")

    def order_pages(self, window: Window) -> Iterator[OrderPage]:
        """The pages of a window, each kind of promotion after the other. Raises after the pages that came well."""
        for kind in KINDS:
            for first_line, rows in follow(SLUG, self._asker(whole(window), kind), "0", MOST_PAGES):
                if rows:
                    yield OrderPage(*read_rows(rows, first_line, NAMES))

    def _asker(self, window: Window, kind: str) -> Callable[[str], tuple[list[Any], str | None]]:
        asked = {
            "size": PAGE_SIZE,
            "start_time": window.start.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
            "end_time": window.end.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
            "distribution_type": kind,
            "time_type": TIME_TYPES[window.time_type],
        }

        def ask(cursor: str) -> tuple[list[Any], str | None]:
            data = self._client.call("buyin.doukeOrderAds", asked | {"cursor": cursor})
            rows, following = as_list(data.get("orders")), str(data.get("cursor") or "")
            # Which cursor the last page names is not published: a page without rows is an end too.
            return rows, following if rows and following not in ("", "0") else None

        return ask

    def renewed(self) -> Renewal:
        """Fresh tokens. Raises ProtocolError where the answer holds none."""
        data, now = self._client.renewed(), self._now()
        tokens = {key: str(data.get(key.lower()) or "") for key in ("ACCESS_TOKEN", "REFRESH_TOKEN")}
        if not tokens["ACCESS_TOKEN"]:
            raise ProtocolError("Douyin's answer holds no access token.", network=SLUG, code="no_token")
        seconds = str(data.get("expires_in") or "")
        known = seconds.isascii() and seconds.isdecimal() and len(seconds) < 9
        life = max(timedelta(seconds=int(seconds)), SHORTEST_LIFE) if known else TOKEN_LIFE
        kept = {key: value for key, value in tokens.items() if value}
        return Renewal(kept, now + life, now + REFRESH_LIFE if tokens["REFRESH_TOKEN"] else None)

    def check(self) -> None:
        self.found("", 1, 1)
