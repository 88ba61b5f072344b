"""The adapter of 抖音: items, links with external_info, orders by cursor. An account speaks to 穿山甲 (Pangle); one
that holds an app of 抖店 instead, to 抖店's older `buyin.*`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cached_property
from typing import ClassVar
from urllib.parse import urlsplit

from affiliate.networks.adapter import Adapter, Capabilities, Renewal
from affiliate.networks.addresses import host_allowed
from affiliate.networks.douyin.buyin.calls import BuyinCalls
from affiliate.networks.douyin.exports import PROFILES
from affiliate.networks.douyin.forms import LinkForms
from affiliate.networks.douyin.pangle import PangleCalls
from affiliate.networks.douyin.parsing import snapshot
from affiliate.networks.douyin.recognise import SHORT_HOSTS, SLUG, find_items, item_address
from affiliate.networks.errors import BadInput, NotFound, ProtocolError, Reauthorise
from affiliate.networks.exports import ExportProfile
from affiliate.networks.sanity import clean_url
from affiliate.networks.types import AffiliateLink, Coupon, ItemRef, ItemSnapshot, OrderPage, TimeType, Window

SUB_ID = r"[A-Za-z0-9_]{1,20}"
LINK_LIFE = timedelta(days=60)
MOST_RESULTS = 20
_APP_SCHEME = re.compile(r"snssdk\d{2,6}://[^\s\"'<>]{1,3000}", re.I)


class DouyinAdapter(Adapter):
    """抖音. Orders come ten seconds after they are paid; a zlink lives sixty days. Only accounts of 抖店 are renewed.
    They are not authorised from here: which page gives a promoter's code is not published.
    """

    slug: ClassVar[str] = SLUG
    name: ClassVar[str] = "抖音"
    capabilities: ClassVar[Capabilities] = Capabilities(
        lookup=True,
        search=True,
        link=True,
        orders=True,
        file_import=True,
        renews=True,
        sub_id_pattern=SUB_ID,
        order_window=timedelta(days=1),
        order_lag=timedelta(minutes=1),
        order_overlap=timedelta(minutes=20),
        order_time_types=(TimeType.UPDATED, TimeType.CREATED),
        calls_per_second=2.0,
    )
    credential_keys: ClassVar[tuple[str, ...]] = PangleCalls.keys
    optional_keys: ClassVar[tuple[str, ...]] = (*BuyinCalls.keys, "REFRESH_TOKEN")
    exit_hosts: ClassVar[tuple[str, ...]] = (".douyin.com", ".jinritemai.com", ".iesdouyin.com", ".snssdk.com")
    app_schemes: ClassVar[tuple[str, ...]] = ("snssdk1128", "snssdk2329")
    short_link_hosts: ClassVar[tuple[str, ...]] = SHORT_HOSTS
    lookup_hosts: ClassVar[tuple[str, ...]] = SHORT_HOSTS

    @property
    def _legacy(self) -> bool:
        """Whether this account is one of 抖店's and not of Pangle's."""
        return bool(self.config.get("APP_KEY")) and not self.config.get("APP_ID")

    @property
    def needed_keys(self) -> tuple[str, ...]:
        return BuyinCalls.keys if self._legacy else PangleCalls.keys

    @cached_property
    def _calls(self) -> PangleCalls | BuyinCalls:
        self.require_credentials()
        kind = BuyinCalls if self._legacy else PangleCalls
        return kind(self.config, self.transport, self._now)

    def recognise(self, text: str) -> list[ItemRef]:
        return find_items(text)

    def item_url(self, ref: ItemRef) -> str:
        return item_address(ref.item_id)

    def lookup(self, ref: ItemRef) -> ItemSnapshot:
        """Ask for the item's details; short links and 抖口令 are read by Douyin first."""
        ref = self._item(ref)
        for row in self._calls.item_rows(ref.item_id):
            found = snapshot(row, self._now(), self._calls.rate_bp, ref)
            if found is not None and found.ref.item_id == ref.item_id:
                return found
        raise NotFound("Douyin has no such item.", network=self.slug, code="empty")

    def _item(self, ref: ItemRef) -> ItemRef:
        """The ref with its item's id: a short link is read by Douyin itself. Raises BadInput for what is no item."""
        if ref.item_id:
            if not item_address(ref.item_id):
                raise self._no_item(ref)
            return ref
        if urlsplit(ref.url).hostname not in SHORT_HOSTS:
            raise self._no_item(ref)
        found = self._calls.item_of(ref.url)
        if not item_address(found):
            raise NotFound("Douyin has no such item.", network=self.slug, code="command_parse")
        return ItemRef(SLUG, found, url=item_address(found), hints=ref.hints)

    def _no_item(self, ref: ItemRef) -> BadInput:
        return BadInput("This is not an item of Douyin.", network=SLUG, code="item_id", detail=ref.item_id[:80])

    def search(self, query: str, *, page: int = 1, page_size: int = 20) -> list[ItemSnapshot]:
        if not query.strip():
            raise BadInput("Type what to search for.", network=self.slug, code="query")
        rows = self._calls.found(query.strip()[:100], max(page, 1), max(1, min(page_size, MOST_RESULTS)))
        return [shot for row in rows if (shot := snapshot(row, self._now(), self._calls.rate_bp)) is not None]

    def link(self, ref: ItemRef, sub_id: str | None, *, coupon: Coupon | None = None) -> AffiliateLink:
        """Make a link in every form at once, with the coupon where there is one."""
        if sub_id is not None and not re.fullmatch(SUB_ID, sub_id):
            raise BadInput(
                "Douyin carries sub-IDs of 1 to 20 letters, digits and underscores.", network=self.slug, code="sub_id"
            )
        ref = self._item(ref)
        return self._affiliate_link(ref, sub_id, self._calls.link_forms(ref.item_id, sub_id))

    def _affiliate_link(self, ref: ItemRef, sub_id: str | None, forms: LinkForms) -> AffiliateLink:
        """The link to a page is needed, the other forms are welcome."""
        url = next((one for one in forms.web if self._is_ours(one)), "")
        if not url:
            raise ProtocolError(
                "Douyin's answer holds no link that can be used.",
                network=self.slug,
                code="link",
                detail=" ".join(forms.web)[:200],
            )
        return AffiliateLink(
            ref=ref,
            url=url,
            sub_id=sub_id,
            short_url=forms.zlink if self._is_ours(forms.zlink) else "",
            deeplink=forms.app if _APP_SCHEME.fullmatch(forms.app) else "",
            token_text=" ".join(forms.words.split())[:500],
            expires_at=self._now() + LINK_LIFE,
        )

    def _is_ours(self, url: str) -> bool:
        return host_allowed(urlsplit(clean_url(url)).hostname or "", self.exit_hosts)

    def orders(self, window: Window) -> Iterator[OrderPage]:
        return self._calls.order_pages(window)

    def export_profiles(self) -> tuple[ExportProfile, ...]:
        return PROFILES

    def renew(self) -> Renewal:
        """Exchange the refresh token of 抖店 for fresh ones (抖店 docs, token.refresh). Pangle's keys never run out."""
        if not self._legacy or not self.config.get("REFRESH_TOKEN"):
            raise Reauthorise(
                "The authorisation cannot be renewed without %(keys)s. Authorise the account again.",
                network=self.slug,
                code="no_refresh_token",
                values={"keys": "REFRESH_TOKEN"},
            )
        self.require_credentials("APP_KEY", "APP_SECRET")
        return BuyinCalls(self.config, self.transport, self._now).renewed()

    def check(self) -> None:
        """One page of one item proves the keys and the clock."""
        self._calls.check()
