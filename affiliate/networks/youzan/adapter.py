"""The adapter of 有赞: one shop that authorised us, its items, and the links and orders of our salesmen (Youzan docs).

Youzan has no union over its shops: an account is one shop (`GRANT_ID`). It carries no sub-ID either; a salesman is the
ad slot, and an author who shall be credited gets one of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

from affiliate.networks.adapter import Adapter, Capabilities, Renewal
from affiliate.networks.clocks import utc_now
from affiliate.networks.errors import BadInput, NotFound, NotPromotable, PermissionNeeded, Reauthorise
from affiliate.networks.exports import ExportProfile
from affiliate.networks.pushes import Push, Pushed
from affiliate.networks.reading import rows_of
from affiliate.networks.types import AffiliateLink, Coupon, ItemRef, ItemSnapshot, OrderPage, TimeType, Window
from affiliate.networks.wording import Said
from affiliate.networks.youzan import push as pushing
from affiliate.networks.youzan.client import YouzanClient
from affiliate.networks.youzan.exports import profiles
from affiliate.networks.youzan.links import EXIT_HOSTS, checked_link
from affiliate.networks.youzan.pages import one_order, order_pages
from affiliate.networks.youzan.parsing import snapshot, with_rate
from affiliate.networks.youzan.recognise import SHORT_HOSTS, SLUG, find_items, item_address
from affiliate.networks.youzan.salesmen import Salesman, salesmen_of

if TYPE_CHECKING:
    from affiliate.networks.transport import Transport

AUTHORISE = "https://diy.youzanyun.com/oauth/authorize"
MOST_RESULTS = 300


class YouzanAdapter(Adapter):
    """有赞. Without ACCESS_TOKEN the adapter fetches a token by itself, as a shop's own application may (自用型). One
    that shops order (工具型) is authorised by each shop's owner.
    """

    slug: ClassVar[str] = SLUG
    name: ClassVar[str] = "有赞"
    capabilities: ClassVar[Capabilities] = Capabilities(
        lookup=True,
        search=True,
        link=True,
        orders=True,
        pushes=True,
        file_import=True,
        renews=True,
        authorises=True,
        ad_slots=True,
        order_window=timedelta(days=1),
        order_lag=timedelta(minutes=1),
        order_overlap=timedelta(hours=2),
        order_time_types=(TimeType.CREATED,),
        calls_per_second=2.0,
    )
    credential_keys: ClassVar[tuple[str, ...]] = ("CLIENT_ID", "CLIENT_SECRET", "GRANT_ID", "SALESMEN")
    optional_keys: ClassVar[tuple[str, ...]] = ("ACCESS_TOKEN", "REFRESH_TOKEN")
    exit_hosts: ClassVar[tuple[str, ...]] = EXIT_HOSTS
    short_link_hosts: ClassVar[tuple[str, ...]] = SHORT_HOSTS
    push_taken: ClassVar[Mapping[str, Any]] = pushing.ACKNOWLEDGED
    push_refused: ClassVar[Mapping[str, Any]] = pushing.REFUSED

    def __init__(
        self,
        config: Mapping[str, str],
        transport: Transport | None = None,
        *,
        now: Callable[[], datetime] = utc_now,
        ad_slot: str = "",
    ) -> None:
        super().__init__(config, transport, now=now)
        self._ad_slot = ad_slot

    @cached_property
    def _client(self) -> YouzanClient:
        """Made once: it keeps the token that it fetched."""
        self.require_credentials()
        return YouzanClient(self.config, self.transport, now=self._now)

    @property
    def _salesmen(self) -> tuple[Salesman, ...]:
        self.require_credentials()
        return salesmen_of(self.config["SALESMEN"])

    @property
    def _salesman(self) -> Salesman:
        """Whose links these are: the slot's, else the first that is written down."""
        salesmen = self._salesmen
        return next((one for one in salesmen if one.seller == self._ad_slot), salesmen[0])

    def at_slot(self, ad_slot: str) -> YouzanAdapter:
        if ad_slot not in {one.seller for one in self._salesmen}:
            raise BadInput(
                "An ad slot of Youzan is the code of a salesman written down in SALESMEN.",
                network=self.slug,
                code="ad_slot",
                detail=ad_slot[:80],
            )
        return type(self)(self.config, self._transport, now=self._now, ad_slot=ad_slot)

    def recognise(self, text: str) -> list[ItemRef]:
        return find_items(text)

    def item_url(self, ref: ItemRef) -> str:
        return item_address(ref.item_id)

    # --- items ---

    def lookup(self, ref: ItemRef) -> ItemSnapshot:
        """Ask item.get, and salesman.items.get for the rate. Only items of the shop that authorised us count."""
        alias = self._alias(ref)
        data = self._client.call("youzan.item.get", "3.0.0", {"alias": alias})
        inside = data.get("item")
        row: Mapping[str, Any] = inside if isinstance(inside, dict) else data
        found = snapshot(row, self._now(), ref)
        if found is None or found.ref.item_id != alias:
            raise NotFound("Youzan has no such item.", network=self.slug, code="empty")
        shop = str(row.get("kdt_id") or "")
        if shop and shop != self.config["GRANT_ID"].strip():
            raise NotPromotable(
                "This item is of another Youzan shop than the one that authorised us.", network=self.slug, code="shop"
            )
        return self._rated(found, str(row.get("item_id") or ""))

    def _rated(self, found: ItemSnapshot, number: str) -> ItemSnapshot:
        """With its commission, where the application may ask for it: title and price are of use without."""
        if not number.isdecimal():
            return found
        try:
            data = self._client.call("youzan.salesman.items.get", "3.0.0", {"item_ids": number})
        except PermissionNeeded as error:
            said = Said("the commission cannot be read: %(reason)s", reason=Said(error.template, **error.values))
            return replace(found, warnings=(*found.warnings, said))
        row = next((row for row in rows_of(data.get("items")) if str(row.get("num_iid")) == number), None)
        return found if row is None else with_rate(found, row)

    def _alias(self, ref: ItemRef) -> str:
        if not item_address(ref.item_id):
            raise BadInput("This is not an item of Youzan.", network=self.slug, code="item_id", detail=ref.item_id[:80])
        return ref.item_id

    def search(self, query: str, *, page: int = 1, page_size: int = 20) -> list[ItemSnapshot]:
        """The shop's own items on sale, by words of their titles."""
        if not query.strip():
            raise BadInput("Type what to search for.", network=self.slug, code="query")
        size = max(1, min(page_size, MOST_RESULTS))
        asked = {"q": query.strip()[:100], "page_no": max(page, 1), "page_size": size}
        rows = rows_of(self._client.call("youzan.items.onsale.get", "3.0.0", asked).get("items"))
        return [shot for row in rows if (shot := snapshot(row, self._now())) is not None]

    # --- links and orders ---

    def link(self, ref: ItemRef, sub_id: str | None, *, coupon: Coupon | None = None) -> AffiliateLink:
        """The salesman's link to an item. Youzan carries no sub-ID: whose link it is, the salesman says."""
        if sub_id is not None:
            raise BadInput(
                "Youzan carries no sub-IDs. Give each author a salesman as ad slot.", network=self.slug, code="sub_id"
            )
        alias, salesman = self._alias(ref), self._salesman
        asked = salesman.asked | {"item_alias": alias, "item_id": 0}
        data = self._client.call("youzan.salesman.item.share.get", "3.0.0", asked)
        return checked_link(str(data.get("link") or ""), ref, salesman.seller)

    def orders(self, window: Window) -> Iterator[OrderPage]:
        return order_pages(self._client, self._salesmen, window)

    def pushed(self, push: Push) -> Pushed:
        return pushing.read(push, self.config)

    def order(self, order_id: str) -> OrderPage:
        return one_order(self._client, self._salesmen, order_id)

    def export_profiles(self) -> tuple[ExportProfile, ...]:
        """Knowing our salesmen, so that nobody else's rows are taken; where none is written down, none is. Raises
        Reauthorise where SALESMEN cannot be read.
        """
        text = self.config.get("SALESMEN", "")
        return profiles(salesmen_of(text) if text.strip() else ())

    # --- the account ---

    def renew(self) -> Renewal:
        """Exchange the refresh token (工具型) or ask for a token silently (自用型), once (Youzan docs, auth/token)."""
        refreshing = bool(self.config.get("REFRESH_TOKEN"))
        needed = ("CLIENT_ID", "CLIENT_SECRET") if refreshing else ("CLIENT_ID", "CLIENT_SECRET", "GRANT_ID")
        if missing := [key for key in needed if not self.config.get(key)]:
            raise Reauthorise(
                "The authorisation cannot be renewed without %(keys)s. Authorise the account again.",
                network=self.slug,
                code="no_refresh_token",
                values={"keys": ", ".join(missing)},
            )
        client = YouzanClient(self.config, self.transport, now=self._now)
        return client.refreshed_token() if refreshing else client.silent_token(retried=False)

    def authorise_url(self, state: str, back_to: str) -> str:
        """Where the owner of a shop that ordered the application lets us in (Youzan docs, 工具型). Youzan comes back to
        the address in the application's console and takes none here: `back_to` must stand there.
        """
        self.require_credentials("CLIENT_ID", "CLIENT_SECRET")
        return f"{AUTHORISE}?{urlencode({'client_id': self.config['CLIENT_ID'], 'state': state})}"

    def exchange(self, code: str, back_to: str) -> Renewal:
        """Exchange a code, which lives two minutes (Youzan docs, auth/token). GRANT_ID comes with the tokens."""
        self.require_credentials("CLIENT_ID", "CLIENT_SECRET")
        return YouzanClient(self.config, self.transport, now=self._now).tokens_for(code)

    def check(self) -> None:
        """One page of one item proves application, shop and token; the salesmen must be readable."""
        self._client.call("youzan.items.onsale.get", "3.0.0", {"page_no": 1, "page_size": 1})
        _ = self._salesmen
