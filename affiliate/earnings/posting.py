"""Brings the book to what an order line should hold by posting the difference: whatever came before, it ends true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q

from affiliate.earnings import ledger
from affiliate.earnings.models import AccountKind, Conversion, LedgerAccount, LedgerEntry, Order
from affiliate.earnings.targets import KINDS, Holding, target_of

PARTY_OF = {kind: names for names, kind in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Movement:
    """One entry to be: from `source` (None: from the network) to `goal` (None: back to the network)."""

    source: Holding | None
    goal: Holding | None
    minor: int
    currency: str

    @property
    def note(self) -> str:
        """What kind of movement it is; shown translated."""
        if self.source is None:
            return "accrual"
        return "reversal" if self.goal is None else "move"


def held_by(order: Order) -> dict[Holding, int]:
    """What the book says now of one line, zeros left out."""
    entries = Q(order=order)
    touched = Q(pk__in=LedgerEntry.objects.filter(entries).values("debit")) | Q(
        pk__in=LedgerEntry.objects.filter(entries).values("credit")
    )
    held = ledger.balances_by_account(touched & ~Q(kind=AccountKind.NETWORK), entries)
    return {holding_of(account): minor for account, minor in held.items() if minor}


def holding_of(account: LedgerAccount) -> Holding:
    """The account as a plain value."""
    party, stage = PARTY_OF[AccountKind(account.kind)]
    return Holding(party, account.author_id or account.agency_id or 0, stage, account.currency)


def movements(now: dict[Holding, int], target: dict[Holding, int]) -> Iterator[Movement]:
    """The entries that lead from `now` to `target`: within one owner from stage to stage, the rest over the network."""
    gaps = {holding: target.get(holding, 0) - now.get(holding, 0) for holding in now.keys() | target.keys()}
    ordered = sorted(gaps)
    for _owner, holdings in groupby(ordered, key=lambda held: (held.party, held.owner_id)):
        group = list(holdings)
        for source in group:
            for goal in group:
                minor = min(-gaps[source], gaps[goal])
                if minor > 0 and source.currency == goal.currency:
                    yield Movement(source, goal, minor, source.currency)
                    gaps[source] += minor
                    gaps[goal] -= minor
    for holding in ordered:
        if gaps[holding] < 0:
            yield Movement(holding, None, -gaps[holding], holding.currency)
    for holding in ordered:
        if gaps[holding] > 0:
            yield Movement(None, holding, gaps[holding], holding.currency)


def bring_to_target(order: Order, conversion: Conversion | None) -> int:
    """Post what is missing. Returns how many entries that took. The caller holds the lock of the order's row."""
    keys = ledger.keys_of(order)
    posted = 0
    for movement, key in zip(movements(held_by(order), target_of(order, conversion)), keys, strict=False):
        _post(order, movement, key)
        posted += 1
    return posted


def _post(order: Order, movement: Movement, key: str) -> None:
    network = ledger.account(AccountKind.NETWORK, movement.currency, network=order.network)
    source = _account(movement.source) if movement.source else network
    goal = _account(movement.goal) if movement.goal else network
    reverses = None
    if movement.goal is None and movement.source:
        reverses = _last_accrual(order, movement.source)
    ledger.post(source, goal, movement.minor, key=key, order=order, reverses=reverses, note=movement.note)


def _account(holding: Holding) -> LedgerAccount:
    return ledger.account(
        holding.kind,
        holding.currency,
        author_id=holding.owner_id if holding.party == "author" else None,
        agency_id=holding.owner_id if holding.party == "agency" else None,
    )


def _last_accrual(order: Order, holding: Holding) -> LedgerEntry | None:
    """The newest entry that brought this owner money of this line: what a reversal points back at."""
    owned = {"author": "credit__author", "agency": "credit__agency"}
    entries = LedgerEntry.objects.filter(order=order, debit__kind=AccountKind.NETWORK)
    if field := owned.get(holding.party):
        entries = entries.filter(**{field: holding.owner_id})
    else:
        entries = entries.filter(credit__kind__startswith="site")
    return entries.order_by("-pk").first()
