"""The adapter of 淘宝联盟: items of Taobao, Tmall and Juhuasuan, links by ad slot, orders with their 维权.

Source: open.taobao.com, API category 淘宝客 (docIds 43328, 64759, 64763, 65180, 65409).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from affiliate.networks.adapter import Adapter, Capabilities
from affiliate.networks.errors import BadInput, NotFound, NotPromotable, PermissionNeeded
from affiliate.networks.exports import ExportProfile
from affiliate.networks.reading import part
from affiliate.networks.taobao import links
from affiliate.networks.taobao.codes import MEANINGS
from affiliate.networks.taobao.exports import profiles
from affiliate.networks.taobao.pages import OrderReport
from affiliate.networks.taobao.parsing import same_item, snapshot, snapshots
from affiliate.networks.taobao.passwords import TOKEN_HOST
from affiliate.networks.taobao.recognise import LOOKUP_HOSTS, SHORT_HOSTS, find_items, item_address
from affiliate.networks.taobao.slots import Slot, other_slot, own_slot
from affiliate.networks.text import find_urls
from affiliate.networks.top import TopClient
from affiliate.networks.top_errors import business_error
from affiliate.networks.top_reading import rows_of
from affiliate.networks.types import AffiliateLink, Coupon, ItemRef, ItemSnapshot, OrderPage, TimeType, Window

MOST_RESULTS = 100
LONGEST_QUERY = 200
SINGLE_ITEM = "1"
"""material_type 单品; the others are shops, sales, coupons, live rooms."""
_WRONG_SCENE = (
    "Taobao does not take item numbers from this account. Search for the item by its title and choose it, or apply for "
    "the price comparison scene (biz_scene_id 2)."
)


class TaobaoAdapter(Adapter):
    """淘宝联盟. Needs no authorisation of a user; converting links and old item numbers are given by invitation."""

    slug: ClassVar[str] = "taobao"
    name: ClassVar[str] = "淘宝"
    capabilities: ClassVar[Capabilities] = Capabilities(
        lookup=True,
        search=True,
        link=True,
        orders=True,
        file_import=True,
        ad_slots=True,
        order_window=timedelta(hours=3),
        order_lag=timedelta(minutes=2),
        order_overlap=timedelta(minutes=20),
        order_history=timedelta(days=90),
        order_time_types=(TimeType.UPDATED, TimeType.CREATED, TimeType.PAID, TimeType.SETTLED),
        calls_per_second=5.0,
    )
    credential_keys: ClassVar[tuple[str, ...]] = ("APP_KEY", "APP_SECRET", "PID")
    optional_keys: ClassVar[tuple[str, ...]] = ("SESSION",)
    exit_hosts: ClassVar[tuple[str, ...]] = links.EXIT_HOSTS
    app_schemes: ClassVar[tuple[str, ...]] = ("tbopen",)
    short_link_hosts: ClassVar[tuple[str, ...]] = SHORT_HOSTS
    lookup_hosts: ClassVar[tuple[str, ...]] = LOOKUP_HOSTS

    @property
    def _client(self) -> TopClient:
        self.require_credentials()
        return TopClient(self.config, self.transport, meanings=MEANINGS, now=self._now)

    @property
    def _slot(self) -> Slot:
        self.require_credentials()
        return own_slot(self.config.get("PID", ""))

    def at_slot(self, ad_slot: str) -> TaobaoAdapter:
        slot = other_slot(ad_slot, self._slot.account)
        return type(self)(self.config | {"PID": str(slot)}, self._transport, now=self._now)

    def recognise(self, text: str) -> list[ItemRef]:
        return find_items(text)

    def item_url(self, ref: ItemRef) -> str:
        return item_address(ref.item_id)

    # --- items ---

    def lookup(self, ref: ItemRef) -> ItemSnapshot:
        """Ask for the item's details; short links and 口令 are parsed by the union first."""
        if not ref.item_id:
            ref = self._parsed(ref)
        if not item_address(ref.item_id):
            raise BadInput("This is not an item of Taobao.", network=self.slug, code="item_id", detail=ref.item_id[:80])
        found = snapshot(self._detail(ref), self._now(), ref)
        if found is None:
            raise self._nothing(ref)
        return found

    def _detail(self, ref: ItemRef) -> dict[str, Any]:
        fields = {"item_id": ref.item_id} | links.scene(ref, self._slot)
        try:
            root = self._client.call("taobao.tbk.item.info.upgrade.get", fields)
        except (BadInput, PermissionNeeded) as error:
            if ref.item_id.isdecimal():
                raise PermissionNeeded(_WRONG_SCENE, network=self.slug, code=error.code, detail=error.detail) from error
            raise
        rows = rows_of(self._client.inside(root, "results"))
        for row in rows:
            if ref.item_id in (str(row.get("input_item_iid")), str(row.get("item_id"))):
                return row
        # Ids are rewritten: one row that does not say what it answers is the answer to one question.
        alone = rows[0] if len(rows) == 1 and not rows[0].get("input_item_iid") else {}
        if alone and (ref.item_id.isdecimal() or same_item(str(alone.get("item_id") or ""), ref.item_id)):
            return alone
        raise self._nothing(ref)

    def _nothing(self, ref: ItemRef) -> NotFound:
        return NotFound(
            "Taobao has no such item, or it pays no commission.",
            network=self.slug,
            code="empty",
            detail=ref.item_id[:80],
        )

    def _parsed(self, ref: ItemRef) -> ItemRef:
        """The item behind a short link or a 口令 (taobao.tbk.dg.general.link.parse)."""
        parts = urlsplit(ref.url)
        if parts.hostname not in self.lookup_hosts:
            raise BadInput("This is not an item of Taobao.", network=self.slug, code="item_id", detail=ref.url[:80])
        material = f"￥{parts.query.removeprefix('tk=')}￥" if parts.hostname == TOKEN_HOST else ref.url
        fields = {"material_dto": [{"material_url": material}]} | links.where(self._slot)
        root = self._client.call("taobao.tbk.dg.general.link.parse", fields)
        rows = rows_of(part(self._client.inside(root, "data"), "material_url_list"))
        row = rows[0] if rows else {}
        if (code := str(row.get("code") or "0")) not in ("0", "200"):
            raise business_error(self.slug, code, str(row.get("msg") or ""), MEANINGS)
        return self._behind(part(row, "link_info_dto"), ref)

    def _behind(self, link: Mapping[str, Any], ref: ItemRef) -> ItemRef:
        item_id = str(link.get("material_id") or "")
        single = str(link.get("material_type") or SINGLE_ITEM) == SINGLE_ITEM
        if not (single and item_address(item_id)):
            origin = (
                [one for one in find_items(str(link.get("tpwd_origin_url") or "")) if one.item_id] if single else []
            )
            if len(origin) != 1:
                raise NotFound(
                    "The link leads to no single item, but to a shop or an activity. Open it and copy the item's link.",
                    network=self.slug,
                    code="no_single_item",
                    detail=str(dict(link))[:200],
                )
            item_id = origin[0].item_id
        return ItemRef(self.slug, item_id, url=item_address(item_id), hints=ref.hints)

    def search(self, query: str, *, page: int = 1, page_size: int = 20) -> list[ItemSnapshot]:
        if not query.strip():
            raise BadInput("Type what to search for.", network=self.slug, code="query")
        if find_urls(query):
            raise BadInput("Taobao's search takes words, no links.", network=self.slug, code="query")
        return list(snapshots(self._search(query, page, page_size), self._now()))

    def _search(self, query: str, page: int = 1, page_size: int = MOST_RESULTS) -> list[dict[str, Any]]:
        fields = links.where(self._slot) | {
            "q": query.strip()[:LONGEST_QUERY],
            "page_no": max(page, 1),
            "page_size": max(1, min(page_size, MOST_RESULTS)),
            "biz_scene_id": 2 if self._slot.relation else 1,
        }
        root = self._client.call("taobao.tbk.dg.material.optional.upgrade", fields)
        if not root.get("result_list") and str(root.get("total_results") or "0") == "0":
            return []
        return rows_of(self._client.inside(root, "result_list"))

    # --- links ---

    def link(self, ref: ItemRef, sub_id: str | None, *, coupon: Coupon | None = None) -> AffiliateLink:
        """Make the link, with the coupon in it that Taobao picks. Its ad slot names the author."""
        if sub_id is not None:
            raise BadInput(
                "Taobao carries no sub-ID: orders are told apart by ad slot.", network=self.slug, code="sub_id"
            )
        short = not ref.item_id and urlsplit(ref.url).hostname in self.lookup_hosts
        if short:
            ref = self._parsed(ref)
        if not item_address(ref.item_id):
            raise BadInput("This is not an item of Taobao.", network=self.slug, code="item_id", detail=ref.item_id[:80])
        try:
            return links.convert(self._client, ref, self._slot, self._now())
        except PermissionNeeded as refused:
            try:
                return links.by_search(
                    self._client, ref, self._slot, self._now(), title_of=self._title, search=self._search
                )
            except (NotFound, NotPromotable, PermissionNeeded, BadInput):
                raise refused from None

    def _title(self, ref: ItemRef) -> str:
        title = ref.hints.get("title") or str(part(self._detail(ref), "item_basic_info").get("title") or "")
        if not title:
            raise self._nothing(ref)
        return title[:LONGEST_QUERY]

    # --- orders ---

    def orders(self, window: Window) -> Iterator[OrderPage]:
        return OrderReport(self._client, self.config.get("PID", "")).pages(window)

    def export_profiles(self) -> tuple[ExportProfile, ...]:
        return profiles(self.config.get("PID", ""))

    def check(self) -> None:
        """One order query over a minute of the past: needs no more than the basic package."""
        self.require_credentials()
        own_slot(self.config["PID"])
        end = self._now() - timedelta(minutes=5)
        next(iter(self.orders(Window(end - timedelta(minutes=1), end, TimeType.CREATED))), None)
