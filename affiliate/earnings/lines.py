"""Questions about order lines: an author's own, everybody's, the unattributed; each in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum

from affiliate.earnings.models import AccountKind, LedgerEntry, LineStateChoice, Order
from affiliate.people.api import Author


def lines_of(author: Author | None = None, *, network: str = "", state: str = "") -> QuerySet[Order]:
    """Order lines, the newest first, with everything that their chain (placement, author, plan) needs. Without an
    author: everybody's, unattributed ones included.
    """
    lines = Order.objects.select_related(
        "conversion__placement__item", "conversion__author", "conversion__agency", "conversion__plan"
    )
    wanted = {"conversion__author": author, "network": network, "state": state}
    return lines.filter(**{name: value for name, value in wanted.items() if value}).order_by("-placed_at", "-pk")


def unattributed() -> QuerySet[Order]:
    """Order lines that lead to nobody, the newest first."""
    return lines_of().filter(conversion=None)


@dataclass(slots=True)
class PartyShares:
    """What the book holds of one line for each party, and what was taken back from the author."""

    author: int = 0
    agency: int = 0
    site: int = 0
    author_reversed: int = 0


def shares_in_book(order_pks: Iterable[int]) -> dict[int, PartyShares]:
    """By order line; two queries however many lines."""
    shares = {pk: PartyShares() for pk in order_pks}
    entries = LedgerEntry.objects.filter(order__in=list(shares))
    for side, sign in (("credit", 1), ("debit", -1)):
        rows = entries.values_list("order_id", f"{side}__kind", "note").annotate(total=Sum("amount_minor"))
        for pk, kind, note, total in rows:
            party = kind.partition("_")[0]
            if party == AccountKind.NETWORK:
                continue
            setattr(shares[pk], party, getattr(shares[pk], party) + sign * total)
            if note == "reversal" and side == "debit" and party == "author":
                shares[pk].author_reversed += total
    return shares


def orders_by_state() -> dict[str, int]:
    """How many order lines are in each state, each state named."""
    counts = dict(Order.objects.values_list("state").annotate(number=Count("pk")))
    return {state: counts.get(state, 0) for state in LineStateChoice.values}
