"""The circuit breaker: a network that fails five times in a row is left alone, first for a minute, then for longer.

When the time is over one call goes out as a probe while the others still wait; its success closes the breaker.

The breaker is the network's, whichever account calls: it counts only silence and answers that nobody understands, and
those come from the network's side. What is wrong with one account is an answer, and opens nothing for the others.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from affiliate.connections import states
from affiliate.connections.models import NetworkState
from affiliate.connections.tally import stored
from affiliate.networks.api import NetworkError, Off

log = logging.getLogger("zhongcao.networks")

FAILURES = 5
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(minutes=15)
PROBE_TIME = timedelta(seconds=30)
SUCCESS_WRITTEN_EVERY = timedelta(minutes=1)
COUNTED = frozenset({"unavailable", "protocol"})
"""Other errors are answers: the network works, however little we like what it says."""


def let_through(slug: str, *, force: bool) -> None:
    """Raises Off where the network is switched off, or where its breaker is open and nobody insists."""
    state = states.state(slug)
    if not state.switched_on:
        raise Off("This network is switched off.", network=slug, code="switched_off")
    if force or state.open_until is None:
        return
    now = timezone.now()
    if state.open_until > now or not _claim_probe(slug, state.open_until, now):
        raise Off(
            "This network failed several times in a row and is left alone for a while.",
            network=slug,
            code="breaker_open",
            retry_at=max(state.open_until, now + timedelta(seconds=1)),
        )


def pause(trips: int) -> timedelta:
    """How long the breaker stays open the nth time in a row, counted from 0."""
    return min(FIRST_PAUSE * (1 << min(trips, 10)), LONGEST_PAUSE)


def record(slug: str, error: NetworkError | None) -> None:
    """Note how a call ended, in one short write. Never raises: health is not worth failing a call for."""
    try:
        with transaction.atomic():
            if error is None or error.kind not in COUNTED:
                _record_answer(slug, error)
            else:
                _record_failure(slug, error)
    except DatabaseError:
        log.warning("The health of %s could not be recorded.", slug, exc_info=True)


def _claim_probe(slug: str, seen: datetime, now: datetime) -> bool:
    """True for the one caller that may see whether the network is back."""
    try:
        waiting = NetworkState.objects.filter(network=slug, open_until=seen)
        return waiting.update(probing=True, open_until=now + PROBE_TIME) == 1
    finally:
        states.forget(slug)


def _record_answer(slug: str, error: NetworkError | None) -> None:
    """The network answered. Written when that is news, or once a minute."""
    now = timezone.now()
    known = states.state(slug)
    lately = known.last_success_at is not None and now - known.last_success_at < SUCCESS_WRITTEN_EVERY
    if lately and error is None and not known.failures and known.open_until is None:
        return
    values: dict[str, object] = {"failures": 0, "trips": 0, "probing": False, "open_until": None}
    values |= {"last_success_at": now} if error is None else _last_error(error, now)
    _write(slug, values)


def _record_failure(slug: str, error: NetworkError) -> None:
    now = timezone.now()
    _write(slug, {"failures": F("failures") + 1, **_last_error(error, now)})
    row = NetworkState.objects.get(network=slug)
    if row.failures < FAILURES:
        return
    closed = NetworkState.objects.filter(network=slug, trips=row.trips)
    if row.open_until is not None and not row.probing:
        closed = closed.filter(open_until__lte=now)  # those still under way when it opened do not lengthen it
    closed.update(open_until=now + pause(row.trips), trips=row.trips + 1, probing=False)
    states.forget(slug)


def _write(slug: str, values: dict[str, object]) -> None:
    rows = NetworkState.objects.filter(network=slug)
    if not rows.update(**values):
        NetworkState.objects.bulk_create([NetworkState(network=slug)], ignore_conflicts=True)
        rows.update(**values)
    states.forget(slug)


def _last_error(error: NetworkError, now: datetime) -> dict[str, object]:
    return {"last_error_at": now, "last_error_kind": error.kind, "last_error": stored(error)}
