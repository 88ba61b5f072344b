"""A network's accounts in the admin: their credentials, one more, another default, one less."""

from __future__ import annotations

import logging

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from affiliate.connections import accounts, authorising, expiry, roster
from affiliate.connections import api as connections
from affiliate.connections.admin.access import ACCOUNTS, CHANGE, back_to_page, chosen, crumbs, page_of, permitted, told
from affiliate.connections.admin.account_rows import row_of
from affiliate.connections.admin.forms import AccountForm, CredentialsForm
from affiliate.connections.models import Account
from affiliate.networks.api import BadInput, registry

log = logging.getLogger("zhongcao.networks")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permitted(ACCOUNTS)
def credentials(request: HttpRequest, slug: str) -> HttpResponse:
    """The network's accounts, and the credentials of one of them to enter. The page never holds what is kept."""
    account = chosen(request, slug)
    form = CredentialsForm(account, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        form.save()
        log.info("Credentials of %s were changed by user %s.", account, request.user.pk)
        name = {"name": expiry.spoken_name(account)}
        messages.success(request, _("The credentials of %(name)s are kept, encrypted.") % name)
        return back_to_page(request, slug)
    return _page(request, account, form, AccountForm())


@never_cache
@require_POST
@permitted(ACCOUNTS)
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """One more account; its credentials are entered next."""
    form = AccountForm(request.POST)
    if form.is_valid():
        try:
            account = roster.add(slug, form.cleaned_data["name"])
        except BadInput as error:
            form.add_error("name", connections.in_words(error))
        else:
            log.info("The account %s was added by user %s.", account, request.user.pk)
            return redirect(page_of(slug, account.name))
    default = accounts.account_of(slug)
    return _page(request, default, CredentialsForm(default), form)


@require_POST
@permitted(ACCOUNTS)
def make_default(request: HttpRequest, slug: str) -> HttpResponse:
    """Links are made with this account from now on."""
    account = chosen(request, slug)
    name = {"name": expiry.spoken_name(account)}
    try:
        roster.make_default(slug, account.name)
    except BadInput as error:
        messages.error(request, told(name["name"], error))
    else:
        log.info("The account %s was made the default by user %s.", account, request.user.pk)
        said = _("Links are made with %(name)s from now on; those already made are being fetched anew.")
        messages.success(request, said % name)
    return back_to_page(request, slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permitted(ACCOUNTS)
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask first; then forget the account and its credentials."""
    account = chosen(request, slug)
    name = {"name": expiry.spoken_name(account)}
    if request.method == "POST":
        try:
            roster.remove(slug, account.name)
        except BadInput as error:
            messages.error(request, told(name["name"], error))
            return back_to_page(request, slug)
        log.info("The account %s was removed by user %s.", account, request.user.pk)
        messages.success(request, _("%(name)s and its credentials were removed. Its orders stay.") % name)
        return redirect("connections:credentials", slug)
    title = _("Remove %(name)s") % name
    back = {"url": page_of(slug, account.name), "label": connections.network_name(slug)}
    context = {
        "slug": slug,
        "account": row_of(account, timezone.now()),
        "page_title": title,
        "breadcrumbs_items": [*crumbs(), back, {"url": "", "label": title}],
    }
    return render(request, "connections/remove_account.html", context)


def _page(request: HttpRequest, account: Account, form: CredentialsForm, one_more: AccountForm) -> HttpResponse:
    """The network's page with one of its accounts open."""
    slug, now = account.network, timezone.now()
    kind, rows = registry.adapter_class(slug), [row_of(one, now) for one in accounts.of_network(slug)]
    context = {
        "form": form,
        "one_more": one_more,
        "slug": slug,
        "accounts": rows if kind.credential_keys else [],
        "open": row_of(account, now),
        "may_change": request.user.has_perm(CHANGE),
        "authorises": kind.capabilities.authorises,
        "back_to": authorising.back_to(slug),
        "page_title": connections.network_name(slug),
        "breadcrumbs_items": [*crumbs(), {"url": "", "label": connections.network_name(slug)}],
    }
    return render(request, "connections/credentials.html", context)
