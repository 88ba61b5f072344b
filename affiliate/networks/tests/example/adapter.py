"""样例联盟, a network that there is not: reads items by address or `example:<id>`, makes links, reads orders."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar

from affiliate.networks.adapter import Adapter, Capabilities
from affiliate.networks.errors import BadInput, NetworkError, NotFound, ProtocolError, Reauthorise
from affiliate.networks.sanity import clean_url
from affiliate.networks.tests.example.parsing import SLUG, order_page, snapshot
from affiliate.networks.text import find_urls, mentions, normalised, share_hints
from affiliate.networks.transport import parse_json
from affiliate.networks.types import AffiliateLink, Coupon, ItemRef, ItemSnapshot, OrderPage, Window

GATEWAY = "https://api.mall.example"
SUB_ID = r"[a-z0-9]{1,20}"
MOST_PAGES = 1_000
_TRACES = ("mall.example", "example:", "example：")
_PAGE = re.compile(r"https?://www\.mall\.example/item/(\d{4,12})(?:[?#].*)?", re.I | re.ASCII)
_PLAIN = re.compile(r"(?<![\w:/.-])example[:：]\s?(\d{4,12})(?![\w-])", re.I | re.ASCII)
ERRORS: dict[int, tuple[type[NetworkError], str]] = {
    401: (Reauthorise, "The network does not know this key. Enter it anew."),
    404: (NotFound, "The network has no such item."),
}


class ExampleAdapter(Adapter):
    """One key in a header, answers in JSON: `{"code": 0, "data": …}`."""

    slug: ClassVar[str] = SLUG
    name: ClassVar[str] = "样例联盟"
    capabilities: ClassVar[Capabilities] = Capabilities(
        lookup=True, search=True, link=True, orders=True, sub_id_pattern=SUB_ID, order_window=timedelta(days=1)
    )
    credential_keys: ClassVar[tuple[str, ...]] = ("APP_KEY",)
    exit_hosts: ClassVar[tuple[str, ...]] = ("go.mall.example",)

    # --- recognition: pure, and nobody else's links ---

    def recognise(self, text: str) -> list[ItemRef]:
        if not mentions(text, _TRACES):
            return []
        plain = normalised(text)
        found: dict[str, int] = {}
        for url in find_urls(text):
            if match := _PAGE.fullmatch(url):
                found.setdefault(match.group(1), plain.find(url.partition("://")[2]))
        for match in _PLAIN.finditer(plain):
            found.setdefault(match.group(1), match.start())
        hints = share_hints(text) if len(found) == 1 else {}
        ids = sorted(found, key=lambda item_id: found[item_id])
        return [ItemRef(SLUG, item_id, url=_page_of(item_id), hints=hints) for item_id in ids]

    def item_url(self, ref: ItemRef) -> str:
        return _page_of(ref.item_id)

    # --- calls: each one through the transport, each failure one of this house's errors ---

    def lookup(self, ref: ItemRef) -> ItemSnapshot:
        return snapshot(self._call("item", id=ref.item_id))

    def search(self, query: str, *, page: int = 1, page_size: int = 20) -> list[ItemSnapshot]:
        return [snapshot(row) for row in self._rows(self._call("search", q=query, page=page, size=page_size), "items")]

    def link(self, ref: ItemRef, sub_id: str | None, *, coupon: Coupon | None = None) -> AffiliateLink:
        if sub_id is not None and not re.fullmatch(SUB_ID, sub_id):
            raise BadInput("样例联盟 carries sub-IDs of 1 to 20 of a-z and 0-9.", network=SLUG, code="sub_id")
        url = clean_url(self._call("link", id=ref.item_id, sub=sub_id or "").get("url"))
        if not url.startswith("https://go.mall.example/"):
            raise ProtocolError("The network's answer holds no link of its own.", network=SLUG, code="link")
        return AffiliateLink(ref, url, sub_id)

    def orders(self, window: Window) -> Iterator[OrderPage]:
        """Page after page until one comes empty; a caller keeps what came before an error."""
        asked = {"from": int(window.start.timestamp()), "to": int(window.end.timestamp())}
        for page in range(1, MOST_PAGES + 1):
            rows = self._rows(self._call("orders", page=page, **asked), "orders")
            if rows or page == 1:
                yield order_page(rows)
            if not rows:
                return
        raise ProtocolError("The network's order report does not come to an end.", network=SLUG, code="endless")

    def check(self) -> None:
        self._call("search", q="-", page=1, size=1)

    def _call(self, operation: str, **asked: str | int) -> Mapping[str, Any]:
        """The `data` of one answer. Raises NetworkError for everything but success."""
        self.require_credentials()
        address = f"{self.config.get('GATEWAY') or GATEWAY}/{operation}"
        headers = {"X-App-Key": self.config["APP_KEY"]}
        response = self.transport.request("GET", address, operation=operation, params=asked, headers=headers)
        answer = parse_json(response, SLUG)
        if not isinstance(answer, dict) or not isinstance(code := answer.get("code"), int):
            raise ProtocolError("The network's answer has another form than documented.", network=SLUG)
        if code:
            kind, message = ERRORS.get(code, (ProtocolError, "The network answered with an undocumented code."))
            raise kind(message, network=SLUG, code=str(code), detail=str(answer.get("message", ""))[:200])
        data = answer.get("data")
        return data if isinstance(data, dict) else {}

    @staticmethod
    def _rows(data: Mapping[str, Any], name: str) -> list[Any]:
        rows = data.get(name)
        if not isinstance(rows, list):
            raise ProtocolError("The network's answer holds no list.", network=SLUG, detail=name)
        return rows


def _page_of(item_id: str) -> str:
    return f"https://www.mall.example/item/{item_id}" if re.fullmatch(r"\d{4,12}", item_id, re.ASCII) else ""
