"""The adapter of 美团联盟: activities and goods, links with sid, orders by scroll (Meituan Union docs, CPS Open)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from affiliate.networks.adapter import Adapter, Capabilities
from affiliate.networks.addresses import host_allowed
from affiliate.networks.errors import BadInput, NetworkError, NotFound, ProtocolError
from affiliate.networks.exports import ExportProfile
from affiliate.networks.meituan import push as pushing
from affiliate.networks.meituan.client import MeituanClient
from affiliate.networks.meituan.exports import PROFILES
from affiliate.networks.meituan.pages import one_order, order_pages
from affiliate.networks.meituan.parsing import snapshot
from affiliate.networks.meituan.recognise import LINK_HOSTS, SLUG, find_items, kind_and_id
from affiliate.networks.pushes import Push, Pushed
from affiliate.networks.reading import part, rows_of
from affiliate.networks.sanity import clean_url
from affiliate.networks.types import AffiliateLink, Coupon, ItemRef, ItemSnapshot, OrderPage, TimeType, Window

SUB_ID = r"[A-Za-z0-9_]{1,64}"
LONG, SHORT, APP, MINI_PROGRAM = 1, 2, 3, 4
PLATFORMS: tuple[dict[str, int], ...] = ({"platform": 1}, {"platform": 2})
MOST_RESULTS = 20
_APP_SCHEME = re.compile(r"imeituan://[^\s\"'<>]{1,1500}", re.I)
_MINI_PATH = re.compile(r"/?[\w./-]{1,200}(?:\?[^\s\"'<>]{0,1500})?", re.ASCII)


class MeituanAdapter(Adapter):
    """美团联盟. Items have no public page: a link that earns is the only way there."""

    slug: ClassVar[str] = SLUG
    name: ClassVar[str] = "美团"
    capabilities: ClassVar[Capabilities] = Capabilities(
        lookup=True,
        search=True,
        link=True,
        orders=True,
        pushes=True,
        file_import=True,
        sub_id_pattern=SUB_ID,
        order_window=timedelta(hours=6),
        order_lag=timedelta(minutes=1),
        order_overlap=timedelta(minutes=30),
        order_time_types=(TimeType.UPDATED, TimeType.CREATED),
        calls_per_second=5.0,
    )
    credential_keys: ClassVar[tuple[str, ...]] = ("APP_KEY", "APP_SECRET")
    exit_hosts: ClassVar[tuple[str, ...]] = (".meituan.com", "dpurl.cn")
    app_schemes: ClassVar[tuple[str, ...]] = ("imeituan",)
    short_link_hosts: ClassVar[tuple[str, ...]] = LINK_HOSTS
    lookup_hosts: ClassVar[tuple[str, ...]] = LINK_HOSTS
    push_taken: ClassVar[Mapping[str, Any]] = pushing.TAKEN
    push_refused: ClassVar[Mapping[str, Any]] = pushing.REFUSED

    @property
    def _client(self) -> MeituanClient:
        self.require_credentials()
        return MeituanClient(self.config, self.transport, now=self._now)

    def recognise(self, text: str) -> list[ItemRef]:
        return find_items(text)

    def item_url(self, ref: ItemRef) -> str:
        return ""

    def lookup(self, ref: ItemRef) -> ItemSnapshot:
        """Ask query_coupon for goods, on both platforms. Activities have no look-up: BadInput says so."""
        ref = self._named(ref) if not ref.item_id else ref
        kind, value = kind_and_id(ref.item_id)
        if kind == "act":
            raise BadInput(
                "Meituan tells nothing about an activity. Give title and picture by hand; the link will earn.",
                network=self.slug,
                code="no_lookup",
            )
        if kind != "sku":
            raise self._no_item(ref)
        for platform in PLATFORMS:
            for row in self._goods({**platform, "vpSkuViewIds": [value]}):
                if (found := snapshot(row, self._now(), ref)) is not None:
                    return found
        raise NotFound("Meituan has no such item or activity.", network=self.slug, code="empty")

    def _named(self, ref: ItemRef) -> ItemRef:
        """The goods that a promotion link of anybody's leads to, as Meituan reads it."""
        if urlsplit(ref.url).hostname not in LINK_HOSTS:
            raise self._no_item(ref)
        answer = self._client.call("get_referral_link", {"text": ref.url, "linkType": LONG})
        sign = str(answer.get("productViewSign") or answer.get("skuViewId") or "")
        if not kind_and_id(f"sku:{sign}")[0]:
            raise BadInput(
                "Meituan tells nothing about an activity. Give title and picture by hand; the link will earn.",
                network=self.slug,
                code="no_lookup",
            )
        return ItemRef(SLUG, f"sku:{sign}", hints=ref.hints)

    def _no_item(self, ref: ItemRef) -> BadInput:
        return BadInput("This is not an item of Meituan.", network=SLUG, code="item_id", detail=ref.item_id[:80])

    def search(self, query: str, *, page: int = 1, page_size: int = 20) -> list[ItemSnapshot]:
        if not query.strip():
            raise BadInput("Type what to search for.", network=self.slug, code="query")
        size = max(1, min(page_size, MOST_RESULTS))
        asked = {"platform": 1, "searchText": query.strip()[:100], "pageNo": max(page, 1), "pageSize": size}
        return [shot for row in self._goods(asked) if (shot := snapshot(row, self._now())) is not None]

    def _goods(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        try:
            return rows_of(self._client.call("query_coupon", asked).get("data"))
        except NotFound:
            return []

    def link(self, ref: ItemRef, sub_id: str | None, *, coupon: Coupon | None = None) -> AffiliateLink:
        """Make the web link, and beside it the short, the app's and the mini program's where Meituan gives them."""
        if sub_id is not None and not re.fullmatch(SUB_ID, sub_id):
            raise BadInput(
                "Meituan carries sub-IDs of 1 to 64 letters, digits and underscores.", network=self.slug, code="sub_id"
            )
        asked = self._material(ref) | ({"sid": sub_id} if sub_id is not None else {})
        url = self._form(asked, LONG)
        if not self._is_ours(url):
            raise ProtocolError(
                "Meituan's answer holds no link that can be used.", network=self.slug, code="link", detail=url[:200]
            )
        short, app, mini = (self._further_form(asked, form) for form in (SHORT, APP, MINI_PROGRAM))
        return AffiliateLink(
            ref=ref,
            url=url,
            sub_id=sub_id,
            short_url=short if self._is_ours(short) else "",
            deeplink=app if _APP_SCHEME.fullmatch(app) else "",
            mini_program=mini if _MINI_PATH.fullmatch(mini) else "",
        )

    def _material(self, ref: ItemRef) -> dict[str, Any]:
        kind, value = kind_and_id(ref.item_id)
        if kind == "act":
            return {"actId": value}
        if kind == "sku":
            return {"skuViewId": value}
        if not ref.item_id and urlsplit(ref.url).hostname in LINK_HOSTS:
            return {"text": ref.url}
        raise self._no_item(ref)

    def _form(self, asked: dict[str, Any], form: int) -> str:
        answer = self._client.call("get_referral_link", {**asked, "linkType": form})
        data = answer.get("data")
        if isinstance(data, str) and data:
            return data
        return str(part(answer, "referralLinkMap").get(str(form)) or "")

    def _further_form(self, asked: dict[str, Any], form: int) -> str:
        """A form that is welcome and not needed: the web link earns without it."""
        try:
            return self._form(asked, form)
        except NetworkError:
            return ""

    def _is_ours(self, url: str) -> bool:
        return host_allowed(urlsplit(clean_url(url)).hostname or "", self.exit_hosts)

    def orders(self, window: Window) -> Iterator[OrderPage]:
        return order_pages(self._client, window)

    def pushed(self, push: Push) -> Pushed:
        return pushing.read(push, self.config.get("APP_SECRET", ""))

    def order(self, order_id: str) -> OrderPage:
        return one_order(self._client, order_id)

    def export_profiles(self) -> tuple[ExportProfile, ...]:
        return PROFILES

    def check(self) -> None:
        """One page of one item proves key, secret and clock."""
        self._client.call("query_coupon", {"platform": 1, "pageNo": 1, "pageSize": 1})
