"""The adapter of 抖音 through 穿山甲: items, links with external_info, orders by cursor (穿山甲 docs, 电商 CPS)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from affiliate.networks.adapter import Adapter, Capabilities
from affiliate.networks.addresses import host_allowed
from affiliate.networks.douyin.client import PangleClient, utc_now
from affiliate.networks.douyin.exports import PROFILES
from affiliate.networks.douyin.pages import order_pages
from affiliate.networks.douyin.parsing import part, rows_of, snapshot
from affiliate.networks.douyin.recognise import SHORT_HOSTS, SLUG, find_items, item_address
from affiliate.networks.errors import BadInput, NotFound, ProtocolError
from affiliate.networks.exports import ExportProfile
from affiliate.networks.sanity import clean_url
from affiliate.networks.types import AffiliateLink, Coupon, ItemRef, ItemSnapshot, OrderPage, TimeType, Window

if TYPE_CHECKING:
    from affiliate.networks.transport import Transport

SUB_ID = r"[A-Za-z0-9_]{1,20}"
APP, TOKEN, ZLINK, WEB = 1, 3, 4, 5
LINK_LIFE = timedelta(days=60)
MOST_RESULTS = 20
_APP_SCHEME = re.compile(r"snssdk\d{2,6}://[^\s\"'<>]{1,3000}", re.I)


class DouyinAdapter(Adapter):
    """抖音. Orders come ten seconds after they are paid; a zlink lives sixty days."""

    slug: ClassVar[str] = SLUG
    name: ClassVar[str] = "抖音"
    capabilities: ClassVar[Capabilities] = Capabilities(
        lookup=True,
        search=True,
        link=True,
        orders=True,
        file_import=True,
        sub_id_pattern=SUB_ID,
        order_window=timedelta(days=1),
        order_lag=timedelta(minutes=1),
        order_overlap=timedelta(minutes=20),
        order_time_types=(TimeType.UPDATED, TimeType.CREATED),
        calls_per_second=2.0,
    )
    credential_keys: ClassVar[tuple[str, ...]] = ("APP_ID", "SECURE_KEY")
    exit_hosts: ClassVar[tuple[str, ...]] = (".douyin.com", ".jinritemai.com", ".iesdouyin.com", ".snssdk.com")
    app_schemes: ClassVar[tuple[str, ...]] = ("snssdk1128", "snssdk2329")
    short_link_hosts: ClassVar[tuple[str, ...]] = SHORT_HOSTS
    lookup_hosts: ClassVar[tuple[str, ...]] = SHORT_HOSTS

    def __init__(
        self,
        config: Mapping[str, str],
        transport: Transport | None = None,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(config, transport)
        self._now = now

    @property
    def _client(self) -> PangleClient:
        self.require_credentials()
        return PangleClient(self.config, self.transport, now=self._now)

    def recognise(self, text: str) -> list[ItemRef]:
        return find_items(text)

    def item_url(self, ref: ItemRef) -> str:
        return item_address(ref.item_id)

    def lookup(self, ref: ItemRef) -> ItemSnapshot:
        """Ask /product/detail; short links and 抖口令 are read by /command_parse first."""
        ref = self._parsed(ref) if not ref.item_id else ref
        for row in rows_of(self._detail(ref).get("products")):
            found = snapshot(row, self._now(), ref)
            if found is not None and found.ref.item_id == ref.item_id:
                return found
        raise NotFound("Douyin has no such item.", network=self.slug, code="empty")

    def _detail(self, ref: ItemRef) -> dict[str, Any]:
        if not item_address(ref.item_id):
            raise self._no_item(ref)
        return self._client.call("/product/detail", {"product_ids": [int(ref.item_id)]})

    def _parsed(self, ref: ItemRef) -> ItemRef:
        """The item that a short link leads to, as Pangle reads it."""
        if urlsplit(ref.url).hostname not in SHORT_HOSTS:
            raise self._no_item(ref)
        answer = self._client.call("/command_parse", {"command": ref.url})
        found = str(part(answer, "product_info").get("product_id") or answer.get("product_id") or "")
        if not item_address(found):
            raise NotFound("Douyin has no such item.", network=self.slug, code="command_parse")
        return ItemRef(SLUG, found, url=item_address(found), hints=ref.hints)

    def _no_item(self, ref: ItemRef) -> BadInput:
        return BadInput("This is not an item of Douyin.", network=SLUG, code="item_id", detail=ref.item_id[:80])

    def search(self, query: str, *, page: int = 1, page_size: int = 20) -> list[ItemSnapshot]:
        if not query.strip():
            raise BadInput("Type what to search for.", network=self.slug, code="query")
        size = max(1, min(page_size, MOST_RESULTS))
        asked = {"page": max(page, 1), "page_size": size, "title": query.strip()[:100]}
        rows = rows_of(self._client.call("/product/search", asked).get("products"))
        return [shot for row in rows if (shot := snapshot(row, self._now())) is not None]

    def link(self, ref: ItemRef, sub_id: str | None, *, coupon: Coupon | None = None) -> AffiliateLink:
        """Make a link in every form at once, with the coupon where there is one."""
        if sub_id is not None and not re.fullmatch(SUB_ID, sub_id):
            raise BadInput(
                "Douyin carries sub-IDs of 1 to 20 letters, digits and underscores.", network=self.slug, code="sub_id"
            )
        ref = self._parsed(ref) if not ref.item_id else ref
        rows = rows_of(self._detail(ref).get("products"))
        row = next((one for one in rows if str(one.get("product_id")) == ref.item_id), None)
        if row is None:
            raise NotFound("Douyin has no such item.", network=self.slug, code="empty")
        asked: dict[str, Any] = {
            "product_url": str(row.get("detail_url") or item_address(ref.item_id)),
            "share_type": [APP, TOKEN, ZLINK, WEB],
            "use_coupon": True,
        }
        if sub_id is not None:
            asked["external_info"] = sub_id
        if row.get("ext"):
            asked["product_ext"] = str(row["ext"])
        return self._affiliate_link(ref, sub_id, self._client.call("/product/link", asked))

    def _affiliate_link(self, ref: ItemRef, sub_id: str | None, data: Mapping[str, Any]) -> AffiliateLink:
        """The form with the coupon first, where Pangle gives one; the web link is needed, the others are welcome."""
        couponed = part(data, "coupon_link") if str(part(data, "coupon_link").get("coupon_status")) == "0" else {}
        candidates = [
            str(url or "") for url in (couponed.get("share_link"), data.get("dy_sharelink"), data.get("dy_zlink"))
        ]
        url = next((one for one in candidates if self._is_ours(one)), "")
        if not url:
            raise ProtocolError(
                "Pangle's answer holds no link that can be used.",
                network=self.slug,
                code="link",
                detail=" ".join(candidates)[:200],
            )
        zlink = str(data.get("dy_zlink") or "")
        app = str(couponed.get("deeplink") or data.get("dy_deeplink") or "")
        words = str(couponed.get("share_command") or data.get("dy_password") or "")
        return AffiliateLink(
            ref=ref,
            url=url,
            sub_id=sub_id,
            short_url=zlink if self._is_ours(zlink) else "",
            deeplink=app if _APP_SCHEME.fullmatch(app) else "",
            token_text=" ".join(words.split())[:500],
            expires_at=self._now() + LINK_LIFE,
        )

    def _is_ours(self, url: str) -> bool:
        return host_allowed(urlsplit(clean_url(url)).hostname or "", self.exit_hosts)

    def orders(self, window: Window) -> Iterator[OrderPage]:
        return order_pages(self._client, window)

    def export_profiles(self) -> tuple[ExportProfile, ...]:
        return PROFILES

    def check(self) -> None:
        """One page of one item proves id, key and clock."""
        self._client.call("/product/search", {"page": 1, "page_size": 1})
