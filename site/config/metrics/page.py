"""`/metrics`: who may read it, and what it says."""

from __future__ import annotations

import hmac
import os
import time
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector

from affiliate.tracking.exit import counts
from config import gunicorn_hooks
from config.arrival import PASSED_ON
from config.client_ip import parsed
from config.metrics.standing import Standing

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
OLDEST = "zhongcao_click_queue_oldest"
REFUSED = (
    "These numbers are for the operator. Set METRICS_TOKEN and send it as 'Authorization: Bearer ...'; without a token"
    " they are answered to this machine alone, and only where no proxy can stand between.\n"
)


def metrics(request: HttpRequest) -> HttpResponse:
    """All measures as text, or a refusal in words."""
    if not may_read(request):
        answer = HttpResponse(REFUSED, status=403, content_type="text/plain; charset=utf-8")
        if settings.METRICS_TOKEN:
            answer.status_code = 401
            answer.headers["WWW-Authenticate"] = 'Bearer realm="metrics"'
    else:
        registry = CollectorRegistry()
        registry.register(Counters())
        registry.register(Standing())
        answer = HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def may_read(request: HttpRequest) -> bool:
    """Whoever has the token; without one, this machine itself, asking under its own name and for itself.

    A proxy on this machine looks like this machine. Whatever hints at one closes the door: a site on https or a named
    proxy (TRUSTED_PROXIES), a header that proxies add, a host name that readers use.
    """
    if settings.METRICS_TOKEN:
        scheme, _, given = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(
            given.strip().encode(), settings.METRICS_TOKEN.encode()
        )
    hints = (PASSED_ON, "HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP", "HTTP_X_FORWARDED_SERVER", "HTTP_CDN_LOOP")
    if settings.TRUSTED_PROXIES or settings.HTTPS or any(name in request.META for name in hints):
        return False
    return _is_loopback(request.META.get("REMOTE_ADDR", "")) and _is_loopback(_host(request))


class Counters(Collector):
    """What the processes of this gunicorn counted; this process alone where it runs without gunicorn."""

    def collect(self) -> Iterator[Metric]:
        """Everything of ours, the queue's age in place of the moment it is told by."""
        for family in self._families():
            if family.name == OLDEST:
                age = counts.age(max((sample.value for sample in family.samples), default=0.0), time.time())
                words = "How long the oldest click has waited to be stored."
                yield GaugeMetricFamily("zhongcao_click_queue_age_seconds", words, value=age)
            elif family.name.startswith("zhongcao_"):
                yield family

    def _families(self) -> Iterable[Metric]:
        if os.environ.get(gunicorn_hooks.VARIABLE):
            shared: Iterable[Metric] = MultiProcessCollector(None).collect()  # type: ignore[no-untyped-call]
            return shared
        return REGISTRY.collect()


def _host(request: HttpRequest) -> str:
    try:
        host = urlsplit(f"//{request.META.get('HTTP_HOST', '')}").hostname or ""
    except ValueError:
        return ""
    return "127.0.0.1" if host == "localhost" else host


def _is_loopback(address: str) -> bool:
    found = parsed(address)
    return found is not None and found.is_loopback
