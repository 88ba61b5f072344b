"""The schedule: each job once when due, however many workers there are."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.core.management import call_command
from django.utils import timezone

from affiliate.media.api import put_in_order
from config import retention
from config.mail import delivery as mail
from config.mail.digest import tell_operators
from config.members.closing import close_due
from config.models import ScheduledJob
from content.moderation.api import hold_stopped

logger = logging.getLogger("zhongcao.worker")

Jobs = dict[str, tuple[int, Callable[[], object]]]


def publish_scheduled() -> None:
    """Publish and expire the pages whose time has come, but for posts that a check stops by then."""
    hold_stopped()
    call_command("publish_scheduled", verbosity=0)


def collect() -> Jobs:
    """Every room's JOBS, under `<room>.<name>`, Wagtail's and the project's own."""
    jobs: Jobs = {
        "publish_scheduled": (60, publish_scheduled),
        "check_media": (86_400, put_in_order),
        "prune": (3_600, retention.prune),
        "send_mail": (5, mail.send_due),
        "prune_mail": (86_400, mail.prune),
        "close_accounts": (3_600, close_due),
        "tell_operators": (3_600, tell_operators),
    }
    for app in apps.get_app_configs():
        module = f"{app.name}.jobs"
        if app.name.startswith(("affiliate.", "content.")) and find_spec(module):
            jobs |= {f"{app.label}.{name}": job for name, job in import_module(module).JOBS.items()}
    return jobs


def claim(name: str, seconds: int, now: datetime) -> bool:
    """Take a due job by moving its time on. True for exactly one caller per turn.

    A clock that jumped back must not silence a job for long: a due time further away than one turn counts as due.
    """
    due = ScheduledJob.objects.filter(name=name)
    turn = timedelta(seconds=seconds)
    taken = due.filter(due_at__lte=now) | due.filter(due_at__gt=now + 2 * turn)
    return taken.update(due_at=now + turn, started_at=now) == 1


def run_due(jobs: Jobs) -> list[str]:
    """Run every job whose turn has come, one after the other; one that fails is logged and has its next turn."""
    now = timezone.now()
    ScheduledJob.objects.bulk_create([ScheduledJob(name=name, due_at=now) for name in jobs], ignore_conflicts=True)
    ran = []
    due = set(ScheduledJob.objects.filter(name__in=jobs).values_list("name", flat=True))
    for name, (seconds, run) in jobs.items():
        if name in due and claim(name, seconds, timezone.now()):
            error = _run(name, run)
            ScheduledJob.objects.filter(name=name).update(finished_at=timezone.now(), error=error)
            ran.append(name)
    return ran


def _run(name: str, run: Callable[[], object]) -> str:
    try:
        run()
    except Exception as exc:
        logger.exception("The job %s failed; it runs again at its next turn.", name)
        return str(exc)[:300]
    return ""
