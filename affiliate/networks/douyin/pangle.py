"""What the adapter asks of Pangle's e-commerce CPS (穿山甲 docs, 电商 CPS): items, links, orders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar

from affiliate.networks.douyin.client import PangleClient
from affiliate.networks.douyin.forms import LinkForms
from affiliate.networks.douyin.pages import order_pages
from affiliate.networks.douyin.parsing import rate_bp
from affiliate.networks.douyin.recognise import SLUG, item_address
from affiliate.networks.errors import NotFound
from affiliate.networks.reading import part, rows_of
from affiliate.networks.transport import Transport
from affiliate.networks.types import OrderPage, Window

APP, TOKEN, ZLINK, WEB = 1, 3, 4, 5


class PangleCalls:
    """One account's calls."""

    keys: ClassVar[tuple[str, ...]] = ("APP_ID", "SECURE_KEY")

    def __init__(self, config: Mapping[str, str], transport: Transport, now: Callable[[], datetime]) -> None:
        self._client = PangleClient(config, transport, now=now)

    def item_rows(self, item_id: str) -> list[dict[str, Any]]:
        return rows_of(self._client.call("/product/detail", {"product_ids": [int(item_id)]}).get("products"))

    def item_of(self, command: str) -> str:
        """The item that a 口令 or short link leads to."""
        answer = self._client.call("/command_parse", {"command": command})
        return str(part(answer, "product_info").get("product_id") or answer.get("product_id") or "")

    def found(self, query: str, page: int, size: int) -> list[dict[str, Any]]:
        asked = {"page": page, "page_size": size, "title": query}
        return rows_of(self._client.call("/product/search", asked).get("products"))

    def rate_bp(self, row: Mapping[str, Any], warnings: list[str]) -> int | None:
        return rate_bp(row.get("cos_ratio"), warnings)

    def link_forms(self, item_id: str, sub_id: str | None) -> LinkForms:
        """Pangle wants the address and the `ext` that it gives for an item itself."""
        row = next((one for one in self.item_rows(item_id) if str(one.get("product_id")) == item_id), None)
        if row is None:
            raise NotFound("Douyin has no such item.", network=SLUG, code="empty")
        asked: dict[str, Any] = {
            "product_url": str(row.get("detail_url") or item_address(item_id)),
            "share_type": [APP, TOKEN, ZLINK, WEB],
            "use_coupon": True,
        }
        if sub_id is not None:
            asked["external_info"] = sub_id
        if row.get("ext"):
            asked["product_ext"] = str(row["ext"])
        return LinkForms.of(self._client.call("/product/link", asked), web="dy_sharelink")

    def order_pages(self, window: Window) -> Iterator[OrderPage]:
        return order_pages(self._client, window)

    def check(self) -> None:
        self._client.call("/product/search", {"page": 1, "page_size": 1})
