"""The adapter of 苏宁联盟: items, links with subUser, orders by the day, settlements (Suning open platform docs)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

from affiliate.networks.adapter import Adapter, Capabilities
from affiliate.networks.addresses import host_allowed
from affiliate.networks.clocks import BEIJING
from affiliate.networks.errors import BadInput, NetworkError, NotFound, NotPromotable, ProtocolError
from affiliate.networks.exports import ExportProfile
from affiliate.networks.reading import part, rows_of
from affiliate.networks.sanity import clean_url
from affiliate.networks.suning import client as calls
from affiliate.networks.suning.client import SuningClient
from affiliate.networks.suning.exports import PROFILES
from affiliate.networks.suning.pages import order_pages
from affiliate.networks.suning.parsing import sampled, snapshot
from affiliate.networks.suning.recognise import SHORT_HOST, find_items, item_address
from affiliate.networks.types import AffiliateLink, Coupon, ItemRef, ItemSnapshot, OrderPage, TimeType, Window

SUB_ID = r"[A-Za-z0-9]{1,32}"
LEAST_RESULTS, MOST_RESULTS = 10, 50
CITY = "025"
"""Nanjing, Suning's own default: prices differ by city."""


class SuningAdapter(Adapter):
    """苏宁联盟. Needs no OAuth for the promoter's own account."""

    slug: ClassVar[str] = "suning"
    name: ClassVar[str] = "苏宁易购"
    capabilities: ClassVar[Capabilities] = Capabilities(
        lookup=True,
        search=True,
        link=True,
        orders=True,
        file_import=True,
        sub_id_pattern=SUB_ID,
        order_window=timedelta(days=1),
        order_lag=timedelta(minutes=1),
        order_overlap=timedelta(minutes=30),
        order_time_types=(TimeType.UPDATED,),
        calls_per_second=2.0,
    )
    credential_keys: ClassVar[tuple[str, ...]] = ("APP_KEY", "APP_SECRET", "PROMOTION_ID")
    exit_hosts: ClassVar[tuple[str, ...]] = (".suning.com",)
    short_link_hosts: ClassVar[tuple[str, ...]] = (SHORT_HOST,)

    @property
    def _client(self) -> SuningClient:
        self.require_credentials()
        return SuningClient(self.config, self.transport, now=self._now)

    @property
    def _promotion_id(self) -> str:
        return self.config.get("PROMOTION_ID", "").strip()

    def recognise(self, text: str) -> list[ItemRef]:
        return find_items(text)

    def item_url(self, ref: ItemRef) -> str:
        return item_address(ref.item_id)

    def lookup(self, ref: ItemRef) -> ItemSnapshot:
        if not item_address(ref.item_id):
            raise BadInput("This is not an item of Suning.", network=self.slug, code="item_id", detail=ref.item_id[:80])
        fields = {
            "commodityStr": ref.item_id,
            "picWidth": "400",
            "picHeight": "400",
            "couponMark": "1",
            "cityCode": CITY,
        }
        rows = rows_of(self._client.call(calls.ITEM, fields).value)
        found = next((shot for row in rows if (shot := snapshot(row, self._now(), ref)) is not None), None)
        if found is None:
            raise NotFound("Suning has no such item.", network=self.slug, code="no_item", detail=ref.item_id)
        return found

    def search(self, query: str, *, page: int = 1, page_size: int = 20) -> list[ItemSnapshot]:
        if not query.strip():
            raise BadInput("Type what to search for.", network=self.slug, code="query")
        size = max(LEAST_RESULTS, min(page_size, MOST_RESULTS))
        pictures = {"picWidth": "400", "picHeight": "400", "couponMark": "1", "cityCode": CITY}
        fields = {"keyword": query.strip()[:200], "pageIndex": str(max(page, 1)), "size": str(size)} | pictures
        value = self._client.call(calls.SEARCH, fields).value
        rows = rows_of(value.get("commodityList") if isinstance(value, Mapping) else value)
        return list(sampled(rows, self._now()))

    def link(self, ref: ItemRef, sub_id: str | None, *, coupon: Coupon | None = None) -> AffiliateLink:
        """Make the short link, coupon and item in one, and the mini program's path. A coupon that Suning refuses is
        left out, for the link earns without it.
        """
        if sub_id is not None and not re.fullmatch(SUB_ID, sub_id):
            raise BadInput("Suning carries sub-IDs of 1 to 32 letters and digits.", network=self.slug, code="sub_id")
        fields = {"promotionId": self._promotion_id} | self._material(ref)
        if sub_id is not None:
            fields["subUser"] = sub_id
        with_coupon = fields | ({"quanUrl": coupon.url} if coupon and coupon.url else {})
        client = self._client
        try:
            answer = client.call(calls.LINK, with_coupon)
        except (BadInput, NotPromotable, NotFound):
            if with_coupon == fields:
                raise
            with_coupon = fields
            answer = client.call(calls.LINK, fields)
        url = self._short(part({"value": answer.value}, "value"))
        return AffiliateLink(
            ref=ref,
            url=url,
            sub_id=sub_id,
            short_url=url,
            mini_program=self._mini_program(client, with_coupon),
            ad_slot="" if sub_id is not None else self._promotion_id,
        )

    def _material(self, ref: ItemRef) -> dict[str, str]:
        """What is promoted: an item's page, or somebody's short link, which becomes ours."""
        if address := item_address(ref.item_id):
            return {"productUrl": address}
        if not ref.item_id and urlsplit(ref.url).hostname in self.short_link_hosts:
            return {"sugsUrl": ref.url}
        raise BadInput("This is not an item of Suning.", network=self.slug, code="item_id", detail=ref.item_id[:80])

    def _short(self, data: Mapping[str, Any]) -> str:
        """The link of the answer, which may come escaped. Raises where there is none that leads to Suning."""
        url = str(data.get("shortLink") or "").strip()
        if not url:
            raise NotPromotable("Suning pays no commission for this item.", network=self.slug, code="no_link")
        if re.match(r"https?%3a", url, re.I):
            url = unquote(url)
        if not host_allowed(urlsplit(clean_url(url)).hostname or "", self.exit_hosts):
            raise ProtocolError(
                "Suning's answer holds no link that can be used.", network=self.slug, code="bad_link", detail=url[:200]
            )
        return url

    def _mini_program(self, client: SuningClient, fields: Mapping[str, str]) -> str:
        """`<app id>:<path>` of the WeChat mini program; empty where Suning gives none: the short link does without."""
        if "productUrl" not in fields:
            return ""
        try:
            data = part({"value": client.call(calls.APPLET, fields).value}, "value")
        except NetworkError:
            return ""
        app_id, path = str(data.get("appId") or ""), unquote(str(data.get("appletExtendUrl") or ""))
        if not re.fullmatch(r"wx[0-9a-z]{8,32}", app_id) or not re.fullmatch(r"/?\w[!-~]{2,460}", path):
            return ""
        return f"{app_id}:{path}"

    def orders(self, window: Window) -> Iterator[OrderPage]:
        """By the change of a line's status, with the settlements of lines confirmed 35 and 65 days before."""
        if window.time_type not in self.capabilities.order_time_types:
            raise BadInput("Suning has no orders by this time.", network=self.slug, code="time_type")
        return order_pages(self._client, window)

    def export_profiles(self) -> tuple[ExportProfile, ...]:
        return PROFILES

    def check(self) -> None:
        """One order query over a minute of the past."""
        end = self._now().astimezone(BEIJING) - timedelta(minutes=5)
        times = {"startTime": end - timedelta(minutes=1), "endTime": end}
        fields = {name: at.strftime("%Y-%m-%d %H:%M:%S") for name, at in times.items()}
        self._client.call(calls.ORDERS, fields | {"pageNo": "1", "pageSize": "10", "orderLineStatus": "0"})
