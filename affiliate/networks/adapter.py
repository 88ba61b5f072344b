"""The contract that every network's adapter keeps. Pure Python: no Django, no other adapter, no state of its own.

An adapter is made for one account: `Adapter(config, transport)`. `config` maps the credential keys of the network
(`APP_KEY`, …) to their values, plus `GATEWAY` where the operator overrides the API's address. Recognition needs
neither, so it works with an empty config and never touches the network.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from affiliate.networks.clocks import utc_now
from affiliate.networks.errors import BadInput, Off
from affiliate.networks.pushes import Push, Pushed
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

if TYPE_CHECKING:
    from affiliate.networks.exports import ExportProfile
    from affiliate.networks.transport import Transport


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a network can do, as data: callers ask here first instead of catching surprises."""

    lookup: bool = False
    search: bool = False
    link: bool = False
    orders: bool = False
    postback: bool = False
    pushes: bool = False
    """It tells of changed orders by itself, signed: `pushed` proves the message, `order` reads what holds."""
    file_import: bool = False
    sub_id_pattern: str = ""
    """Regular expression of the sub-IDs the network carries; empty where it carries none."""
    ad_slots: bool = False
    """Orders name the ad slot their link went through, and `at_slot` chooses it."""
    click_token: bool = False
    """The link takes a per-click value without an API call."""
    order_window: timedelta = timedelta(hours=1)
    """Longest window one order query accepts."""
    order_lag: timedelta = timedelta(minutes=1)
    """A window must end at least this long ago, or late rows are missed."""
    order_overlap: timedelta = timedelta(minutes=10)
    """How far back each scheduled pull starts again."""
    order_history: timedelta | None = None
    """How old a window may be: an older one is refused for good. None where that is not known."""
    order_time_types: tuple[TimeType, ...] = (TimeType.UPDATED,)
    orders_ripen: bool = False
    """A row once reported comes to mean more by the calendar alone, such as when the pay day it names has passed."""
    renews: bool = False
    """Its credentials run out and can be exchanged for fresh ones: `Adapter.renew`."""
    authorises: bool = False
    """A person lets us in on the network's own page: `Adapter.authorise_url`, then `Adapter.exchange`."""
    calls_per_second: float = 2.0
    """How often each operation may be called, by all processes together."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """Fresh credentials in place of used-up ones, and when they run out in turn (UTC)."""

    values: Mapping[str, str]
    expires_at: datetime
    authorised_until: datetime | None = None
    """When the authorisation behind them ends and only a person helps; None where the network does not say."""


class Adapter(ABC):
    """One network. Subclasses set the class attributes and override what their capabilities promise."""

    slug: ClassVar[str]
    name: ClassVar[str]
    """In Chinese, as readers know the shop (京东); marked for translation at the edge."""
    capabilities: ClassVar[Capabilities]
    credential_keys: ClassVar[tuple[str, ...]] = ()
    optional_keys: ClassVar[tuple[str, ...]] = ()
    exit_hosts: ClassVar[tuple[str, ...]] = ()
    """Hosts a tracked link of this network may lead to; a leading dot admits sub-domains."""
    app_schemes: ClassVar[tuple[str, ...]] = ()
    """Schemes, in lower case, of the links that open the network's own app: no other is shown to a reader."""
    short_link_hosts: ClassVar[tuple[str, ...]] = ()
    """Hosts whose links the expander may follow to find the item."""
    lookup_hosts: ClassVar[tuple[str, ...]] = ()
    """Hosts whose links `lookup` takes as they are: such a ref needs no expansion first. One that is not among
    `short_link_hosts` can be read by the network alone.
    """
    push_taken: ClassVar[Mapping[str, Any]] = {}
    """What the network wants to hear, as JSON, of a message that arrived well; `push_refused` of one that did not."""
    push_refused: ClassVar[Mapping[str, Any]] = {}

    def __init__(
        self,
        config: Mapping[str, str],
        transport: Transport | None = None,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.config = dict(config)
        self._transport = transport
        self._now = now

    @property
    def transport(self) -> Transport:
        """The shared transport. Raises Off where the adapter was made for recognition only."""
        if self._transport is None:
            raise Off("This network is not connected.", network=self.slug)
        return self._transport

    @property
    def needed_keys(self) -> tuple[str, ...]:
        """The credentials without which this account cannot be called. Default: those of the class; a network that can
        be spoken to in two ways tells by what the account holds.
        """
        return self.credential_keys

    @property
    def configured(self) -> bool:
        """True when every needed credential is present."""
        return all(self.config.get(key) for key in self.needed_keys)

    def require_credentials(self, *keys: str) -> None:
        """Raise Off, naming the missing keys, where the account cannot be used yet. Without `keys`: all needed ones."""
        missing = [key for key in keys or self.needed_keys if not self.config.get(key)]
        if missing:
            raise Off(
                "No credentials for %(network)s: %(keys)s.",
                network=self.slug,
                code="no_credentials",
                values={"network": self.name, "keys": ", ".join(missing)},
            )

    def exit_allowed_hosts(self) -> tuple[str, ...]:
        """Hosts a tracked link of this account may lead to. Default: the class's; direct and demo add their own."""
        return self.exit_hosts

    @abstractmethod
    def recognise(self, text: str) -> list[ItemRef]:
        """Called with any pasted text. Return every item of this network in it, in order of appearance, without
        doubles; empty where there is none. Pure and instant; never raises on any text.
        """

    @abstractmethod
    def item_url(self, ref: ItemRef) -> str:
        """The plain, non-earning address of an item, free of anybody's tracking; empty where there is none."""

    def lookup(self, ref: ItemRef) -> ItemSnapshot:
        """Ask the network about one item. Raises any NetworkError; NotFound where the item is gone."""
        raise BadInput("This network has no look-up.", network=self.slug, code="no_capability")

    def search(self, query: str, *, page: int = 1, page_size: int = 20) -> list[ItemSnapshot]:
        """Ask the network for items by words. An empty list means none found."""
        raise BadInput("This network has no search.", network=self.slug, code="no_capability")

    def link(self, ref: ItemRef, sub_id: str | None, *, coupon: Coupon | None = None) -> AffiliateLink:
        """Make the link that earns. Raises BadInput where the network cannot carry `sub_id`."""
        raise BadInput("This network has no link service.", network=self.slug, code="no_capability")

    def at_slot(self, ad_slot: str) -> Adapter:
        """The same account, its links going out through another ad slot. Raises BadInput for what is no slot of it."""
        raise BadInput("This network has no ad slots.", network=self.slug, code="no_capability")

    def orders(self, window: Window) -> Iterator[OrderPage]:
        """Yield the pages of one window no longer than `capabilities.order_window`. May raise after some pages:
        the caller keeps what it has.
        """
        raise BadInput("This network has no order report.", network=self.slug, code="no_capability")

    def pushed(self, push: Push) -> Pushed:
        """Prove a message that the network sent by itself, and say which orders it is about. Makes no call. Raises
        Forged where the account's secret did not sign it, Unreadable where it cannot be read.
        """
        raise BadInput("This network pushes no orders.", network=self.slug, code="no_capability")

    def order(self, order_id: str) -> OrderPage:
        """Read one order now, by its number. Raises NotFound where the report does not show it (yet)."""
        raise BadInput("This network pushes no orders.", network=self.slug, code="no_capability")

    def reread(self, raw: Mapping[str, Any]) -> OrderLine:
        """Read a row of an order report again, as it was kept in `OrderLine.raw`: asked of networks whose orders ripen.
        Makes no call. Raises ValueError for a row that cannot be read.
        """
        raise BadInput("This network's orders do not ripen.", network=self.slug, code="no_capability")

    def renew(self) -> Renewal:
        """Exchange credentials that run out for fresh ones. The old ones may be void from then on, so the caller holds
        a lock that all processes share, keeps the answer before anything else, and never asks twice for one answer.
        Raises Reauthorise where a person must authorise again.
        """
        raise BadInput("This network's credentials do not run out.", network=self.slug, code="no_capability")

    def authorise_url(self, state: str, back_to: str) -> str:
        """The network's page where the account's owner lets us in; it sends him to `back_to` with a code and `state`.
        Makes no call. Raises Off, naming the key, where the application itself is not known yet.
        """
        raise BadInput("This network is not authorised on a page of its own.", network=self.slug, code="no_capability")

    def exchange(self, code: str, back_to: str) -> Renewal:
        """Tokens for the code that the network's page sent. A code is used up by asking. Raises any NetworkError."""
        raise BadInput("This network is not authorised on a page of its own.", network=self.slug, code="no_capability")

    def export_profiles(self) -> tuple[ExportProfile, ...]:
        """The layouts of back-end files this network's importer understands, refusals included."""
        return ()

    def check(self) -> None:
        """Called by "test now" and `check_networks`: one cheap call that proves the credentials. Raises as usual."""
        self.require_credentials()
