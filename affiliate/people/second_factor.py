"""A second factor for those who can do harm: who must have one, and the admin that stays shut until they have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from affiliate.people.roles import NEEDS_SECOND_FACTOR

REQUIRED, OPTIONAL = "required", "optional"
ADMIN, SET_UP = "/admin/", "/account/2fa/"
OPEN = frozenset({"/admin/login/", "/admin/logout/"})
"""Addresses of the admin that lead in and out of it."""
KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What counts: recovery codes alone are no factor, but a way back to one."""


def has_one(user: Any) -> bool:
    """Whether the user has an authenticator app or a passkey."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=KINDS).exists())


def is_due(user: Any) -> bool:
    """Whether this user must set a second factor up before the admin opens. Superusers hold every permission."""
    if settings.SECOND_FACTOR != REQUIRED or not user.is_authenticated:
        return False
    return bool(user.has_perm(NEEDS_SECOND_FACTOR)) and not has_one(user)


class SecondFactorMiddleware:
    """Sends whoever lacks a factor to the page where it is set up; what a script asks for is refused in words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if path.startswith(ADMIN) and path not in OPEN and is_due(request.user):
            return self._refuse(request)
        if path.startswith(SET_UP):
            request.second_factor_due = is_due(request.user)  # type: ignore[attr-defined]
        return self.get_response(request)

    def _refuse(self, request: HttpRequest) -> HttpResponse:
        said = _("Your role needs a second factor. Set one up, then the admin opens.")
        if request.headers.get("X-Requested-With") == "XMLHttpRequest":
            return JsonResponse({"error": said}, status=403)
        return redirect("mfa_index")  # which says it
