"""The demo network: like the others, but its gateway is the demo shop and it needs no keys of anybody's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from affiliate.networks.adapter import Adapter, Capabilities
from affiliate.networks.demo import recognise, signing
from affiliate.networks.demo.client import DemoClient
from affiliate.networks.demo.parsing import order_page, snapshot
from affiliate.networks.errors import BadInput, ProtocolError
from affiliate.networks.types import AffiliateLink, Coupon, ItemRef, ItemSnapshot, OrderPage, TimeType, Window

DEFAULT_GATEWAY = "http://127.0.0.1:8001"
MOST_PAGES = 10_000
LONGEST_URL = 2_000


class DemoAdapter(Adapter):
    """Config: GATEWAY, and PUBLIC_URL where readers reach the shop at another address."""

    slug: ClassVar[str] = "demo"
    name: ClassVar[str] = "演示商店"
    capabilities: ClassVar[Capabilities] = Capabilities(
        lookup=True,
        search=True,
        link=True,
        orders=True,
        sub_id_pattern=r"[a-z0-9]{1,20}",
        click_token=True,
        order_window=timedelta(days=1),
        order_lag=timedelta(seconds=1),
        order_overlap=timedelta(minutes=10),
        order_time_types=(TimeType.UPDATED, TimeType.CREATED, TimeType.FINISHED),
        calls_per_second=50.0,
    )
    exit_hosts: ClassVar[tuple[str, ...]] = (urlsplit(DEFAULT_GATEWAY).netloc,)

    @property
    def gateway(self) -> str:
        return (self.config.get("GATEWAY") or DEFAULT_GATEWAY).rstrip("/")

    @property
    def shop(self) -> str:
        """The shop's address as readers and writers know it."""
        return (self.config.get("PUBLIC_URL") or self.gateway).rstrip("/")

    def exit_allowed_hosts(self) -> tuple[str, ...]:
        return (urlsplit(self.shop).netloc.lower(),)

    def recognise(self, text: str) -> list[ItemRef]:
        return recognise.find_items(text, (self.shop, self.gateway))

    def item_url(self, ref: ItemRef) -> str:
        return recognise.item_address(ref.item_id, self.shop)

    def lookup(self, ref: ItemRef) -> ItemSnapshot:
        return self._snapshot(self._client.call("item", {"item_id": ref.item_id}))

    def search(self, query: str, *, page: int = 1, page_size: int = 20) -> list[ItemSnapshot]:
        asked = {"q": query, "page": str(page), "page_size": str(page_size)}
        return [self._snapshot(row) for row in self._rows(self._client.call("search", asked), "items")]

    def _snapshot(self, row: Any) -> ItemSnapshot:
        """One item, its page and picture at the address that readers know."""
        seen = snapshot(row)
        url = self.item_url(seen.ref)
        picture = self._public(seen.image_url)
        return replace(seen, ref=replace(seen.ref, url=url), url=url, image_url=picture)

    def _public(self, url: str) -> str:
        """An address of the shop as readers reach it; "" for an address of anybody else."""
        if len(url) > LONGEST_URL or not recognise.is_of(url, (self.shop, self.gateway)):
            return ""
        parts = urlsplit(url)
        return f"{self.shop}{parts.path}" + (f"?{parts.query}" if parts.query else "")

    def link(self, ref: ItemRef, sub_id: str | None, *, coupon: Coupon | None = None) -> AffiliateLink:
        if sub_id is not None and not re.fullmatch(self.capabilities.sub_id_pattern, sub_id):
            raise BadInput(
                "The demo network carries sub-IDs of 1 to 20 of a-z and 0-9.", network=self.slug, code="sub_id"
            )
        asked = {"item_id": ref.item_id, **({"sub_id": sub_id} if sub_id else {})}
        answer = self._client.call("link", asked)
        given = answer.get("url") if isinstance(answer, dict) else None
        if not isinstance(given, str) or not (url := self._public(given)):
            raise ProtocolError("The demo shop's answer has no link to the demo shop.", network=self.slug)
        return AffiliateLink(ref, url, sub_id, carries_click_token="{token}" in url)

    def orders(self, window: Window) -> Iterator[OrderPage]:
        start, end = window.start.isoformat(), window.end.isoformat()
        asked = {"from": start, "to": end, "time_type": window.time_type.value}
        after = ""
        for _page in range(MOST_PAGES):
            answer = self._client.call("orders", asked | ({"after": after} if after else {}))
            yield order_page(self._rows(answer, "orders"))
            before, after = after, str(answer.get("next") or "")
            if not after:
                return
            if after == before:
                break
        raise ProtocolError("The demo shop's order pages do not end.", network=self.slug)

    def check(self) -> None:
        self._client.call("search", {"q": "", "page_size": "1"})

    @property
    def _client(self) -> DemoClient:
        return DemoClient(self.gateway, self.transport, signing.DEMO_KEY, signing.DEMO_SECRET)

    def _rows(self, answer: Any, name: str) -> list[Any]:
        rows = answer.get(name) if isinstance(answer, dict) else None
        if not isinstance(rows, list):
            raise ProtocolError("The demo shop's answer has no list.", network=self.slug, detail=name)
        return rows
