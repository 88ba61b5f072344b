"""Logins: throttled by name and by address, without an address at rest."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest
from django.utils import timezone

from config.client_ip import of_environ, proxies

WIDER = 5
"""So many times the limit of one name from one address is allowed to one address or to one name in all."""


class LoginHandler(AxesDatabaseHandler):  # type: ignore[misc]
    """Axes counts one name from one address; whoever changes the one or the other at every try is counted here."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Failures by axes' count, or a fifth of those of the address or of the name alone, whichever is more."""
        counted: int = super().get_failures(request, credentials)
        recent = AccessAttempt.objects.filter(attempt_time__gte=timezone.now() - cool_off())
        address = Q(ip_address=pseudonym_of(request))
        name = Q(username=name_of(request, credentials) or "")
        of_address, of_name = (
            recent.filter(who).aggregate(n=Sum("failures_since_start"))["n"] or 0 for who in (address, name)
        )
        return max(counted, of_address // WIDER, of_name // WIDER)


def name_of(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str | None:
    """The name that is tried, as it is counted: whoever varies the case of its letters tries the same name."""
    told = credentials if credentials is not None else getattr(request, "POST", {})
    name = (told or {}).get("username")
    return str(name).strip().lower() if name else None


def pseudonym_of(request: HttpRequest) -> str:
    """Who asks, as an address that stands for theirs: good for counting, and useless to whoever reads the database."""
    address = of_environ(request.META, proxies(tuple(settings.TRUSTED_PROXIES)))
    digest = hmac.new(settings.SECRET_KEY.encode(), f"login\n{address}".encode(), sha256).digest()
    return str(IPv6Address(b"\xfd" + digest[:15]))


def old_attempts(now: datetime) -> QuerySet[Any]:
    """What no longer counts."""
    rows: QuerySet[Any] = AccessAttempt.objects.filter(attempt_time__lt=now - cool_off())
    return rows


def cool_off() -> timedelta:
    """How long a failure counts."""
    return timedelta(hours=settings.AXES_COOLOFF_TIME)
