"""The adapter of 唯品会联盟: items, links with statParam, orders by ten days and their refunds (VOP docs)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from affiliate.networks.adapter import Adapter, Capabilities
from affiliate.networks.addresses import host_allowed
from affiliate.networks.errors import BadInput, NotFound, NotPromotable, ProtocolError, Reauthorise
from affiliate.networks.exports import ExportProfile
from affiliate.networks.reading import part, rows_of
from affiliate.networks.sanity import clean_url
from affiliate.networks.types import AffiliateLink, Coupon, ItemRef, ItemSnapshot, OrderPage, TimeType, Window
from affiliate.networks.vip import client as calls
from affiliate.networks.vip.client import VipClient, request_id
from affiliate.networks.vip.exports import PROFILES
from affiliate.networks.vip.pages import answer_of, millis, order_pages
from affiliate.networks.vip.parsing import sampled, snapshot
from affiliate.networks.vip.recognise import SHORT_HOST, address_of, find_items, item_address

SUB_ID = r"[A-Za-z0-9_]{1,64}"
OPEN_ID = r"[A-Za-z0-9_]{1,32}"
MOST_RESULTS = 50
SHORT_LIFE = timedelta(days=25)
"""Short links are said to end after a month: one that must stand in for the long one is renewed before."""


class VipAdapter(Adapter):
    """唯品会联盟. With an access token its second generation of services, without one the first."""

    slug: ClassVar[str] = "vip"
    name: ClassVar[str] = "唯品会"
    capabilities: ClassVar[Capabilities] = Capabilities(
        lookup=True,
        search=True,
        link=True,
        orders=True,
        file_import=True,
        sub_id_pattern=SUB_ID,
        order_window=timedelta(days=10),
        order_lag=timedelta(minutes=1),
        order_overlap=timedelta(minutes=30),
        order_time_types=(TimeType.UPDATED, TimeType.CREATED),
        calls_per_second=2.0,
    )
    credential_keys: ClassVar[tuple[str, ...]] = ("APP_KEY", "APP_SECRET")
    optional_keys: ClassVar[tuple[str, ...]] = ("ACCESS_TOKEN", "CHAN_TAG", "OPEN_ID")
    exit_hosts: ClassVar[tuple[str, ...]] = (".vip.com",)
    app_schemes: ClassVar[tuple[str, ...]] = ("vipshop",)
    short_link_hosts: ClassVar[tuple[str, ...]] = (SHORT_HOST,)
    lookup_hosts: ClassVar[tuple[str, ...]] = (SHORT_HOST,)

    @property
    def _client(self) -> VipClient:
        self.require_credentials()
        return VipClient(self.config, self.transport, now=self._now)

    @property
    def _chan_tag(self) -> str:
        return self.config.get("CHAN_TAG", "").strip() or "default_pid"

    @property
    def _open_id(self) -> str:
        open_id = self.config.get("OPEN_ID", "").strip() or "default_open_id"
        if not re.fullmatch(OPEN_ID, open_id):
            raise Reauthorise(
                "OPEN_ID must be 1 to 32 letters, digits or underscores. Correct it in the settings.",
                network=self.slug,
                code="open_id",
            )
        return open_id

    def recognise(self, text: str) -> list[ItemRef]:
        return find_items(text)

    def item_url(self, ref: ItemRef) -> str:
        return address_of(ref)

    def _of_us(self) -> dict[str, Any]:
        return {"chanTag": self._chan_tag, "openId": self._open_id, "realCall": True, "requestId": request_id()}

    def lookup(self, ref: ItemRef) -> ItemSnapshot:
        """Ask for one goodsId; a short link is first asked for the item it leads to."""
        client = self._client
        asked = ref if ref.item_id else self._behind(client, ref)
        if not item_address(asked.item_id):
            raise BadInput("This is not an item of VIP.", network=self.slug, code="item_id", detail=ref.item_id[:80])
        fields = {"goodsIds": [asked.item_id], "queryDetail": True, "queryStock": True, "queryExclusiveCoupon": True}
        rows = rows_of(client.call(calls.GOODS_BY_ID, {"request": fields | self._of_us()}))
        found = next((shot for row in rows if (shot := snapshot(row, self._now(), asked)) is not None), None)
        if found is None:
            raise NotFound("VIP has no such item.", network=self.slug, code="no_item", detail=asked.item_id)
        return found

    def _behind(self, client: VipClient, ref: ItemRef) -> ItemRef:
        """The item a short link leads to, by VIP's own check."""
        if urlsplit(ref.url).hostname not in self.lookup_hosts:
            raise BadInput("This is not an item of VIP.", network=self.slug, code="item_id", detail=ref.url[:80])
        request = {"source": "Zhongcao", "content": ref.url, "requestId": request_id()}
        answer = client.call(calls.LINK_CHECK, {"vipLinkCheckReq": request})
        known = part(answer if isinstance(answer, Mapping) else {}, "successMap")
        entries = rows_of(list(known.values()))
        numbers = {number for entry in entries if item_address(number := str(entry.get("goodsId") or ""))}
        if len(numbers) != 1:
            raise NotFound(
                "The short link leads to no single item, but to a shop or an activity. Open it and copy the item's "
                "link.",
                network=self.slug,
                code="no_single_item",
                detail=ref.url[:200],
            )
        return ItemRef(self.slug, numbers.pop(), hints=ref.hints)

    def search(self, query: str, *, page: int = 1, page_size: int = 20) -> list[ItemSnapshot]:
        if not query.strip():
            raise BadInput("Type what to search for.", network=self.slug, code="query")
        size = max(1, min(page_size, MOST_RESULTS))
        fields = {"keyword": query.strip()[:200], "page": max(page, 1), "pageSize": size}
        answer = answer_of(
            self._client.call(calls.GOODS_BY_WORDS, {"request": fields | self._of_us()}), "goodsInfoList"
        )
        return list(sampled(rows_of(answer.rows), self._now()))

    def link(self, ref: ItemRef, sub_id: str | None, *, coupon: Coupon | None = None) -> AffiliateLink:
        """Make the long link, which lasts. VIP gives its coupons on the item's page; none is put into the link."""
        if sub_id is not None and not re.fullmatch(SUB_ID, sub_id):
            raise BadInput(
                "VIP carries sub-IDs of 1 to 64 letters, digits and underscores.", network=self.slug, code="sub_id"
            )
        by_id = bool(item_address(ref.item_id))
        if not by_id and (ref.item_id or urlsplit(ref.url).hostname not in self.short_link_hosts):
            raise BadInput("This is not an item of VIP.", network=self.slug, code="item_id", detail=ref.item_id[:80])
        who = {"openId": self._open_id, "realCall": True, "adCode": self._ad_code}
        fields: dict[str, Any] = {"chanTag": self._chan_tag, "requestId": request_id()}
        if sub_id is not None:
            fields["statParam"] = sub_id
        if by_id:
            fields |= {"goodsIdList": [ref.item_id], "urlGenByGoodsIdRequest": who}
        else:
            fields |= {"urlList": [ref.url], "urlGenRequest": who}
        answer = self._client.call(calls.LINK_BY_ID if by_id else calls.LINK_BY_ADDRESS, fields)
        return self._affiliate_link(ref, sub_id, rows_of(part({"result": answer}, "result").get("urlInfoList")))

    @property
    def _ad_code(self) -> str:
        """Where the promoted goods come from, by the names of the two generations."""
        return "vendoapi" if self.config.get("ACCESS_TOKEN") else "unionapi"

    def _affiliate_link(self, ref: ItemRef, sub_id: str | None, made: list[dict[str, Any]]) -> AffiliateLink:
        """The links of the entry that answers what was asked: VIP repeats it as `source`."""
        asked = ref.item_id or ref.url
        data = next((entry for entry in made if str(entry.get("source") or asked) == asked), None)
        if data is None:
            raise NotPromotable("VIP pays no commission for this item.", network=self.slug, code="no_link")
        lasting, short = self._ours(data, "longUrl"), self._ours(data, "url")
        if not (lasting or short):
            raise ProtocolError(
                "VIP's answer holds no link that can be used.",
                network=self.slug,
                code="bad_link",
                detail=str(data.get("longUrl") or data.get("url") or "")[:200],
            )
        deeplink, wx = str(data.get("deeplinkUrl") or ""), str(data.get("vipWxUrl") or "")
        return AffiliateLink(
            ref=ref,
            url=lasting or short,
            sub_id=sub_id,
            short_url=short,
            deeplink=deeplink if re.fullmatch(r"vipshop://[!-~]{1,1900}", deeplink) else "",
            token_text=" ".join(str(data.get("onlyCommand") or "").split())[:300],
            mini_program=wx if re.fullmatch(r"/?\w[!-~]{2,490}", wx) and "://" not in wx.split("?")[0] else "",
            ad_slot="" if sub_id is not None else self._chan_tag,
            expires_at=None if lasting else self._now() + SHORT_LIFE,
        )

    def _ours(self, data: Mapping[str, Any], key: str) -> str:
        """The address under this key, where it is on a host of VIP that every browser reads as we do."""
        url = str(data.get(key) or "")
        return url if host_allowed(urlsplit(clean_url(url)).hostname or "", self.exit_hosts) else ""

    def orders(self, window: Window) -> Iterator[OrderPage]:
        """By last change, refunds of the same time included, or by the time of ordering."""
        if window.time_type not in self.capabilities.order_time_types:
            raise BadInput("VIP has no orders by this time.", network=self.slug, code="time_type")
        return order_pages(self._client, window)

    def export_profiles(self) -> tuple[ExportProfile, ...]:
        return PROFILES

    def check(self) -> None:
        """One order query over a minute of the past."""
        end = self._now() - timedelta(minutes=5)
        times = {"updateTimeStart": millis(end - timedelta(minutes=1)), "updateTimeEnd": millis(end)}
        model = times | {"page": 1, "pageSize": 1, "requestId": request_id()}
        answer_of(self._client.call(calls.ORDERS, {"queryModel": model}), "orderInfoList")
