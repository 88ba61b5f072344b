"""The adapter of 快手: items of 快分销, links with comments, orders by cursor (Kuaishou docs, 快赚客)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

from affiliate.networks.adapter import Adapter, Capabilities, Renewal
from affiliate.networks.addresses import host_allowed
from affiliate.networks.errors import BadInput, NotFound, ProtocolError, Reauthorise
from affiliate.networks.exports import ExportProfile
from affiliate.networks.kuaishou.client import KuaishouClient
from affiliate.networks.kuaishou.exports import PROFILES
from affiliate.networks.kuaishou.pages import order_pages
from affiliate.networks.kuaishou.parsing import snapshot
from affiliate.networks.kuaishou.recognise import SHORT_HOSTS, SLUG, find_items, item_address, share_token
from affiliate.networks.kuaishou.tokens import fresh_tokens
from affiliate.networks.reading import part, rows_of
from affiliate.networks.sanity import clean_url
from affiliate.networks.types import AffiliateLink, Coupon, ItemRef, ItemSnapshot, OrderPage, TimeType, Window

SUB_ID = r"[A-Za-z0-9_]{1,32}"
ITEM_LINK = 101
ORDINARY_PLAN = 1
MOST_RESULTS = 200
AUTHORISE = "https://open.kwaixiaodian.com/oauth/authorize"
USUAL_SCOPES = "user_info,merchant_distribution"
_APP_SCHEME = re.compile(r"(?:kwai|ksnebula)://[^\s\"'<>]{1,1500}", re.I)


class KuaishouAdapter(Adapter):
    """快手. The account authorises by OAuth: its access token lives two days and is renewed before it runs out."""

    slug: ClassVar[str] = SLUG
    name: ClassVar[str] = "快手"
    capabilities: ClassVar[Capabilities] = Capabilities(
        lookup=True,
        search=True,
        link=True,
        orders=True,
        file_import=True,
        renews=True,
        authorises=True,
        sub_id_pattern=SUB_ID,
        order_window=timedelta(days=1),
        order_lag=timedelta(minutes=1),
        order_overlap=timedelta(minutes=30),
        order_time_types=(TimeType.UPDATED, TimeType.CREATED),
        calls_per_second=2.0,
    )
    credential_keys: ClassVar[tuple[str, ...]] = ("APP_KEY", "SIGN_SECRET", "ACCESS_TOKEN", "CPS_PID")
    optional_keys: ClassVar[tuple[str, ...]] = ("APP_SECRET", "REFRESH_TOKEN", "SCOPES")
    exit_hosts: ClassVar[tuple[str, ...]] = (
        ".kuaishou.com",
        ".kwaixiaodian.com",
        ".kwaishop.com",
        ".chenzhongtech.com",
        ".gifshow.com",
    )
    app_schemes: ClassVar[tuple[str, ...]] = ("kwai", "ksnebula")
    short_link_hosts: ClassVar[tuple[str, ...]] = SHORT_HOSTS
    lookup_hosts: ClassVar[tuple[str, ...]] = SHORT_HOSTS

    @property
    def _client(self) -> KuaishouClient:
        self.require_credentials()
        return KuaishouClient(self.config, self.transport, now=self._now)

    def recognise(self, text: str) -> list[ItemRef]:
        return find_items(text)

    def item_url(self, ref: ItemRef) -> str:
        return item_address(ref.item_id)

    def lookup(self, ref: ItemRef) -> ItemSnapshot:
        """Ask selection.item.detail. Kuaishou may answer with rows nobody asked for: only the item itself counts."""
        ref = self._parsed(ref) if not ref.item_id else ref
        if not item_address(ref.item_id):
            raise self._no_item(ref)
        rows = rows_of(self._client.call("selection.item.detail", {"itemId": [int(ref.item_id)]}))
        for row in rows:
            found = snapshot(row, self._now(), ref)
            if found is not None and found.ref.item_id == ref.item_id:
                return found
        raise NotFound("Kuaishou has no such item.", network=self.slug, code="empty")

    def _parsed(self, ref: ItemRef) -> ItemRef:
        """The item that a 口令 or short link of anybody's leads to, as Kuaishou reads it."""
        said = share_token(ref.url) or (ref.url if urlsplit(ref.url).hostname in SHORT_HOSTS else "")
        if not said:
            raise self._no_item(ref)
        data = self._client.call("link.parse", {"cpsLink": said})
        item_id = str(data.get("itemId") or "") if isinstance(data, dict) else ""
        if not item_address(item_id):
            raise NotFound("Kuaishou has no such item.", network=self.slug, code="link_parse")
        return ItemRef(SLUG, item_id, url=item_address(item_id), hints=ref.hints)

    def _no_item(self, ref: ItemRef) -> BadInput:
        return BadInput("This is not an item of Kuaishou.", network=SLUG, code="item_id", detail=ref.item_id[:80])

    def search(self, query: str, *, page: int = 1, page_size: int = 20) -> list[ItemSnapshot]:
        """Kuaishou pages by a cursor alone, so only the first page can be asked for out of hand."""
        if not query.strip():
            raise BadInput("Type what to search for.", network=self.slug, code="query")
        if page > 1:
            return []
        size = max(1, min(page_size, MOST_RESULTS))
        asked = {"planType": ORDINARY_PLAN, "keyword": query.strip()[:100], "pageSize": size, "pageIndex": ""}
        data = self._client.call("selection.item.list", asked)
        rows = rows_of(data.get("itemList")) if isinstance(data, dict) else []
        return [shot for row in rows if (shot := snapshot(row, self._now())) is not None]

    def link(self, ref: ItemRef, sub_id: str | None, *, coupon: Coupon | None = None) -> AffiliateLink:
        """Make a link in every form at once. Kuaishou wants `comments` always: without a sub-ID it is `none`."""
        if sub_id is not None and not re.fullmatch(SUB_ID, sub_id):
            raise BadInput(
                "Kuaishou carries sub-IDs of 1 to 32 letters, digits and underscores.", network=self.slug, code="sub_id"
            )
        ref = self._parsed(ref) if not ref.item_id else ref
        if not item_address(ref.item_id):
            raise self._no_item(ref)
        pid = self.config.get("CPS_PID", "")
        asked = {"linkType": ITEM_LINK, "linkCarrierId": ref.item_id, "comments": sub_id or "none", "cpsPid": pid}
        data = self._client.call("link.create", asked)
        return self._affiliate_link(ref, sub_id, data if isinstance(data, dict) else {})

    def _affiliate_link(self, ref: ItemRef, sub_id: str | None, data: Mapping[str, Any]) -> AffiliateLink:
        url = str(data.get("linkUrl") or "")
        if not host_allowed(urlsplit(clean_url(url)).hostname or "", self.exit_hosts):
            raise ProtocolError(
                "Kuaishou's answer holds no link that can be used.", network=self.slug, code="link", detail=url[:200]
            )
        app = str(data.get("kwaiUrl") or data.get("nebulaKwaiUrl") or "")
        mini = str(data.get("minaShortLink") or part(data, "minaJumpContent").get("pageUrl") or "")
        return AffiliateLink(
            ref=ref,
            url=url,
            sub_id=sub_id,
            deeplink=app if _APP_SCHEME.fullmatch(app) else "",
            token_text=" ".join(str(data.get("commandContent") or data.get("linkCode") or "").split())[:500],
            mini_program=mini[:500],
            ad_slot="" if sub_id is not None else self.config.get("CPS_PID", ""),
        )

    def orders(self, window: Window) -> Iterator[OrderPage]:
        return order_pages(self._client, window)

    def export_profiles(self) -> tuple[ExportProfile, ...]:
        return PROFILES

    def renew(self) -> Renewal:
        """Exchange the refresh token for fresh ones (Kuaishou open platform docs, /oauth2/refresh_token)."""
        missing = [key for key in ("APP_KEY", "APP_SECRET", "REFRESH_TOKEN") if not self.config.get(key)]
        if missing:
            raise Reauthorise(
                "The authorisation cannot be renewed without %(keys)s. Authorise the account again.",
                network=self.slug,
                code="no_refresh_token",
                values={"keys": ", ".join(missing)},
            )
        answer = KuaishouClient(self.config, self.transport, now=self._now).renewed()
        return fresh_tokens(answer, self._now())

    def authorise_url(self, state: str, back_to: str) -> str:
        """Kuaishou open platform docs, 授权说明. The address to come back to must be the application's own there."""
        self.require_credentials("APP_KEY", "APP_SECRET")
        scopes = self.config.get("SCOPES") or USUAL_SCOPES
        asked = {"app_id": self.config["APP_KEY"], "redirect_uri": back_to, "scope": scopes}
        return f"{AUTHORISE}?{urlencode(asked | {'response_type': 'code', 'state': state})}"

    def exchange(self, code: str, back_to: str) -> Renewal:
        """Exchange a code, which lives two minutes (Kuaishou open platform docs, /oauth2/access_token)."""
        self.require_credentials("APP_KEY", "APP_SECRET")
        answer = KuaishouClient(self.config, self.transport, now=self._now).tokens_for(code)
        return fresh_tokens(answer, self._now())

    def check(self) -> None:
        """One page of one item proves keys, token and clock."""
        self._client.call("selection.item.list", {"planType": ORDINARY_PLAN, "pageSize": 1, "pageIndex": ""})
