"""What each account should hold for one order line, as a function of the line, its conversion and its plan alone."""

from __future__ import annotations

from dataclasses import dataclass

from affiliate.earnings.models import AccountKind, Conversion, LineStateChoice, Order
from affiliate.earnings.split import shares_of

STAGES = ("pending", "confirmed", "payable")
KINDS = {
    ("author", "pending"): AccountKind.AUTHOR_PENDING,
    ("author", "confirmed"): AccountKind.AUTHOR_CONFIRMED,
    ("author", "payable"): AccountKind.AUTHOR_PAYABLE,
    ("agency", "pending"): AccountKind.AGENCY_PENDING,
    ("agency", "confirmed"): AccountKind.AGENCY_CONFIRMED,
    ("agency", "payable"): AccountKind.AGENCY_PAYABLE,
    ("site", "pending"): AccountKind.SITE_PENDING,
    ("site", "confirmed"): AccountKind.SITE_CONFIRMED,
    ("site", "payable"): AccountKind.SITE,
}


@dataclass(frozen=True, slots=True, order=True)
class Holding:
    """One account of one party, as a plain value: comparable before the account exists."""

    party: str
    """`author`, `agency` or `site`."""
    owner_id: int
    """0 for the site."""
    stage: str
    currency: str

    @property
    def kind(self) -> AccountKind:
        return KINDS[self.party, self.stage]


def stage_of(order: Order) -> str | None:
    """Where the money of a line stands; None where it earns nothing.

    Settled without saying how much stays confirmed: nothing is paid out on an estimate.
    """
    if order.held_reason or order.state == LineStateChoice.INVALID:
        return None
    if order.state == LineStateChoice.PENDING:
        return "pending"
    settled = order.state == LineStateChoice.SETTLED and order.settled_commission_minor is not None
    return "payable" if settled and order.released_at else "confirmed"


def target_of(order: Order, conversion: Conversion | None) -> dict[Holding, int]:
    """What the line should hold on each account, zeros left out. An unattributed line holds nothing."""
    stage = stage_of(order)
    if stage is None or conversion is None:
        return {}
    shares = shares_of(
        order.commission_minor,
        conversion.plan,
        has_agency=conversion.agency_id is not None,
        is_house=conversion.author.is_house,
    )
    parts = [
        ("author", conversion.author_id, shares.author),
        ("agency", conversion.agency_id or 0, shares.agency),
        ("site", 0, shares.site),
    ]
    return {Holding(party, owner, stage, order.currency): minor for party, owner, minor in parts if minor}
