"""Authorising an account on the network's own page, coming back from there, and renewing tokens now."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from affiliate.connections import api as connections
from affiliate.connections import authorising, expiry, renewal
from affiliate.connections.admin.access import ACCOUNTS, back_to_page, chosen, named, page_of, permitted
from affiliate.networks.api import NetworkError

log = logging.getLogger("zhongcao.networks")


@never_cache
@require_safe
@permitted(ACCOUNTS)
def authorise(request: HttpRequest, slug: str) -> HttpResponse:
    """Go to the network's page. A link and no form: the admin's policy lets forms lead to this site alone."""
    account = chosen(request, slug)
    try:
        return HttpResponseRedirect(authorising.begin(slug, request.session, request.user.pk, account.name))
    except NetworkError as error:
        messages.error(request, f"{expiry.spoken_name(account)}: {connections.in_words(error)}")
        return redirect(page_of(slug, named(request)))


@never_cache
@require_safe
@permitted(ACCOUNTS)
def authorised(request: HttpRequest, slug: str) -> HttpResponse:
    """The network sent the browser back, with a code or without."""
    name = connections.network_name(slug)
    try:
        account = authorising.check_state(slug, request.GET.get("state", ""), request.session, request.user.pk)
        if "code" not in request.GET:
            messages.warning(request, _("%(name)s was not authorised; nothing was changed.") % {"name": name})
            return redirect("connections:networks")
        name = expiry.spoken_name(authorising.finish(slug, request.GET["code"], account))
    except authorising.Refused:
        sentence = _("This answer belongs to no authorisation that you began in the last ten minutes. Begin again.")
        messages.error(request, sentence)
    except NetworkError as error:
        messages.error(request, f"{name}: {connections.in_words(error)}")
    else:
        log.info("The account at %s was authorised by user %s.", slug, request.user.pk)
        messages.success(request, _("%(name)s is authorised. Its tokens are renewed by themselves.") % {"name": name})
    return redirect("connections:networks")


@require_POST
@permitted(ACCOUNTS)
def renew(request: HttpRequest, slug: str) -> HttpResponse:
    """Renew now, a person's word: even where an answer was lost."""
    account = chosen(request, slug)
    name = {"name": expiry.spoken_name(account)}
    if account.pk and renewal.renew(account.pk, insist=True):
        messages.success(request, _("The tokens of %(name)s were renewed.") % name)
    else:
        messages.error(request, _("The tokens of %(name)s were not renewed; why stands below.") % name)
    return back_to_page(request, slug)
