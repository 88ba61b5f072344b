"""Who may do what on the pages of networks, which account a request means, and where it came from."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from affiliate.connections import accounts
from affiliate.connections import api as connections
from affiliate.connections.models import Account
from affiliate.networks.api import BadInput, NetworkError, registry

SEE, CHANGE, ACCOUNTS = "connections.view_networkstate", "connections.change_networkstate", "connections.change_account"

View = Callable[..., HttpResponse]


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


def chosen(request: HttpRequest, slug: str) -> Account:
    """The account that the request names, the default where it names none. Raises Http404 for one that is not there."""
    try:
        return accounts.account_of(slug, named(request))
    except BadInput as exc:
        raise Http404 from exc


def named(request: HttpRequest) -> str:
    """The name of an account as the request gives it, "" where it came from the page of all networks."""
    return request.POST.get("account", "") or request.GET.get("account", "")


def back_to_page(request: HttpRequest, slug: str) -> HttpResponse:
    """To the network's own page where the request came from there, or else to that of all networks."""
    return redirect(page_of(slug, named(request)) if named(request) else reverse("connections:networks"))


def page_of(slug: str, account: str) -> str:
    """The page where one account's credentials are entered, the default's without a name."""
    query = f"?{urlencode({'account': account})}" if account else ""
    return reverse("connections:credentials", args=[slug]) + query


def told(name: str, error: NetworkError) -> str:
    """What went wrong with whom, for a message on top of a page."""
    return _("%(name)s: %(why)s") % {"name": name, "why": connections.in_words(error)}


def crumbs() -> list[dict[str, str]]:
    """The way to the page of all networks."""
    return [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        {"url": reverse("connections:networks"), "label": _("Networks")},
    ]
