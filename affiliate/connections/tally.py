"""Counts calls by day and remembers how they failed, for the operators' page. Days are those of the site's clock."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import DatabaseError, transaction
from django.db.models import F, Model, QuerySet
from django.utils import timezone

from affiliate.connections.models import CallDay, CallFault
from affiliate.networks.api import NetworkError

M = TypeVar("M", bound=Model)
log = logging.getLogger("zhongcao.networks")

DAYS_KEPT = timedelta(days=90)
FAULTS_KEPT = timedelta(days=7)
MOST_FAULTS = 5
OUR_FAULTS = frozenset({"not_found", "not_promotable", "bad_input"})
"""Answers about one item or one request: the network works, and nothing of ours is wrong with it."""


@dataclass(frozen=True, slots=True)
class Today:
    """One network's calls since midnight."""

    calls: int = 0
    failed: int = 0
    """Of these, the ones after which an operator may have something to do."""
    faults: list[CallFault] = field(default_factory=list)
    """How calls failed in the last week, newest first."""

    @property
    def error_rate(self) -> float | None:
        """Per cent, one decimal; None where nothing was called."""
        return round(100 * self.failed / self.calls, 1) if self.calls else None


def note(network: str, error: NetworkError | None) -> None:
    """One call ended. Never raises: a number is not worth failing a call for."""
    outcome = error.kind if error else "ok"
    try:
        with transaction.atomic():
            key = {"network": network[:30], "day": timezone.localdate(), "outcome": outcome[:20]}
            _add(CallDay.objects.filter(**key), CallDay(**key), calls=F("calls") + 1)
            if error is not None and outcome not in OUR_FAULTS:
                now, said = timezone.now(), {"network": network[:30], "kind": outcome[:20], "error": stored(error)}
                fault = CallFault(**said, at=now)
                _add(CallFault.objects.filter(**said), fault, times=F("times") + 1, at=now)
    except DatabaseError:
        log.warning("A call to %s could not be counted.", network, exc_info=True)


def stored(error: NetworkError) -> str:
    """Our sentence, and on the next line the network's own code and words."""
    theirs = " ".join(f"{error.code} {error.detail}".replace("\x00", "").split())
    return f"{error.message}\n{theirs}"[:300]


def today() -> dict[str, Today]:
    """Every network that was called today or failed lately, in two queries."""
    found: dict[str, Today] = {}
    sums: dict[str, list[int]] = {}
    for row in CallDay.objects.filter(day=timezone.localdate()):
        calls = sums.setdefault(row.network, [0, 0])
        calls[0] += row.calls
        calls[1] += row.calls if row.outcome != "ok" and row.outcome not in OUR_FAULTS else 0
    faults: dict[str, list[CallFault]] = {}
    for fault in CallFault.objects.filter(at__gte=timezone.now() - FAULTS_KEPT)[:500]:
        faults.setdefault(fault.network, []).append(fault)
    for network in {*sums, *faults}:
        calls = sums.get(network, [0, 0])
        found[network] = Today(calls[0], calls[1], faults.get(network, [])[:MOST_FAULTS])
    return found


def old_days(now: datetime) -> QuerySet[CallDay]:
    """Daily sums older than ninety days."""
    return CallDay.objects.filter(day__lt=timezone.localdate(now) - DAYS_KEPT)


def old_faults(now: datetime) -> QuerySet[CallFault]:
    """Failures that did not happen again for a week."""
    return CallFault.objects.filter(at__lt=now - FAULTS_KEPT)


def _add(rows: QuerySet[M], new: M, **values: object) -> None:
    """Count one more, in the row that the key names; the database decides who makes it."""
    if not rows.update(**values):
        rows.model._default_manager.bulk_create([new], ignore_conflicts=True)
        rows.update(**values)
