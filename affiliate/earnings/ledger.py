"""The book: the one function that posts, the accounts, and balances as sums of entries.

An entry moves `amount_minor` from the account credited to the account debited. What a network owes us is a debit
balance; what we owe to authors, agencies and the house is a credit balance. Both are shown as positive numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, Sum

from affiliate.earnings.models import AccountKind, LedgerAccount, LedgerEntry, Order
from affiliate.people.api import Author


class LedgerError(Exception):
    """Base of what the book refuses."""


class NotAnAmount(LedgerError):
    """Raised when an entry's amount is not above zero."""


class AccountsDiffer(LedgerError):
    """Raised when an entry's two accounts are one, or hold different currencies."""


class KeyTaken(LedgerError):
    """Raised when a key was posted before and says something else."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose account, of which kind and currency: known by its key before it is opened."""

    kind: AccountKind
    currency: str
    author_id: int | None = None
    agency_id: int | None = None
    network: str = ""

    @property
    def key(self) -> str:
        owner = self.network or str(self.author_id or self.agency_id or "house")
        return f"{self.kind.value}:{owner}:{self.currency}"


def accounts(holders: Iterable[Holder]) -> dict[Holder, LedgerAccount]:
    """Their accounts, in one query; one that nobody had yet is opened."""
    wanted = {holder.key: holder for holder in holders}
    found = {account.key: account for account in LedgerAccount.objects.filter(key__in=wanted)}
    for key, holder in wanted.items():
        if key not in found:
            found[key] = LedgerAccount.objects.get_or_create(key=key, defaults=asdict(holder))[0]
    return {holder: found[key] for key, holder in wanted.items()}


def account(kind: AccountKind, currency: str, **owner: Any) -> LedgerAccount:
    """The account of a kind, currency and owner (as Holder names it); opened at the first call."""
    holder = Holder(kind, currency, **owner)
    return accounts([holder])[holder]


def post(
    debit: LedgerAccount,
    credit: LedgerAccount,
    amount_minor: int,
    *,
    key: str,
    order: Order | None = None,
    reverses: LedgerEntry | None = None,
    note: str = "",
) -> LedgerEntry:
    """Write one entry. The same key posted again with the same content is the first entry, not a second one."""
    if amount_minor <= 0:
        raise NotAnAmount(f"{key}: {amount_minor} is not above zero")
    if debit.pk == credit.pk or debit.currency != credit.currency:
        raise AccountsDiffer(f"{key}: {debit.key} and {credit.key} cannot meet in one entry")
    try:
        with transaction.atomic():
            return LedgerEntry.objects.create(
                key=key,
                debit=debit,
                credit=credit,
                amount_minor=amount_minor,
                currency=debit.currency,
                order=order,
                reverses=reverses,
                note=note,
            )
    except IntegrityError:
        stands = LedgerEntry.objects.filter(key=key).first()
        if stands is None:
            raise
    if (stands.debit_id, stands.credit_id, stands.amount_minor) != (debit.pk, credit.pk, amount_minor):
        raise KeyTaken(f"{key} stands in the book with another content")
    return stands


def balances_by_account(accounts: Q, entries: Q | None = None) -> dict[LedgerAccount, int]:
    """What the accounts that `accounts` chooses hold, summed over `entries` (default: all); three queries."""
    found_accounts = LedgerAccount.objects.filter(accounts).select_related("author", "agency")
    chosen = {found.pk: found for found in found_accounts}
    book = LedgerEntry.objects.filter(entries or Q())
    held = dict.fromkeys(chosen, 0)
    for side, sign in (("credit", 1), ("debit", -1)):
        rows = book.filter(**{f"{side}__in": chosen}).values_list(side).annotate(total=Sum("amount_minor"))
        for pk, total in rows:
            held[pk] += sign * total
    return {found: -held[pk] if found.kind == AccountKind.NETWORK else held[pk] for pk, found in chosen.items()}


def balances(author: Author, currency: str = "CNY") -> dict[AccountKind, int]:
    """What an author's accounts hold, each kind named even where nothing was ever posted."""
    kinds = (
        AccountKind.AUTHOR_PENDING,
        AccountKind.AUTHOR_CONFIRMED,
        AccountKind.AUTHOR_PAYABLE,
        AccountKind.AUTHOR_PAID,
    )
    held = balances_by_account(Q(author=author, currency=currency))
    return dict.fromkeys(kinds, 0) | {AccountKind(found.kind): minor for found, minor in held.items()}


def imbalance_minor() -> int:
    """What is owed to us minus what we owe and keep, over all currencies; zero in a book that is true.

    Summed over the accounts' own currencies, so that an entry between two currencies shows.
    """
    sides: dict[str, int] = {}
    for side, sign in (("credit", 1), ("debit", -1)):
        rows = LedgerEntry.objects.values_list(f"{side}__currency").annotate(total=Sum("amount_minor"))
        for currency, total in rows:
            sides[currency] = sides.get(currency, 0) + sign * total
    return sum(abs(value) for value in sides.values())
