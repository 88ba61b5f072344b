"""The page of networks: their switches, breakers and accounts, and a test of each."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from affiliate.connections import api as connections
from affiliate.connections import expiry
from affiliate.connections.admin import listing
from affiliate.connections.admin.access import ACCOUNTS, CHANGE, SEE, back_to_page, chosen, crumbs, permitted, told
from affiliate.connections.checking import report
from affiliate.networks.api import NetworkError

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
        "breadcrumbs_items": crumbs(),
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
    off = _("%(name)s is switched off. It is not called, and its links lead nowhere.")
    done = _("%(name)s is switched on.") if on else off
    messages.success(request, done % words)
    return redirect("connections:networks")


@require_POST
@permitted(CHANGE)
def test(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask the network now with one of its accounts, whatever its breaker says."""
    account = chosen(request, slug)
    words = {"name": expiry.spoken_name(account)}
    try:
        found = report(slug, account.name)
    except NetworkError as error:
        messages.error(request, told(words["name"], error))
        return back_to_page(request, slug)
    if found.ok:
        messages.success(request, _("%(name)s answers, and accepts the account.") % words)
    elif found.error is not None:
        messages.error(request, told(words["name"], found.error))
    elif found.missing:
        keys = {**words, "keys": ", ".join(found.missing)}
        messages.warning(request, _("%(name)s was not asked: %(keys)s missing.") % keys)
    else:
        messages.warning(request, _("%(name)s was not asked: it is switched off.") % words)
    return back_to_page(request, slug)
