"""What people keeps of a person: handed out on request, and forgotten when the account is closed."""

from __future__ import annotations

from typing import Any

from affiliate.people.models import Author, User, author_of

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
        "member_of_agencies": sorted(user.agencies.values_list("name", flat=True)),
    }


def _author(author: Author) -> dict[str, Any]:
    return {
        "handle": author.handle,
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
    user.username, user.email, user.first_name, user.last_name = f"gone-{key}", "", "", ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.set_unusable_password()
    user.save()
    user.groups.clear()
    user.user_permissions.clear()
    user.agencies.clear()
    if author is not None:
        if author.picture:
            author.picture.delete(save=False)
        author.handle, author.name = f"gone-{key}", FORMER_AUTHOR
        author.role_line = author.introduction = author.disclosure = ""
        author.save()
