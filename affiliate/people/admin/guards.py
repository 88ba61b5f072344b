"""What an operator must not do with users: touch who may do more or something else, or make anybody more than they are.

Wagtail gives whoever may change users every user and every group, superusers and themselves included.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from affiliate.people import rights
from affiliate.people.models import User, me


def on_edit(request: HttpRequest, user: Any) -> None:
    """Nobody opens the form of somebody above or beside them; their own they may."""
    if user.pk != request.user.pk and not rights.may_manage(me(request), user):
        raise PermissionDenied


def on_delete(request: HttpRequest, user: Any) -> None:
    """Who is deleted is below who deletes."""
    if not rights.may_take_over(me(request), user):
        raise PermissionDenied


def on_bulk(request: HttpRequest, action_type: str, objects: list[Any], action: Any) -> None:
    """The same for many at once, and no role above one's own is given."""
    by = me(request)
    if by.is_superuser or User not in action.models:
        return
    if not all(rights.may_manage(by, user) for user in objects):
        raise PermissionDenied
    if action_type == "delete" and not all(rights.may_take_over(by, user) for user in objects):
        raise PermissionDenied
    role = action.cleaned_form.cleaned_data.get("role")
    if role is not None and role not in rights.groups_to_give(by):
        raise PermissionDenied
