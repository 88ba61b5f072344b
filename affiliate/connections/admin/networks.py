"""The page of networks: their switches, breakers and accounts, and a test of each."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from affiliate.connections import accounts
from affiliate.connections import api as connections
from affiliate.connections.admin.forms import CredentialsForm
from affiliate.connections.checking import report
from affiliate.connections.models import NetworkState
from affiliate.networks.api import NetworkError, registry

log = logging.getLogger("zhongcao.networks")

SEE, CHANGE, ACCOUNTS = "connections.view_networkstate", "connections.change_networkstate", "connections.change_account"

View = Callable[..., HttpResponse]

KINDS = {
    "wait": _lazy("was asked too often"),
    "unavailable": _lazy("did not answer"),
    "protocol": _lazy("gave an answer that cannot be understood"),
    "reauthorise": _lazy("does not accept the credentials"),
    "permission": _lazy("does not permit this yet"),
    "not_found": _lazy("does not know what was asked for"),
    "not_promotable": _lazy("pays nothing for this"),
    "bad_input": _lazy("refused what was asked"),
    "off": _lazy("was not asked"),
}
"""What each kind of error means to an operator; the vendor's own words follow it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One network of the page."""

    slug: str
    name: str
    state: NetworkState
    configured: bool
    unreadable: bool
    """Credentials are kept that no key reads."""
    resting: bool
    """The breaker is open."""
    trouble: str
    """What went wrong last; empty where it has answered since."""

    @property
    def last_error(self) -> str:
        """How the last call failed: our sentence in the operator's language, and the network's own words."""
        sentence, _newline, theirs = self.state.last_error.partition("\n")
        return f"{_(sentence)} {theirs}" if sentence else ""


def permitted(permission: str) -> Callable[[View], View]:
    """Refuses who lacks the permission, and addresses of networks that are not registered."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.has_perm(permission):
                raise PermissionDenied
            if kwargs.get("slug", next(iter(registry.ADAPTERS))) not in registry.ADAPTERS:
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return guard


@require_safe
@permitted(SEE)
def show(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    rows = [
        Row(
            slug=state.network,
            name=connections.network_name(state.network),
            state=state,
            configured=connections.is_configured(state.network),
            unreadable=accounts.is_unreadable(state.network),
            resting=state.open_until is not None and state.open_until > now,
            trouble=_trouble(state),
        )
        for state in connections.states()
    ]
    context = {
        "rows": rows,
        "may_change": request.user.has_perm(CHANGE),
        "may_enter": request.user.has_perm(ACCOUNTS),
        "page_title": _("Networks"),
        "breadcrumbs_items": _crumbs(),
    }
    return render(request, "connections/networks.html", context)


@require_POST
@permitted(CHANGE)
def switch(request: HttpRequest, slug: str) -> HttpResponse:
    """The kill switch."""
    on = request.POST.get("on") == "1"
    connections.switch(slug, on)
    log.info("The network %s was switched %s by user %s.", slug, "on" if on else "off", request.user.pk)
    words = {"name": connections.network_name(slug)}
    done = _("%(name)s is switched on.") if on else _("%(name)s is switched off. No process calls it any more.")
    messages.success(request, done % words)
    return redirect("connections:networks")


@require_POST
@permitted(CHANGE)
def test(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask the network now, whatever its breaker says."""
    words = {"name": connections.network_name(slug)}
    try:
        found = report(slug)
    except NetworkError as error:
        messages.error(request, f"{words['name']}: {connections.in_words(error)}")
        return redirect("connections:networks")
    if found.ok:
        messages.success(request, _("%(name)s answers, and accepts the account.") % words)
    elif found.error is not None:
        messages.error(request, f"{words['name']}: {connections.in_words(found.error)}")
    elif found.missing:
        keys = {**words, "keys": ", ".join(found.missing)}
        messages.warning(request, _("%(name)s was not asked: %(keys)s missing.") % keys)
    else:
        messages.warning(request, _("%(name)s was not asked: it is switched off.") % words)
    return redirect("connections:networks")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permitted(ACCOUNTS)
def credentials(request: HttpRequest, slug: str) -> HttpResponse:
    """Enter credentials. The page never holds what is kept."""
    form = CredentialsForm(slug, request.POST if request.method == "POST" else None)
    name = connections.network_name(slug)
    if request.method == "POST" and form.is_valid():
        form.save()
        log.info("Credentials of %s were changed by user %s.", slug, request.user.pk)
        messages.success(request, _("The credentials of %(name)s are kept, encrypted.") % {"name": name})
        return redirect("connections:networks")
    context = {
        "form": form,
        "slug": slug,
        "page_title": name,
        "breadcrumbs_items": [*_crumbs(), {"url": "", "label": name}],
    }
    return render(request, "connections/credentials.html", context)


def _trouble(state: NetworkState) -> str:
    if state.last_error_at is None or (state.last_success_at or state.last_error_at) > state.last_error_at:
        return ""
    return str(KINDS.get(state.last_error_kind, state.last_error_kind))


def _crumbs() -> list[dict[str, str]]:
    return [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        {"url": reverse("connections:networks"), "label": _("Networks")},
    ]
