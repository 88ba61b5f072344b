"""What other rooms may use of earnings."""

from __future__ import annotations

from affiliate.earnings import personal
from affiliate.earnings.amounts import shown_amount
from affiliate.earnings.audit import Check, audit
from affiliate.earnings.crediting import MANAGE, assign
from affiliate.earnings.importing import import_file
from affiliate.earnings.ingest import ingest
from affiliate.earnings.ledger import balances, imbalance_minor
from affiliate.earnings.lines import lines_of, orders_by_state, unattributed
from affiliate.earnings.models import AccountKind, LedgerEntry
from affiliate.earnings.pull import pull, pull_due
from affiliate.earnings.reports import PullReport
from affiliate.earnings.settling import settle
from affiliate.earnings.split import author_estimate, split_plans


def ledger_totals() -> dict[str, int]:
    """How large the book is, and by how much it is out of balance (0 in a book that is true)."""
    return {"entries": LedgerEntry.objects.count(), "imbalance_minor": imbalance_minor()}


__all__ = [
    "MANAGE",
    "AccountKind",
    "Check",
    "PullReport",
    "assign",
    "audit",
    "author_estimate",
    "balances",
    "import_file",
    "ingest",
    "ledger_totals",
    "lines_of",
    "orders_by_state",
    "personal",
    "pull",
    "pull_due",
    "settle",
    "shown_amount",
    "split_plans",
    "unattributed",
]
