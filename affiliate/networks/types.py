"""Value types that adapters speak in: frozen, free of Django, money in minor units, times aware and in UTC.

Every adapter turns what its network says into these at the edge, so that no other room ever sees a vendor's field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class LineState(StrEnum):
    """What an order line means to us, whatever the network's own word for it."""

    PENDING = "pending"
    """Reported, not yet final; also every state that we do not understand."""
    CONFIRMED = "confirmed"
    """The buyer has kept the goods; the network has not settled yet."""
    SETTLED = "settled"
    """The network has fixed what it pays us."""
    INVALID = "invalid"
    """Cancelled, refunded whole, or refused by the network: earns nothing."""


class Doubt(StrEnum):
    """Why a line whose state we know must wait for a person all the same."""

    CONTRADICTION = "contradiction"
    """What the network says of it does not go together, or leaves open how much is meant."""
    AMOUNT = "amount"
    """An amount is no number, a fraction where whole fen are due, or beyond belief. It counts as nothing."""


class TimeType(StrEnum):
    """Which clock of an order a window is about."""

    CREATED = "created"
    PAID = "paid"
    FINISHED = "finished"
    SETTLED = "settled"
    UPDATED = "updated"


@dataclass(frozen=True, slots=True)
class ItemRef:
    """One listing on one network. `item_id` is opaque: never computed with, never trusted in a path.

    `item_id` is empty where the text only led to a short link that must be expanded first; `url` then holds it.
    """

    network: str
    item_id: str
    url: str = ""
    needs_expansion: bool = False
    hints: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What the pasted text itself told us: `title`, `price` (as written), `shop`."""


@dataclass(frozen=True, slots=True)
class Coupon:
    """An amount off with a threshold and a window. Amounts in minor units of the item's currency; times in UTC."""

    amount_minor: int
    threshold_minor: int = 0
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    remaining: int | None = None
    total: int | None = None
    url: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class ItemSnapshot:
    """What a network says of an item now.

    `price_minor` is the shop's price, `final_price_minor` what a buyer pays for one now, coupon applied;
    both None where the network gave none that can be believed. `commission_rate_bp` is basis points of the price.
    """

    ref: ItemRef
    title: str
    url: str
    seen_at: datetime
    image_url: str = ""
    shop: str = ""
    currency: str = "CNY"
    price_minor: int | None = None
    final_price_minor: int | None = None
    coupon: Coupon | None = None
    commission_rate_bp: int | None = None
    commission_minor: int | None = None
    available: bool = True
    brand: str = ""
    category: str = ""
    barcode: str = ""
    """As the network wrote it; whether it is a GTIN is found out where items are joined."""
    model: str = ""
    source: str = "api"
    warnings: tuple[str, ...] = ()
    """What was left out because it could not be believed, in plain words (`price 0 ignored`)."""


@dataclass(frozen=True, slots=True)
class AffiliateLink:
    """A link that earns, in every form the network returned; absent forms are empty.

    `url` may hold the literal `{token}` where the network takes a per-click value without an API call: the exit
    puts the token there. `mini_program` is `<app id>:<path>` in WeChat, the path alone where the network does not
    name its app, or a short link (`#小程序://…`). `sub_id` is what the network was told (or the ad slot in `ad_slot`).
    """

    ref: ItemRef
    url: str
    sub_id: str | None
    short_url: str = ""
    deeplink: str = ""
    token_text: str = ""
    mini_program: str = ""
    ad_slot: str = ""
    expires_at: datetime | None = None
    carries_click_token: bool = False


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One item of one order as the network reports it now.

    `amount_minor`: what the buyer paid for the line, after coupons, before refunds.
    `estimated_commission_minor`: the network's estimate for us, net of its own fee where it reports net.
    `settled_commission_minor`: what it settled; None until then. Times in UTC. `raw` is the report, verbatim,
    with everything about the buyer already dropped. `unknown_state` marks a state word not in the vendor's table.
    """

    network: str
    order_id: str
    line_id: str
    state: LineState
    network_state: str
    amount_minor: int
    estimated_commission_minor: int
    settled_commission_minor: int | None
    sub_id: str
    placed_at: datetime
    updated_at: datetime | None
    raw: Mapping[str, Any]
    currency: str = "CNY"
    item_id: str = ""
    item_title: str = ""
    shop: str = ""
    quantity: int = 1
    ad_slot: str = ""
    paid_at: datetime | None = None
    finished_at: datetime | None = None
    settled_at: datetime | None = None
    refunded_minor: int = 0
    unknown_state: bool = False
    doubt: str = ""
    """A `Doubt`, empty where there is none."""
    merchant: str = ""
    """Slug of the direct merchant, empty on every other network."""
    coupon_code: str = ""
    """The code that the buyer typed at the checkout, as reported; only direct merchants tell it."""
    service_fee_minor: int = 0
    """The network's own fee (技术服务费) as it names it, else 0. The commissions above are without it."""


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open stretch of time, [start, end), both aware and in UTC."""

    start: datetime
    end: datetime
    time_type: TimeType = TimeType.UPDATED


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row of a file or page that could not be read: `line` counts from 1 as a person sees the file."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page of an order report. `rejected` rows are kept apart; the good ones still count."""

    lines: tuple[OrderLine, ...]
    rejected: tuple[RejectedRow, ...] = ()
