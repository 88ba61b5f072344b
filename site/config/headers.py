"""Headers that differ between the reader's pages and the admin."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config.media import SANDBOX

ADMIN_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    f"img-src 'self' blob: {' '.join(settings.PICTURE_ORIGINS)}; connect-src 'self'; "
    "font-src 'self' data:; frame-src 'self'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)


class HeadersMiddleware:
    """Wagtail's admin has date choosers as inline scripts and injects styles; nothing else may have either."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith("/admin/"):
            response.headers.setdefault("Content-Security-Policy", ADMIN_POLICY)
            response.headers["Referrer-Policy"] = "same-origin"
        elif request.path.startswith("/account/"):
            # Addresses of letters carry a key, and what stands here is one person's.
            response.headers["Referrer-Policy"] = "same-origin"
            response.headers.setdefault("Cache-Control", "private, no-store")
        if request.path.startswith("/documents/") and response.status_code == 200 and "Content-Disposition" in response:
            response.headers["Content-Security-Policy"] = SANDBOX
            response.headers["X-Content-Type-Options"] = "nosniff"
            response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response
