"""What earnings keeps of an author. The book and its order lines stay for as long as accounting asks; names go."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from affiliate.earnings.lines import lines_of, shares_in_book
from affiliate.earnings.models import Conversion, LedgerEntry, Upload
from affiliate.people.api import User, author_of


def personal_data(user: User) -> dict[str, Any]:
    """Order lines with the author's share, and every entry of the book that touches an account of theirs."""
    author = author_of(user)
    if author is None:
        return {"orders": [], "ledger": []}
    return {"orders": _orders(author), "ledger": _ledger(author)}


def _orders(author: Any) -> list[dict[str, Any]]:
    lines = list(lines_of(author))
    shares = shares_in_book(line.pk for line in lines)
    return [
        {
            "network": line.network,
            "order_id": line.order_id,
            "line_id": line.line_id,
            "product": line.item_title,
            "state": line.state,
            "placed_at": line.placed_at,
            "currency": line.currency,
            "amount_minor": line.amount_minor,
            "commission_minor": line.commission_minor,
            "your_share_minor": shares[line.pk].author,
            "taken_back_minor": shares[line.pk].author_reversed,
            "basis": line.conversion.basis,
            "post": line.conversion.placement.page_title if line.conversion.placement else None,
        }
        for line in lines
    ]


def _ledger(author: Any) -> list[dict[str, Any]]:
    entries = LedgerEntry.objects.filter(Q(debit__author=author) | Q(credit__author=author))
    return [
        {
            "posted_at": entry.posted_at,
            "debit": entry.debit.kind,
            "credit": entry.credit.kind,
            "amount_minor": entry.amount_minor,
            "currency": entry.currency,
            "kind": entry.note,
        }
        for entry in entries.select_related("debit", "credit").order_by("pk")
    ]


def forget(username: str, key: str) -> None:
    """Put `key` where a name was written down as the one who decided or uploaded."""
    Conversion.objects.filter(decided_by=username).update(decided_by=f"gone-{key}")
    Upload.objects.filter(uploaded_by=username[:150]).update(uploaded_by=f"gone-{key}")
