"""How the house stands, read from the database when a monitoring system asks."""

from __future__ import annotations

import logging
import platform
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec

from django.apps import apps
from django.conf import settings
from django.db import Error, connection
from django.db.models import Case, Count, F, Min, When
from django.db.models.functions import Greatest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from config.mail.models import MailState, OutgoingMail
from config.metrics import calls
from config.models import ScheduledJob
from config.worker import orphans

logger = logging.getLogger("zhongcao.metrics")

AUDIT = "earnings.audit_ledger"
NEVER = datetime(9000, 1, 1, tzinfo=UTC)
MOST_SERIES = 60
"""Of one name. A measure that grew beyond is cut: a monitoring system dies of what nobody bounded."""

Value = float | Mapping[str, float]
Measures = dict[str, tuple[str, str, Callable[[], Value]]]
"""Name without `zhongcao_` → what it is, the label of its parts ("" for a plain number), and how it is read."""


class Standing:
    """A collector for a registry of its own: each time it is asked, it looks."""

    def collect(self) -> Iterator[Metric]:
        """Never raises: what cannot be read is missing, and `zhongcao_database_up` says so."""
        yield build_info()
        yield from disk()
        up = database_answers()
        yield GaugeMetricFamily("zhongcao_database_up", "Whether the database answers.", value=float(up))
        if up:
            for read in (tasks, jobs, ledger_audit, workers, mail, calls.families, of_rooms):
                try:
                    yield from read()
                except Error:
                    logger.exception("The measures of %s cannot be read.", read.__name__)


def database_answers() -> bool:
    """One question that costs nothing."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return True
    except Error:
        connection.close()
        return False


def build_info() -> Metric:
    """Which code this is, and on what it runs."""
    said = {
        "version": settings.VERSION,
        "python": platform.python_version(),
        "django": version("django"),
        "wagtail": version("wagtail"),
        "database": connection.vendor,
    }
    family = GaugeMetricFamily("zhongcao_build_info", "Version and surroundings.", labels=list(said))
    family.add_metric(list(said.values()), 1)
    return family


def disk() -> Iterator[Metric]:
    """Room that is left where the data stands."""
    room = shutil.disk_usage(settings.DATA_DIR)
    yield GaugeMetricFamily("zhongcao_disk_free_bytes", "Free bytes where DATA_DIR stands.", value=room.free)
    yield GaugeMetricFamily("zhongcao_disk_bytes", "Bytes of that disk in all.", value=room.total)


def tasks() -> Iterator[Metric]:
    """Background tasks by state, and how long the oldest due one has waited."""
    found = dict(DBTaskResult.objects.order_by().values_list("status").annotate(number=Count("pk")))
    due = DBTaskResult.objects.ready().order_by()
    # What is put off until tomorrow has not waited since yesterday; what may run at once carries a far day as its time.
    since = Case(When(run_after__gte=NEVER, then=F("enqueued_at")), default=Greatest("enqueued_at", "run_after"))
    oldest = due.aggregate(at=Min(since), number=Count("pk"))
    family = GaugeMetricFamily("zhongcao_tasks", "Background tasks by state.", labels=["state"])
    family.add_metric(["waiting"], oldest["number"])
    for state in ("RUNNING", "FAILED"):
        family.add_metric([state.lower()], found.get(state, 0))
    yield family
    age = max((timezone.now() - oldest["at"]).total_seconds(), 0.0) if oldest["at"] else 0.0
    yield GaugeMetricFamily(
        "zhongcao_task_oldest_waiting_seconds", "How long the oldest due task has waited.", value=age
    )


def jobs() -> Iterator[Metric]:
    """The schedule: when each job last ended, and whether that was well."""
    ended = GaugeMetricFamily("zhongcao_job_finished_timestamp_seconds", "When a job last ended.", labels=["job"])
    failed = GaugeMetricFamily("zhongcao_job_failed", "Whether a job's last turn failed.", labels=["job"])
    for job in ScheduledJob.objects.exclude(finished_at=None).order_by("name")[:MOST_SERIES]:
        ended.add_metric([job.name], job.finished_at.timestamp() if job.finished_at else 0)
        failed.add_metric([job.name], float(bool(job.error)))
    yield ended
    yield failed


def ledger_audit() -> Iterator[Metric]:
    """Whether the last audit of the book found it sound, and how old that is. Absent until the first one."""
    job = ScheduledJob.objects.filter(name=AUDIT).exclude(finished_at=None).first()
    if job is not None and job.finished_at is not None:
        age = max((timezone.now() - job.finished_at).total_seconds(), 0.0)
        yield GaugeMetricFamily("zhongcao_ledger_audit_ok", "Whether the book was sound.", value=float(not job.error))
        yield GaugeMetricFamily("zhongcao_ledger_audit_age_seconds", "How long ago that was looked at.", value=age)


def mail() -> Iterator[Metric]:
    """Mail that was given up, and that an operator may send again."""
    unsent = OutgoingMail.objects.filter(state=MailState.UNSENT).count()
    yield GaugeMetricFamily("zhongcao_mail_unsent", "Mail that could not be sent.", value=unsent)


def workers() -> Iterator[Metric]:
    """Background workers that gave a sign of life lately."""
    yield GaugeMetricFamily("zhongcao_workers_alive", "Background workers heard of lately.", value=orphans.alive())


def of_rooms() -> Iterator[Metric]:
    """What each room measures of itself: MEASURES in its `measures.py`."""
    for app in apps.get_app_configs():
        if app.name.startswith(("affiliate.", "content.")) and find_spec(f"{app.name}.measures"):
            measures: Measures = import_module(f"{app.name}.measures").MEASURES
            for name, (words, label, read) in measures.items():
                yield _family(f"zhongcao_{name}", words, label, read())


def _family(name: str, words: str, label: str, value: Value) -> Metric:
    kind = CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily
    if not isinstance(value, Mapping):
        return kind(name, words, value=value)
    family = kind(name, words, labels=[label])
    for part in sorted(value)[:MOST_SERIES]:
        family.add_metric([part], value[part])
    return family
