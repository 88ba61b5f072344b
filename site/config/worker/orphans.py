"""Tasks that nobody finishes: left running by a dead worker, or failed and worth another try.

Every task of this house takes ids and may run twice, so both are simply made ready again.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from config.models import Heartbeat

SILENT_AFTER = timedelta(seconds=60)
ATTEMPTS = 5
RETRY_WITHIN = timedelta(hours=6)


def beat(worker_id: str) -> None:
    """Say that this worker lives."""
    Heartbeat.objects.update_or_create(worker_id=worker_id, defaults={"seen_at": timezone.now()})


def fall_silent(worker_id: str) -> None:
    """Say that this worker has ended: what it left running is anybody's."""
    Heartbeat.objects.filter(worker_id=worker_id).delete()


def alive(within: timedelta = timedelta(minutes=2)) -> int:
    """How many workers gave a sign of life lately."""
    return Heartbeat.objects.filter(seen_at__gt=timezone.now() - within).count()


def take_up_orphans() -> int:
    """Make ready again what silent workers left running; give up after ATTEMPTS tries. Returns how many."""
    alive = set(Heartbeat.objects.filter(seen_at__gt=timezone.now() - SILENT_AFTER).values_list("worker_id", flat=True))
    taken = 0
    for task in DBTaskResult.objects.running().order_by()[:500]:
        if not task.worker_ids or task.worker_ids[-1] not in alive:
            running = DBTaskResult.objects.running().filter(pk=task.pk, started_at=task.started_at)
            status = "READY" if len(task.worker_ids) < ATTEMPTS else "FAILED"
            taken += running.update(status=status, run_after=timezone.now(), finished_at=None)
    return taken


def retry_failed() -> int:
    """Give failed tasks another try, waiting longer each time. Returns how many."""
    now = timezone.now()
    again = 0
    for task in DBTaskResult.objects.failed().filter(finished_at__gt=now - RETRY_WITHIN).order_by()[:500]:
        tries = len(task.worker_ids)
        if 0 < tries < ATTEMPTS:
            wait = timedelta(seconds=30 * 4 ** (tries - 1))
            again += DBTaskResult.objects.failed().filter(pk=task.pk).update(status="READY", run_after=now + wait)
    return again
