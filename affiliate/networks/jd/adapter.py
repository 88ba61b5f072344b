"""The adapter of 京东联盟: items, links with subUnionId, orders by the hour (JD Union open platform docs)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

from affiliate.networks.adapter import Adapter, Capabilities
from affiliate.networks.addresses import host_allowed
from affiliate.networks.errors import BadInput, NetworkError, NotFound, ProtocolError
from affiliate.networks.exports import ExportProfile
from affiliate.networks.jd.client import JdClient
from affiliate.networks.jd.codes import COUPON_REFUSED, NOTHING_FOUND, SUB_ID_REFUSED
from affiliate.networks.jd.exports import PROFILES
from affiliate.networks.jd.orders import order_line
from affiliate.networks.jd.pages import order_pages
from affiliate.networks.jd.parsing import rows_of, sampled, snapshot
from affiliate.networks.jd.recognise import SHORT_HOSTS, find_items, item_address
from affiliate.networks.reading import part
from affiliate.networks.sanity import clean_url
from affiliate.networks.types import (
    AffiliateLink,
    Coupon,
    ItemRef,
    ItemSnapshot,
    OrderLine,
    OrderPage,
    TimeType,
    Window,
)

SUB_ID = r"[A-Za-z0-9_]{1,80}"
SCENE_DEFAULT, SCENE_SKU = 1, 2
MOST_RESULTS = 30


class JdAdapter(Adapter):
    """京东联盟. Needs no OAuth; subUnionId, goods.query and scene 2 are permissions that JD gives one by one."""

    slug: ClassVar[str] = "jd"
    name: ClassVar[str] = "京东"
    capabilities: ClassVar[Capabilities] = Capabilities(
        lookup=True,
        search=True,
        link=True,
        orders=True,
        file_import=True,
        sub_id_pattern=SUB_ID,
        order_window=timedelta(hours=1),
        order_lag=timedelta(minutes=1),
        order_overlap=timedelta(minutes=10),
        order_history=timedelta(days=90),
        order_time_types=(TimeType.UPDATED, TimeType.CREATED, TimeType.FINISHED),
        orders_ripen=True,
        calls_per_second=2.0,
    )
    credential_keys: ClassVar[tuple[str, ...]] = ("APP_KEY", "APP_SECRET", "SITE_ID")
    optional_keys: ClassVar[tuple[str, ...]] = ("POSITION_ID", "ACCESS_TOKEN")
    exit_hosts: ClassVar[tuple[str, ...]] = (".jd.com",)
    app_schemes: ClassVar[tuple[str, ...]] = ("openapp.jdmobile",)
    short_link_hosts: ClassVar[tuple[str, ...]] = SHORT_HOSTS
    lookup_hosts: ClassVar[tuple[str, ...]] = ("u.jd.com", "union-click.jd.com")

    @property
    def _client(self) -> JdClient:
        self.require_credentials()
        return JdClient(self.config, self.transport, now=self._now)

    def recognise(self, text: str) -> list[ItemRef]:
        return find_items(text)

    def item_url(self, ref: ItemRef) -> str:
        return item_address(ref.item_id)

    def lookup(self, ref: ItemRef) -> ItemSnapshot:
        """Ask goods.query: numbers as skuIds (scene 2), itemIds in scene 1, u.jd.com and union-click as keyword."""
        rows = self._goods(self._lookup_fields(ref))
        found = next((shot for row in rows if (shot := snapshot(row, self._now(), ref)) is not None), None)
        if found is None:
            raise NotFound("JD has no such item.", network=self.slug, code="201", detail="未查询到数据")
        return found

    def _lookup_fields(self, ref: ItemRef) -> dict[str, Any]:
        if ref.item_id.isdecimal():
            return {"skuIds": [int(ref.item_id)], "sceneId": SCENE_SKU}
        if item_address(ref.item_id):
            return {"itemIds": [ref.item_id], "sceneId": SCENE_DEFAULT}
        if not ref.item_id and urlsplit(ref.url).hostname in self.lookup_hosts:
            return {"keyword": ref.url, "sceneId": SCENE_DEFAULT}
        raise BadInput("This is not an item of JD.", network=self.slug, code="item_id", detail=ref.item_id[:80])

    def search(self, query: str, *, page: int = 1, page_size: int = 20) -> list[ItemSnapshot]:
        if not query.strip():
            raise BadInput("Type what to search for.", network=self.slug, code="query")
        size = max(1, min(page_size, MOST_RESULTS))
        fields = {"keyword": query.strip()[:200], "pageIndex": max(page, 1), "pageSize": size, "sceneId": SCENE_DEFAULT}
        return list(sampled(self._goods(fields), self._now()))

    def _goods(self, fields: dict[str, Any]) -> list[dict[str, Any]]:
        try:
            answer = self._client.call("jd.union.open.goods.query", {"goodsReqDTO": fields})
        except NotFound as error:
            if error.code in NOTHING_FOUND:
                return []
            raise
        return rows_of(answer.get("data"), "goodsResp")

    def link(self, ref: ItemRef, sub_id: str | None, *, coupon: Coupon | None = None) -> AffiliateLink:
        """Make the long link, which lasts. Without permission for subUnionId the account's ad slot stands in, and
        the answer says so; a coupon that JD refuses is left out, for the link earns without it.
        """
        if sub_id is not None and not re.fullmatch(SUB_ID, sub_id):
            raise BadInput(
                "JD carries sub-IDs of 1 to 80 letters, digits and underscores.", network=self.slug, code="sub_id"
            )
        coupon_url = coupon.url if coupon else ""
        while True:  # every turn gives something up, or ends
            try:
                return self._link(ref, sub_id, coupon_url)
            except NetworkError as error:
                if coupon_url and error.code in COUPON_REFUSED:
                    coupon_url = ""
                elif sub_id is not None and error.code in SUB_ID_REFUSED and self._position:
                    sub_id = None
                else:
                    raise

    @property
    def _position(self) -> str:
        position = self.config.get("POSITION_ID", "").strip()
        return position if position.isdecimal() else ""

    def _link(self, ref: ItemRef, sub_id: str | None, coupon_url: str) -> AffiliateLink:
        material = item_address(ref.item_id)
        if not material and urlsplit(ref.url).hostname in self.short_link_hosts:
            material = ref.url
        if not material:
            raise BadInput("This is not an item of JD.", network=self.slug, code="item_id", detail=ref.item_id[:80])
        fields: dict[str, Any] = {
            "materialId": material,
            "siteId": self.config.get("SITE_ID", ""),
            "sceneId": SCENE_SKU if ref.item_id.isdecimal() else SCENE_DEFAULT,
        }
        if self._position:
            fields["positionId"] = int(self._position)
        if sub_id is not None:
            fields["subUnionId"] = sub_id
        if coupon_url:
            fields["couponUrl"] = coupon_url
        answer = self._client.call("jd.union.open.promotion.common.get", {"promotionCodeReq": fields})
        return self._affiliate_link(ref, sub_id, part(answer, "data"))

    def _affiliate_link(self, ref: ItemRef, sub_id: str | None, data: Mapping[str, Any]) -> AffiliateLink:
        url = str(data.get("clickURL") or "")
        if not self._is_ours(url):
            raise ProtocolError(
                "JD's answer holds no link that can be used.", network=self.slug, code="click_url", detail=url[:200]
            )
        short = str(data.get("shortURL") or "")
        return AffiliateLink(
            ref=ref,
            url=url,
            sub_id=sub_id,
            short_url=short if self._is_ours(short) else "",
            deeplink=app_link(url),
            token_text=str(data.get("jCommand") or "")[:500],
            ad_slot="" if sub_id is not None else self._position,
        )

    def _is_ours(self, url: str) -> bool:
        """True for an address on a host of JD that every browser reads as we do."""
        return host_allowed(urlsplit(clean_url(url)).hostname or "", self.exit_hosts)

    def orders(self, window: Window) -> Iterator[OrderPage]:
        return order_pages(self._client, window, self._now)

    def reread(self, raw: Mapping[str, Any]) -> OrderLine:
        return order_line(raw, self._now())

    def export_profiles(self) -> tuple[ExportProfile, ...]:
        return PROFILES

    def check(self) -> None:
        """One order query over a minute of the past: needs no more than basic permission."""
        end = self._now() - timedelta(minutes=5)
        next(iter(order_pages(self._client, Window(end - timedelta(minutes=1), end), self._now)), None)


def app_link(url: str) -> str:
    """The address that opens the JD app on this link; JD gives none, the form is that of its own pages."""
    params = json.dumps({"category": "jump", "des": "m", "url": url}, separators=(",", ":"))
    return f"openApp.jdMobile://virtual?params={quote(params, safe='')}"
