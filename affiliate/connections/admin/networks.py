"""The page of networks: their switches, breakers and accounts, and a test of each."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from affiliate.connections import api as connections
from affiliate.connections import authorising
from affiliate.connections.admin import listing
from affiliate.connections.admin.access import ACCOUNTS, CHANGE, SEE, permitted
from affiliate.connections.admin.forms import CredentialsForm
from affiliate.connections.checking import report
from affiliate.networks.api import NetworkError, registry

log = logging.getLogger("zhongcao.networks")


@require_safe
@permitted(SEE)
def show(request: HttpRequest) -> HttpResponse:
    rows = listing.rows()
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
        "authorises": registry.adapter_class(slug).capabilities.authorises,
        "back_to": authorising.back_to(slug),
        "page_title": name,
        "breadcrumbs_items": [*_crumbs(), {"url": "", "label": name}],
    }
    return render(request, "connections/credentials.html", context)


def _crumbs() -> list[dict[str, str]]:
    return [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        {"url": reverse("connections:networks"), "label": _("Networks")},
    ]
