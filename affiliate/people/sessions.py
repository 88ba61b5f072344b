"""Where somebody is logged in, and the end of any of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from affiliate.people.agents import in_words


@never_cache
@login_required
def show(request: HttpRequest) -> HttpResponse:
    """The sessions that still live, this one first."""
    key = request.session.session_key
    found = UserSession.objects.purge_and_list(request.user)
    found.sort(key=lambda session: (session.session_key != key, -session.last_seen_at.timestamp()))
    rows: list[dict[str, Any]] = [
        {
            "pk": session.pk,
            "device": in_words(session.user_agent),
            "since": session.created_at,
            "seen": session.last_seen_at,
            "here": session.session_key == key,
        }
        for session in found
    ]
    return render(request, "account/sessions.html", {"rows": rows})


@require_POST
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's own sessions. That of somebody else does not exist here."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    here = session.session_key == request.session.session_key
    session.end()
    if here:
        request.session.flush()
        return redirect("account_login")
    messages.success(request, _("That session has ended."))
    return redirect("usersessions_list")


@require_POST
@login_required
def end_others(request: HttpRequest) -> HttpResponse:
    """End every session but this one."""
    others = UserSession.objects.filter(user=request.user).exclude(session_key=request.session.session_key)
    count = 0
    for session in others:
        session.end()
        count += 1
    messages.success(request, _("Sessions ended: %(count)s.") % {"count": count})
    return redirect("usersessions_list")


def forget_sessions() -> None:
    """What has expired is thrown away, with what was noted of it."""
    call_command("clearsessions", verbosity=0)
    UserSession.objects.filter(
        last_seen_at__lt=timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    ).delete()
