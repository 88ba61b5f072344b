"""Who may do what on the pages of networks."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from affiliate.networks.api import registry

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
