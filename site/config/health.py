"""Whether this process lives, and whether it can do its work."""

from __future__ import annotations

from datetime import timedelta

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from config.models import Heartbeat


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers. Nothing else is asked, so that a slow database does not get web workers killed."""
    return JsonResponse({"ok": True})


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Database reachable and migrated, cache reachable; a silent worker is reported but does not stop readers."""
    checks: dict[str, bool] = {}
    try:
        executor = MigrationExecutor(connection)
        checks["database"] = True
        checks["migrations"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        worker = Heartbeat.objects.filter(seen_at__gt=timezone.now() - timedelta(minutes=2)).exists()
    except DatabaseError:
        checks["database"] = checks["migrations"] = worker = False
    checks["cache"] = _cache_answers()
    ready = all(checks.values())
    return JsonResponse({"ok": ready, "checks": checks, "worker_alive": worker}, status=200 if ready else 503)


def _cache_answers() -> bool:
    try:
        cache.set("readyz", "1", 10)
        return bool(cache.get("readyz") == "1")
    except Exception:  # noqa: BLE001  whatever the client raises, the answer is no
        return False
