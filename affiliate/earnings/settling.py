"""Makes payable what the networks have settled, line by line, and says what each author and agency is owed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from affiliate.earnings import ledger, turns
from affiliate.earnings.crediting import conversion_of
from affiliate.earnings.models import AccountKind, LedgerAccount, LineStateChoice, Order
from affiliate.earnings.posting import bring_to_target, entries_of

PAYABLE = (AccountKind.AUTHOR_PAYABLE, AccountKind.AGENCY_PAYABLE)
WORDS = {
    AccountKind.AUTHOR_PENDING: "pending_minor",
    AccountKind.AGENCY_PENDING: "pending_minor",
    AccountKind.AUTHOR_CONFIRMED: "confirmed_minor",
    AccountKind.AGENCY_CONFIRMED: "confirmed_minor",
    AccountKind.AUTHOR_PAYABLE: "payable_minor",
    AccountKind.AGENCY_PAYABLE: "payable_minor",
    AccountKind.AUTHOR_PAID: "paid_minor",
    AccountKind.AGENCY_PAID: "paid_minor",
}


@dataclass(slots=True)
class Statement:
    """What one author or agency is owed in one currency now. A negative `payable_minor` is carried forward."""

    party: str
    name: str
    currency: str
    released_minor: int = 0
    """What this settlement made payable."""
    pending_minor: int = 0
    confirmed_minor: int = 0
    payable_minor: int = 0
    paid_minor: int = 0


@dataclass(slots=True)
class Settlement:
    """What one run of `settle` did."""

    until: datetime
    lines: int = 0
    statements: list[Statement] = field(default_factory=list)


def settle(until: datetime | None = None, networks: Iterable[str] = ()) -> Settlement:
    """Move every line that a network settled before `until` (default: now) from confirmed to payable. Running it
    again moves nothing twice.
    """
    done = Settlement(until or timezone.now())
    due = _due(done.until, networks).order_by("pk")
    before = _payable()
    while chunk := list(due.values_list("pk", flat=True)[: turns.MOST_LINES]):
        done.lines += _release(chunk, done.until, networks)
        turns.let_others_write()
    done.statements = _statements(before)
    return done


def _due(until: datetime, networks: Iterable[str]) -> Any:
    due = Order.objects.filter(
        state=LineStateChoice.SETTLED,
        settled_commission_minor__isnull=False,
        held_reason="",
        released_at=None,
        conversion__isnull=False,
    ).filter(Q(settled_at__lt=until) | Q(settled_at=None, first_seen_at__lt=until))
    chosen = list(networks)
    return due.filter(network__in=chosen) if chosen else due


@transaction.atomic
def _release(pks: list[int], until: datetime, networks: Iterable[str]) -> int:
    """Release the lines that are still due once their rows are locked, as many as fit into one turn at writing."""
    locked = _due(until, networks).filter(pk__in=pks).select_for_update(of=("self",)).order_by("pk")
    released = 0
    for order in turns.one_turn(locked):
        order.released_at = timezone.now()
        order.save(update_fields=["released_at"])
        bring_to_target(order, conversion_of(order), entries_of(order))
        released += 1
    return released


def _payable() -> dict[int, int]:
    held = ledger.balances_by_account(Q(kind__in=PAYABLE))
    return {account.pk: minor for account, minor in held.items()}


def _statements(before: dict[int, int]) -> list[Statement]:
    made: dict[tuple[str, int, str], Statement] = {}
    accounts = Q(kind__in=list(WORDS))
    for account, minor in ledger.balances_by_account(accounts).items():
        statement = made.setdefault(_owner(account), Statement(*_names(account), account.currency))
        setattr(statement, WORDS[AccountKind(account.kind)], minor)
        if account.kind in PAYABLE:
            statement.released_minor = minor - before.get(account.pk, 0)
    return [made[key] for key in sorted(made)]


def _owner(account: LedgerAccount) -> tuple[str, int, str]:
    party = "author" if account.author_id else "agency"
    return (party, account.author_id or account.agency_id or 0, account.currency)


def _names(account: LedgerAccount) -> tuple[str, str]:
    if account.author is not None:
        return "author", account.author.handle
    return "agency", account.agency.name if account.agency is not None else ""
