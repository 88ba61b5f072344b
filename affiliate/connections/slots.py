"""Shared rate limits: each operation of an account has a time before which no further call may start.

A slot is taken by moving that time on with a conditional update, so that two processes never take the same one.
Inside a transaction of the caller's the row would stay locked until its end; there the limit is kept by the process.
"""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from affiliate.connections.models import CallSlot
from affiliate.networks.api import Wait

FARTHEST = timedelta(hours=1)
"""A slot further ahead than this comes from a clock that has jumped, not from a queue."""

_own: dict[str, datetime] = {}
_own_lock = threading.Lock()


def take(key: str, calls_per_second: float, deadline: float) -> None:
    """Sleep until a slot is free and take it. Raises Wait where that is beyond `deadline` seconds from now."""
    interval = timedelta(seconds=1 / calls_per_second) if calls_per_second > 0 else timedelta(0)
    claim = _claim_own if in_callers_transaction() else _claim_shared
    start = claim(key, interval, deadline)
    pause = (start - timezone.now()).total_seconds()
    if pause > 0:
        time.sleep(pause)


def push_back(key: str, until: datetime) -> None:
    """The network said when it wants to be asked again: no process asks earlier."""
    until = min(until, timezone.now() + FARTHEST)
    if not in_callers_transaction():
        CallSlot.objects.filter(key=key, next_at__lt=until).update(next_at=until)


def in_callers_transaction() -> bool:
    """Whether whoever calls the network holds a transaction open."""
    return connection.in_atomic_block


def _claim_shared(key: str, interval: timedelta, deadline: float) -> datetime:
    while True:
        now = timezone.now()
        seen = CallSlot.objects.filter(key=key).values_list("next_at", flat=True).first()
        if seen is None:
            CallSlot.objects.bulk_create([CallSlot(key=key, next_at=now)], ignore_conflicts=True)
            continue
        start = _start(key, seen, now, deadline)
        if CallSlot.objects.filter(key=key, next_at=seen).update(next_at=start + interval):
            return start


def _claim_own(key: str, interval: timedelta, deadline: float) -> datetime:
    with _own_lock:
        now = timezone.now()
        start = _start(key, _own.get(key, now), now, deadline)
        _own[key] = start + interval
        return start


def _start(key: str, seen: datetime, now: datetime, deadline: float) -> datetime:
    """When a call may start. Raises Wait where that is too late for its caller."""
    start = now if seen > now + FARTHEST else max(seen, now)
    if (start - now).total_seconds() > max(deadline, 0.0):
        network = key.partition(":")[0]
        raise Wait(
            "The network's rate limit is used up for now. Try again a little later.",
            network=network,
            code="rate_limit",
            retry_at=start,
        )
    return start
