"""Proves the book: that nothing can be changed in it, that it balances, and that every line holds what it should."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Exists, F, OuterRef, Q

from affiliate.earnings import ledger, triggers
from affiliate.earnings.models import LedgerEntry, NetworkEvent, Order
from affiliate.earnings.posting import held_by
from affiliate.earnings.projection import Report, current
from affiliate.earnings.readings import from_json
from affiliate.earnings.targets import Holding, target_of

CHUNK = 500
NAMED = 5
"""How many offenders a detail names."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold."""

    name: str
    ok: bool
    detail: str


def audit() -> list[Check]:
    """Every check, in a fixed order. Reads only."""
    return [
        _triggers(),
        _imbalance(),
        _currencies(),
        _amounts(),
        *_lines(),
        _events_without_line(),
    ]


def _triggers() -> Check:
    missing = triggers.missing()
    detail = f"missing: {', '.join(missing)}; run migrate" if missing else "all stand"
    return Check("append_only_triggers", not missing, detail)


def _imbalance() -> Check:
    minor = ledger.imbalance_minor()
    return Check("imbalance", minor == 0, f"{minor} minor units over {LedgerEntry.objects.count()} entries")


def _currencies() -> Check:
    alike = Q(currency=F("debit__currency")) & Q(currency=F("credit__currency"))
    return _offenders("one_currency_an_entry", LedgerEntry.objects.exclude(alike).values_list("key", flat=True)[:NAMED])


def _amounts() -> Check:
    wrong = LedgerEntry.objects.filter(Q(amount_minor__lte=0) | Q(debit=F("credit")))
    return _offenders("amounts_above_zero", wrong.values_list("key", flat=True)[:NAMED])


def _lines() -> list[Check]:
    """Walks all order lines once, chunk by chunk, for the three checks that look at each of them."""
    off_book: list[str] = []
    off_report: list[str] = []
    no_report: list[str] = []
    for orders in _chunks():
        held = _held([order.pk for order in orders])
        reports = _reports(orders)
        for order in orders:
            if held.get(order.pk, {}) != target_of(order, getattr(order, "conversion", None)):
                off_book.append(str(order))
            said = reports.get((order.network, order.line_id), [])
            if not said:
                no_report.append(str(order))
            elif not _agrees(order, said):
                off_report.append(str(order))
    return [
        _offenders("every_line_holds_its_target", off_book),
        _offenders("every_line_is_what_its_reports_say", off_report),
        _offenders("every_line_has_a_report", no_report),
    ]


def _chunks() -> Iterator[list[Order]]:
    last = 0
    rows = Order.objects.select_related("conversion__plan", "conversion__author").order_by("pk")
    while chunk := list(rows.filter(pk__gt=last)[:CHUNK]):
        yield chunk
        last = chunk[-1].pk


def _held(order_pks: list[int]) -> dict[int, dict[Holding, int]]:
    """What the book says of each of these lines; one query."""
    entries = LedgerEntry.objects.filter(order__in=order_pks).select_related("debit", "credit").order_by("order_id")
    return {pk or 0: held_by(of_line) for pk, of_line in groupby(entries, key=lambda entry: entry.order_id)}


def _reports(orders: list[Order]) -> dict[tuple[str, str], list[Report]]:
    events = NetworkEvent.objects.filter(
        network__in={order.network for order in orders}, line_id__in={order.line_id for order in orders}
    )
    found: dict[tuple[str, str], list[Report]] = {}
    for event in events:
        report = Report(from_json(event.reading, event.raw), event.digest)
        found.setdefault((event.network, event.line_id), []).append(report)
    return found


def _agrees(order: Order, said: list[Report]) -> bool:
    line = current(said)
    return (order.state, order.amount_minor, order.commission_minor, order.currency) == (
        line.state.value,
        line.amount_minor,
        line.estimated_commission_minor if line.settled_commission_minor is None else line.settled_commission_minor,
        line.currency,
    )


def _events_without_line() -> Check:
    line = Order.objects.filter(network=OuterRef("network"), line_id=OuterRef("line_id"))
    lost = NetworkEvent.objects.filter(~Exists(line)).values_list("network", "line_id")[:NAMED]
    return _offenders("every_report_has_a_line", [f"{network}:{line_id}" for network, line_id in lost])


def _offenders(name: str, found: Iterable[str]) -> Check:
    names = [str(one) for one in found]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return Check(name, not names, f"wrong: {', '.join(names[:NAMED])}{more}" if names else "all")
