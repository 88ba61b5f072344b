"""How long what is kept, in one table, and the throwing away of what is over.

A room says it in `retention.py`: `KEPT` names each thing with its purpose, its time (None: as long as the installation
stands, or until a person removes it) and a function from a time to the rows that are over by then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from config import logins
from config.mail import delivery
from config.models import Heartbeat

AT_ONCE = 500
"""Rows a transaction: on SQLite readers' clicks wait for it."""

Over = Callable[[datetime], "models.QuerySet[Any]"]

TASKS_KEPT = timedelta(days=7)
HEARTBEATS_KEPT = timedelta(days=1)


def old_tasks(now: datetime) -> models.QuerySet[Any]:
    """Tasks that ended a week ago, well or not."""
    rows: models.QuerySet[Any] = DBTaskResult.objects.filter(finished_at__lt=now - TASKS_KEPT)
    return rows.exclude(status__in=["READY", "RUNNING"])


def old_sessions(now: datetime) -> models.QuerySet[Any]:
    """Sessions that have run out."""
    return Session.objects.filter(expire_date__lt=now)


def old_heartbeats(now: datetime) -> models.QuerySet[Any]:
    """Workers that have not been heard of for a day."""
    return Heartbeat.objects.filter(seen_at__lt=now - HEARTBEATS_KEPT)


OURS: dict[str, tuple[str, timedelta | None, Over | None]] = {
    "failed_logins": ("to slow down who guesses passwords", logins.cool_off(), logins.old_attempts),
    "sessions": ("to stay logged in; from the day they run out", timedelta(0), old_sessions),
    "tasks": ("to see what background work did", TASKS_KEPT, old_tasks),
    "heartbeats": ("to know which worker lives", HEARTBEATS_KEPT, old_heartbeats),
    "posts": ("posts, their versions and the record of who changed what: three years are asked for", None, None),
    "mail": ("that a message was sent, or why not; content and address go much sooner", delivery.ROWS_KEPT, None),
    "people": ("users, authors and agencies: until somebody removes them", None, None),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table."""

    name: str
    purpose: str
    kept: timedelta | None
    over: Over | None

    @property
    def kept_in_words(self) -> str:
        """As the documentation says it."""
        if self.kept is None:
            return "not thrown away"
        if self.kept.days:
            return f"{self.kept.days} day{'s' if self.kept.days > 1 else ''}"
        return f"{int(self.kept.total_seconds()) // 60} minutes" if self.kept else "none"


def rules() -> list[Rule]:
    """The whole table: every room's, and the project's own."""
    found = [Rule(f"config.{name}", *rest) for name, rest in OURS.items()]
    for app in apps.get_app_configs():
        module = f"{app.name}.retention"
        if app.name.startswith(("affiliate.", "content.")) and find_spec(module):
            found += [Rule(f"{app.label}.{name}", *rest) for name, rest in import_module(module).KEPT.items()]
    return sorted(found, key=lambda rule: rule.name)


def prune(*, dry_run: bool = False, only: str = "") -> dict[str, int]:
    """Throw away what is over, 500 rows a transaction; how many by name. With `dry_run` nothing goes. May be broken off
    and run again at any time.
    """
    now = timezone.now()
    asked = [rule for rule in rules() if rule.over is not None and only in ("", rule.name)]
    return {rule.name: rule.over(now).count() if dry_run else _prune(rule.over(now)) for rule in asked if rule.over}


def _prune(rows: models.QuerySet[Any]) -> int:
    gone = 0
    # The order of keys, so that two that prune at once take the same rows and wait for each other.
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        gone += rows.model._default_manager.filter(pk__in=keys).delete()[1].get(rows.model._meta.label, 0)
    return gone
