"""Who may see which order lines. Money needs the permission to see commission, for one's own lines as well."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from affiliate.earnings.crediting import MANAGE
from affiliate.people.api import Author, author_of, may_view_commission


def sees_everybody(user: Any) -> bool:
    """An operator: sees all authors, the queue and the files."""
    return may_view_commission(user) and bool(user.has_perm(MANAGE))


def sees_own(user: Any) -> bool:
    """An author who may see commission."""
    return may_view_commission(user) and author_of(user) is not None


def may_open(user: Any) -> bool:
    """Whether there is anything for this user behind the menu item."""
    return sees_everybody(user) or sees_own(user)


def own_author(request: HttpRequest) -> Author:
    """The author whose lines the user may see as their own. Raises PermissionDenied."""
    author = author_of(request.user)
    if author is None or not sees_own(request.user):
        raise PermissionDenied
    return author


class OperatorsOnly:
    """Mixin of views: 403 for everybody else."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not sees_everybody(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
