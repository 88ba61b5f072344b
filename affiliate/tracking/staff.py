"""Gives whoever is logged in the cookie by which the exit knows staff: their clicks are not counted."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from affiliate.tracking.exit.staff import COOKIE, sign

PATH = "/go/"
MARK = "staff_cookie_until"
LIFETIME = 30 * 86_400
RENEW_BEFORE = 15 * 86_400


class StaffCookieMiddleware:
    """Sets the cookie once per session, renews it in time, takes it away after the logout.

    It is sent to tracked links only, so that readers' pages stay the same for everybody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        had_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        response = self.get_response(request)
        # A visitor without a session stays without one: nothing is looked up for them.
        if had_session or getattr(request.session, "modified", False):
            self._keep(request, response, had_session)
        return response

    def _keep(self, request: HttpRequest, response: HttpResponse, had_session: bool) -> None:
        now = int(time.time())
        if not request.user.is_authenticated:
            if had_session:
                response.delete_cookie(COOKIE, path=PATH, samesite="Lax")
        elif int(request.session.get(MARK, 0)) < now + RENEW_BEFORE:
            request.session[MARK] = now + LIFETIME
            response.set_cookie(
                COOKIE,
                sign(now + LIFETIME, settings.SECRET_KEY),
                max_age=LIFETIME,
                path=PATH,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
