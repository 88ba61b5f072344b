"""What operators, authors and agencies read of an order line alike."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from affiliate.connections import api as connections
from affiliate.earnings.amounts import shown_amount
from affiliate.earnings.lines import PartyShares
from affiliate.earnings.models import Conversion, Order


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One order line with what the book holds of it."""

    order: Order
    shares: PartyShares

    @property
    def conversion(self) -> Conversion | None:
        return getattr(self.order, "conversion", None)

    @property
    def network(self) -> str:
        return connections.network_name(self.order.network)

    @property
    def title(self) -> str:
        return self.order.item_title or self.order.item_id or _("(no title)")

    @property
    def page(self) -> str:
        placement = self.conversion.placement if self.conversion else None
        return placement.page_title if placement else ""

    @property
    def commission(self) -> str:
        return shown_amount(self.order.commission_minor, self.order.currency)
