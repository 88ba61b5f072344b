"""Slots taken by several threads at once, each with a connection of its own and outside any transaction."""

from __future__ import annotations

import threading
from datetime import timedelta

from django.db import connection

from affiliate.connections import slots
from affiliate.connections.models import CallSlot

KEY = "fake:at-once"


def test_threads_never_share_a_slot(django_db_setup, django_db_blocker):
    starts, errors = [], []

    def work() -> None:
        try:
            for _ in range(5):
                starts.append(slots._claim_shared(KEY, timedelta(milliseconds=50), 60.0))
        except Exception as exc:  # noqa: BLE001 - shown by the assertion
            errors.append(exc)
        finally:
            connection.close()

    with django_db_blocker.unblock():
        try:
            threads = [threading.Thread(target=work) for _ in range(6)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
        finally:
            CallSlot.objects.filter(key=KEY).delete()
    assert not errors
    ordered = sorted(starts)
    assert len(ordered) == 30
    assert min(b - a for a, b in zip(ordered, ordered[1:], strict=False)) >= timedelta(milliseconds=50)
