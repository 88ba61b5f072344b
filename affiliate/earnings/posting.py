"""Brings the book to what an order line should hold by posting the difference: whatever came before, it ends true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby

from affiliate.earnings import ledger
from affiliate.earnings.ledger import Holder
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


def entries_of(order: Order) -> list[LedgerEntry]:
    """All that was posted because of a line, the oldest first, with its accounts; one query."""
    return list(LedgerEntry.objects.filter(order=order).select_related("debit", "credit").order_by("pk"))


def held_by(entries: Iterable[LedgerEntry]) -> dict[Holding, int]:
    """What these entries leave on the accounts of author, agency and site, zeros left out."""
    held: Counter[Holding] = Counter()
    for entry in entries:
        for account, sign in ((entry.credit, 1), (entry.debit, -1)):
            if account.kind != AccountKind.NETWORK:
                held[holding_of(account)] += sign * entry.amount_minor
    return {holding: minor for holding, minor in held.items() if minor}


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


def bring_to_target(order: Order, conversion: Conversion | None, standing: list[LedgerEntry]) -> int:
    """Post what is missing beside the entries that stand. Returns how many entries that took. The caller holds the
    lock of the order's row.
    """
    missing = list(movements(held_by(standing), target_of(order, conversion)))
    ends = [_ends(order, movement) for movement in missing]
    accounts = ledger.accounts(chain.from_iterable(ends)) if ends else {}
    for number, (movement, (source, goal)) in enumerate(zip(missing, ends, strict=True), len(standing) + 1):
        takes_back = movement.source if movement.goal is None else None
        ledger.post(
            accounts[source],
            accounts[goal],
            movement.minor,
            key=f"order:{order.network}:{order.line_id}:{number}",
            order=order,
            reverses=_last_accrual(standing, takes_back) if takes_back else None,
            note=movement.note,
        )
    return len(missing)


def _ends(order: Order, movement: Movement) -> tuple[Holder, Holder]:
    """The holders of the accounts that an entry goes between."""
    network = Holder(AccountKind.NETWORK, movement.currency, network=order.network)
    source = _holder(movement.source) if movement.source else network
    return source, _holder(movement.goal) if movement.goal else network


def _holder(holding: Holding) -> Holder:
    return Holder(
        holding.kind,
        holding.currency,
        author_id=holding.owner_id if holding.party == "author" else None,
        agency_id=holding.owner_id if holding.party == "agency" else None,
    )


def _last_accrual(standing: list[LedgerEntry], holding: Holding) -> LedgerEntry | None:
    """The newest entry that brought this owner money of this line: what a reversal points back at."""
    owner = (holding.party, holding.owner_id)
    for entry in reversed(standing):
        if entry.debit.kind == AccountKind.NETWORK:
            brought = holding_of(entry.credit)
            if (brought.party, brought.owner_id) == owner:
                return entry
    return None
