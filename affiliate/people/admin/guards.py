"""What an operator must not do with users: make themselves more than they are, or touch who stands above them.

Wagtail gives whoever may change users the tick box of superusers and every group, their own included.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from affiliate.people.models import User


def on_create(request: HttpRequest) -> None:
    """Only a superuser makes superusers."""
    _refuse_superuser(request)


def on_edit(request: HttpRequest, user: Any) -> None:
    """Only a superuser edits superusers and makes them; nobody else changes their own groups."""
    if request.user.is_superuser:
        return
    if user.is_superuser:
        raise PermissionDenied
    _refuse_superuser(request)
    if request.method == "POST" and user.pk == request.user.pk:
        asked = set(request.POST.getlist("groups"))
        if asked != {str(pk) for pk in user.groups.values_list("pk", flat=True)}:
            raise PermissionDenied


def on_bulk(request: HttpRequest, _action_type: str, objects: list[Any], action: Any) -> None:
    """The same for many at once: no superuser is touched, and nobody gives themselves a role."""
    if request.user.is_superuser or User not in action.models:
        return
    if any(user.is_superuser or user.pk == request.user.pk for user in objects):
        raise PermissionDenied


def _refuse_superuser(request: HttpRequest) -> None:
    if request.method == "POST" and not request.user.is_superuser and request.POST.get("is_superuser"):
        raise PermissionDenied
