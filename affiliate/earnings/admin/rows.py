"""Order lines as the page shows them and the file holds them: the same columns, the same words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from affiliate.earnings.amounts import plain_amount, shown_amount
from affiliate.earnings.csv_file import harmless
from affiliate.earnings.lines import shares_in_book
from affiliate.earnings.models import HeldReason, Order
from affiliate.earnings.shown import ShownLine


@dataclass(frozen=True, slots=True)
class Row(ShownLine):
    """One order line as operators and its author see it."""

    @property
    def amount(self) -> str:
        return shown_amount(self.order.amount_minor, self.order.currency)

    @property
    def share(self) -> str:
        return shown_amount(self.shares.author, self.order.currency)

    @property
    def reversed(self) -> str:
        """What was taken back, empty for nothing."""
        minor = self.shares.author_reversed
        return shown_amount(-minor, self.order.currency) if minor else ""

    @property
    def state_key(self) -> str:
        return "held" if self.order.held_reason else self.order.state

    @property
    def state(self) -> str:
        return _("held") if self.order.held_reason else self.order.get_state_display()

    @property
    def held_because(self) -> str:
        return str(HeldReason(self.order.held_reason).label) if self.order.held_reason else ""

    @property
    def block(self) -> str:
        placement = self.conversion.placement if self.conversion else None
        if placement is None:
            return ""
        return placement.block_label or _("product block %(number)s") % {"number": placement.position + 1}

    @property
    def basis(self) -> str:
        return self.conversion.get_basis_display() if self.conversion else _("leads to nobody")

    @property
    def confidence(self) -> str:
        """How sure the credit is, as `95%`; empty for nobody's line."""
        return f"{self.conversion.confidence_bp // 100}%" if self.conversion else ""

    @property
    def author(self) -> str:
        return self.conversion.author.name if self.conversion else ""

    @property
    def plan(self) -> str:
        """As `v1 · 30 : 60`, site to author's side."""
        if self.conversion is None:
            return ""
        plan = self.conversion.plan
        return f"v{plan.version} · {plan.site_parts} : {plan.author_parts}"


def rows_of(orders: Sequence[Order]) -> list[Row]:
    """Rows with their shares; two queries however many."""
    shares = shares_in_book(order.pk for order in orders)
    return [Row(order, shares[order.pk]) for order in orders]


def headings() -> list[str]:
    """Of the file, in the language in force."""
    return [
        _("Placed"),
        _("Shop"),
        _("Order number"),
        _("Product"),
        _("Post"),
        _("Block"),
        _("Placement"),
        _("Basis"),
        _("Author"),
        _("Currency"),
        _("Order amount"),
        _("Commission"),
        _("Author's share"),
        _("Taken back"),
        _("Plan"),
        _("State"),
        _("Network's word"),
        _("Held because"),
    ]


def cells(row: Row) -> list[str]:
    """One row of the file. Amounts are numbers without a sign of currency; words cannot become formulas."""
    order = row.order
    placement = row.conversion.placement if row.conversion else None
    amounts = (order.amount_minor, order.commission_minor, row.shares.author, -row.shares.author_reversed)
    return [
        timezone.localtime(order.placed_at).strftime("%Y-%m-%d %H:%M:%S"),
        *(
            harmless(text)
            for text in (
                row.network,
                order.order_id,
                row.title,
                row.page,
                row.block,
                placement.code if placement else "",
                str(row.basis),
                row.author,
                order.currency,
            )
        ),
        *(plain_amount(minor, order.currency) for minor in amounts),
        *(harmless(text) for text in (row.plan, str(row.state), order.network_state, row.held_because)),
    ]


def file_rows(orders: Iterable[Order], chunk: int = 500) -> Iterator[list[str]]:
    """Heading and rows of a file of any length, read chunk by chunk."""
    yield headings()
    waiting: list[Order] = []
    for order in orders:
        waiting.append(order)
        if len(waiting) >= chunk:
            yield from map(cells, rows_of(waiting))
            waiting.clear()
    yield from map(cells, rows_of(waiting))
