"""Whether this process lives, and whether it can do its work."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from config.metrics.page import metrics
from config.worker import orphans

FRESH = {"Cache-Control": "no-store"}
MEGABYTE = 1024 * 1024


class HealthMiddleware:
    """Answers ahead of everything else: a prober knows an address and not our host names, and speaks no https."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info == "/healthz":
            return healthz()
        if request.path_info == "/readyz":
            return readyz()
        return metrics(request) if request.path_info == "/metrics" else self.get_response(request)


def healthz() -> JsonResponse:
    """The process answers. Nothing else is asked, so that a slow database does not get web workers killed."""
    return JsonResponse({"ok": True}, headers=FRESH)


def readyz() -> JsonResponse:
    """Database reachable and migrated, cache reachable. What another web process would do no better is reported and
    does not send readers away: a silent worker, a disk that is nearly full.
    """
    checks: dict[str, bool] = {}
    try:
        checks["database"] = _database_answers()
        checks["migrations"] = _Migrated.look()
        worker = orphans.alive() > 0
    except Error:
        connection.close()
        checks["database"] = checks["migrations"] = worker = False
    checks["cache"] = _cache_answers()
    ready = all(checks.values())
    answer = {"ok": ready, "checks": checks, "worker_alive": worker, "disk_low": _disk_is_low()}
    return JsonResponse(answer, status=200 if ready else 503, headers=FRESH)


def _database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


class _Migrated:
    """Whether the database has all migrations of this code. Once it has, neither goes back while the process lives,
    and a prober need not have every migration read from disk each few seconds.
    """

    known = False

    @classmethod
    def look(cls) -> bool:
        if not cls.known:
            executor = MigrationExecutor(connection)
            cls.known = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        return cls.known


def _cache_answers() -> bool:
    try:
        cache.set("readyz", "1", 10)
        return bool(cache.get("readyz") == "1")
    except Exception:  # noqa: BLE001  whatever the client raises, the answer is no
        return False


def _disk_is_low() -> bool:
    """Less than DISK_LOW_MB left where the data stands; so is a disk that cannot be asked."""
    try:
        return shutil.disk_usage(settings.DATA_DIR).free < settings.DISK_LOW_MB * MEGABYTE
    except OSError:
        return True
