"""What happens to a request before anything looks at it: strangers' words about themselves are dropped, it gets its
name, and what became of it is counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from config import request_id
from config.client_ip import proxies
from config.metrics.counts import count_request

FORWARDED = ("HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST", "HTTP_X_REQUEST_ID")
PASSED_ON = "zhongcao.passed_on"
"""In the environ of a request that somebody says to have forwarded, whether we believe it or not."""


class ArrivalMiddleware:
    """Stands before all others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.monotonic()
        believe_only_our_proxies(request)
        name = request_id.named(request.META.get("HTTP_X_REQUEST_ID", ""))
        request.META[request_id.ENVIRON_KEY] = name
        token = request_id.current.set(name)
        try:
            response = self.get_response(request)
        finally:
            request_id.current.reset(token)
        response.headers[request_id.HEADER] = name
        count_request(request.path_info, response.status_code, time.monotonic() - started)
        return response


def believe_only_our_proxies(request: HttpRequest) -> None:
    """Drop what anybody but a proxy of ours says about who asks, and how, before anything reads it."""
    given = [name for name in FORWARDED if name in request.META]
    if "HTTP_X_FORWARDED_FOR" in given or "HTTP_X_FORWARDED_PROTO" in given:
        request.META[PASSED_ON] = True
    if given and request.META.get("REMOTE_ADDR", "") not in proxies(tuple(settings.TRUSTED_PROXIES)):
        for name in given:
            del request.META[name]
