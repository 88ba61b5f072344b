"""What people keeps of a person: handed out on request, and forgotten when the account is closed."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from affiliate.people.models import Application, Author, Invitation, User, author_of
from affiliate.people.retired import retire

FORMER_AUTHOR = "已注销作者"
"""In place of a name, on posts that stay. Readers are told this in the site's first language."""


def personal_data(user: User) -> dict[str, Any]:
    """Login, profile and agencies, without the password's digest."""
    author = author_of(user)
    return {
        "login": {
            "username": user.username,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "email": user.email,
            "joined_at": user.date_joined,
            "last_login_at": user.last_login,
            "groups": sorted(user.groups.values_list("name", flat=True)),
        },
        "author": _author(author) if author else None,
        "applications": list(user.applications.order_by("pk").values("name", "handle", "about", "state", "created_at")),
        "consents": list(user.consents.order_by("pk").values("kind", "version", "given_at", "withdrawn_at")),
        "member_of_agencies": sorted(user.agencies.values_list("name", flat=True)),
    }


def _author(author: Author) -> dict[str, Any]:
    return {
        "handle": author.handle,
        "handles_before": sorted(author.handles.exclude(handle=author.handle).values_list("handle", flat=True)),
        "name": author.name,
        "in_one_line": author.role_line,
        "introduction": author.introduction,
        "conflicts_of_interest": author.disclosure,
        "picture": author.picture.url if author.picture else None,
        "agency": author.agency.name if author.agency else None,
        "since": author.created_at,
    }


def forget(user: User, key: str) -> None:
    """Put `key` in the place of the person. The rows stay, because posts and the book name them; nobody can log in."""
    author = author_of(user)
    Application.objects.filter(user=user).delete()
    Invitation.objects.filter(Q(accepted_by=user) | Q(email__iexact=user.email)).delete()
    user.username, user.email, user.first_name, user.last_name = f"gone-{key}", "", "", ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.set_unusable_password()
    user.save()
    user.groups.clear()
    user.user_permissions.clear()
    user.agencies.clear()
    user.consents.filter(withdrawn_at=None).update(withdrawn_at=timezone.now())
    if author is not None:
        if author.picture:
            storage, name = author.picture.storage, str(author.picture.name)
            transaction.on_commit(partial(storage.delete, name), robust=True)
            author.picture = ""
        author.handle, author.name = f"gone-{key}", FORMER_AUTHOR
        author.role_line = author.introduction = author.disclosure = ""
        author.save()
        for held in author.handles.exclude(handle=author.handle):
            retire(held.handle)
            held.delete()
