"""Whether this process lives, and whether it can do its work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.core.cache import cache
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from config.models import Heartbeat

FRESH = {"Cache-Control": "no-store"}


class HealthMiddleware:
    """Answers ahead of everything else: a prober knows an address and not our host names, and speaks no https."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info == "/healthz":
            return healthz()
        return readyz() if request.path_info == "/readyz" else self.get_response(request)


def healthz() -> JsonResponse:
    """The process answers. Nothing else is asked, so that a slow database does not get web workers killed."""
    return JsonResponse({"ok": True}, headers=FRESH)


def readyz() -> JsonResponse:
    """Database reachable and migrated, cache reachable; a silent worker is reported but does not stop readers."""
    checks: dict[str, bool] = {}
    try:
        executor = MigrationExecutor(connection)
        checks["database"] = True
        checks["migrations"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        worker = Heartbeat.objects.filter(seen_at__gt=timezone.now() - timedelta(minutes=2)).exists()
    except Error:
        checks["database"] = checks["migrations"] = worker = False
    checks["cache"] = _cache_answers()
    ready = all(checks.values())
    answer = {"ok": ready, "checks": checks, "worker_alive": worker}
    return JsonResponse(answer, status=200 if ready else 503, headers=FRESH)


def _cache_answers() -> bool:
    try:
        cache.set("readyz", "1", 10)
        return bool(cache.get("readyz") == "1")
    except Exception:  # noqa: BLE001  whatever the client raises, the answer is no
        return False
