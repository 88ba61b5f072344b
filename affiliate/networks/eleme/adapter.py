"""The adapter of 饿了么联盟 (now 淘宝闪购联盟): activities, shops and items, links with sid, orders with their 维权.

Source: open.taobao.com, scope 24408 (本地生活联盟), APIs alibaba.alsc.union.*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from affiliate.networks.adapter import Adapter, Capabilities
from affiliate.networks.eleme.codes import MEANINGS
from affiliate.networks.eleme.exports import PROFILES
from affiliate.networks.eleme.links import EXIT_HOSTS, affiliate_link
from affiliate.networks.eleme.pages import OrderReport
from affiliate.networks.eleme.parsing import snapshot
from affiliate.networks.eleme.recognise import ACTIVITY, ITEM, PAGE_HOSTS, SHOP, SHORT_HOSTS, find_items, split_id
from affiliate.networks.errors import BadInput, NotFound, Reauthorise
from affiliate.networks.exports import ExportProfile
from affiliate.networks.top import TopClient
from affiliate.networks.top_reading import rows_of
from affiliate.networks.types import AffiliateLink, Coupon, ItemRef, ItemSnapshot, OrderPage, TimeType, Window

SUB_ID = r"[A-Za-z0-9_]{1,32}"
_PID = re.compile(r"alsc_\d{1,15}_\d{1,15}_\d{1,15}")
PROMOTION = "alibaba.alsc.union.eleme.promotion"
KINDS_OF_ITEMS = ("hoard_coupon", "hot_item")
"""biz_type 囤券券 and 爆品: an id does not say which it is."""
MOST_RESULTS = 20


class ElemeAdapter(Adapter):
    """饿了么联盟. Needs no authorisation of a user; the package, and sid, are given by its operations."""

    slug: ClassVar[str] = "eleme"
    name: ClassVar[str] = "饿了么"
    capabilities: ClassVar[Capabilities] = Capabilities(
        lookup=True,
        search=True,
        link=True,
        orders=True,
        file_import=True,
        sub_id_pattern=SUB_ID,
        ad_slots=True,
        order_window=timedelta(days=1),
        order_lag=timedelta(minutes=2),
        order_overlap=timedelta(minutes=20),
        order_time_types=(TimeType.UPDATED, TimeType.CREATED, TimeType.PAID, TimeType.SETTLED),
        calls_per_second=2.0,
    )
    credential_keys: ClassVar[tuple[str, ...]] = ("APP_KEY", "APP_SECRET", "PID")
    exit_hosts: ClassVar[tuple[str, ...]] = EXIT_HOSTS
    app_schemes: ClassVar[tuple[str, ...]] = ("eleme",)
    short_link_hosts: ClassVar[tuple[str, ...]] = SHORT_HOSTS
    lookup_hosts: ClassVar[tuple[str, ...]] = PAGE_HOSTS

    @property
    def _client(self) -> TopClient:
        self.require_credentials()
        return TopClient(self.config, self.transport, meanings=MEANINGS, now=self._now)

    @property
    def _pid(self) -> str:
        self.require_credentials()
        pid = self.config.get("PID", "").strip()
        if not _PID.fullmatch(pid):
            raise Reauthorise(
                "The PID of this account is not of the form alsc_1_2_3 (mm_ is Taobao's). Correct it in the settings.",
                network=self.slug,
                code="pid",
            )
        return pid

    def at_slot(self, ad_slot: str) -> ElemeAdapter:
        account = self._pid.split("_")[1]
        if not _PID.fullmatch(ad_slot) or ad_slot.split("_")[1] != account:
            raise BadInput(
                "An ad slot of Ele.me is written alsc_1_2_3 and belongs to this account.",
                network=self.slug,
                code="ad_slot",
                detail=ad_slot[:80],
            )
        return type(self)(self.config | {"PID": ad_slot}, self._transport, now=self._now)

    def recognise(self, text: str) -> list[ItemRef]:
        return find_items(text)

    def item_url(self, ref: ItemRef) -> str:
        """None: what is promoted here has no page of its own outside the app."""
        return ""

    # --- items ---

    def lookup(self, ref: ItemRef) -> ItemSnapshot:
        kind, data = self._ask(ref, None)
        found = snapshot(kind, data, self._now(), ref)
        if found is None:
            raise self._nothing(ref)
        return found

    def _ask(self, ref: ItemRef, sub_id: str | None) -> tuple[str, Mapping[str, Any]]:
        """Kind and the union's answer about it, links included."""
        kind, bare = split_id(ref.item_id)
        if not kind:
            raise self._no_item(ref)
        request: dict[str, Any] = {"pid": self._pid} | ({"sid": sub_id} if sub_id is not None else {})
        match kind:
            case "activity":
                request |= {"activity_id": bare, "include_qr_code": False, "include_watchword": True}
                data = self._call("officialactivity.get", request)
            case "shop":
                data = self._call("storepromotion.get", request | {"shop_id": bare})
            case _:
                data = self._item(bare, request)
        if not data:
            raise self._nothing(ref)
        return {"activity": ACTIVITY, "shop": SHOP}.get(kind, ITEM), data

    def _item(self, bare: str, request: dict[str, Any]) -> Mapping[str, Any]:
        """One item, whichever kind it is."""
        for kind in KINDS_OF_ITEMS:
            try:
                data = self._call("itempromotion.get", request | {"item_id": bare, "biz_type": kind})
            except NotFound:
                continue
            if str(data.get("item_id") or "") == bare:
                return data
        return {}

    def _call(self, name: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
        root = self._client.call(f"{PROMOTION}.{name}", {"query_request": dict(request)})
        found = self._client.inside(root, "data", "result")
        return found if isinstance(found, Mapping) else {"records": found}

    def _no_item(self, ref: ItemRef) -> NotFound | BadInput:
        if ref.url and urlsplit(ref.url).hostname in (*PAGE_HOSTS, *SHORT_HOSTS):
            return NotFound(
                "Pages of Ele.me do not say which activity they belong to. Paste its number as eleme:activity:10144; "
                "it stands in the union's console.",
                network=self.slug,
                code="no_activity",
                detail=ref.url[:200],
            )
        return BadInput(
            "This is no activity, shop or item of Ele.me.", network=self.slug, code="item_id", detail=ref.item_id[:80]
        )

    def _nothing(self, ref: ItemRef) -> NotFound:
        return NotFound(
            "Ele.me's union has no such activity, shop or item.",
            network=self.slug,
            code="empty",
            detail=ref.item_id[:80],
        )

    def search(self, query: str, *, page: int = 1, page_size: int = 20) -> list[ItemSnapshot]:
        """Items of both kinds by words."""
        if not query.strip():
            raise BadInput("Type what to search for.", network=self.slug, code="query")
        size = max(1, min(page_size, MOST_RESULTS))
        words = query.strip()[:100]
        request = {"pid": self._pid, "search_content": words, "page_number": max(page, 1), "page_size": size}
        found: dict[str, ItemSnapshot] = {}
        for kind in KINDS_OF_ITEMS:
            data = self._call("itempromotion.query", request | {"biz_type": kind, "sort_type": "normal"})
            for row in rows_of(data.get("records")) or rows_of(data.get("items")):
                if (shot := snapshot(ITEM, row, self._now())) is not None:
                    found.setdefault(shot.ref.item_id, shot)
        return list(found.values())[:size]

    # --- links and orders ---

    def link(self, ref: ItemRef, sub_id: str | None, *, coupon: Coupon | None = None) -> AffiliateLink:
        if sub_id is not None and not re.fullmatch(SUB_ID, sub_id):
            raise BadInput(
                "Ele.me carries sub-IDs of 1 to 32 letters, digits and underscores.", network=self.slug, code="sub_id"
            )
        _kind, data = self._ask(ref, sub_id)
        return affiliate_link(ref, sub_id, self._pid, data, self._now())

    def orders(self, window: Window) -> Iterator[OrderPage]:
        return OrderReport(self._client).pages(window)

    def export_profiles(self) -> tuple[ExportProfile, ...]:
        return PROFILES

    def check(self) -> None:
        """One order query over a minute of the past."""
        end = self._now() - timedelta(minutes=5)
        if self._pid:
            next(iter(self.orders(Window(end - timedelta(minutes=1), end, TimeType.CREATED))), None)
