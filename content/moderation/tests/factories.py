"""A small cast: Amy and Ben write, Eve edits, Otto operates."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group

from affiliate.people.api import User
from content.moderation.api import EDITORS, OPERATORS, WRITERS, ensure_roles, ensure_site
from content.pages.api import ChannelPage, Post, ReviewPage

CAST = {"amy": WRITERS, "ben": WRITERS, "eve": EDITORS, "otto": OPERATORS}


def site() -> ChannelPage:
    """A front page with one channel, and the roles on it."""
    home = ensure_site()
    ensure_roles()
    found = ChannelPage.objects.first()
    return found or home.add_child(instance=ChannelPage(title="数码", slug="digital"))


def person(name: str) -> User:
    user, made = User.objects.get_or_create(username=name, defaults={"email": f"{name}@example.org"})
    if made:
        user.set_password("secret")
        user.save()
        user.groups.add(Group.objects.get(name=CAST[name]))
    return user


def draft(owner: User, title: str, *, kind: type[Post] = ReviewPage, **fields: Any) -> Post:
    """A post that nobody has published."""
    page = kind(title=title, owner=owner, live=False, **fields)
    site().add_child(instance=page)
    page.save_revision(user=owner)
    return page


def published(owner: User, title: str, **fields: Any) -> Post:
    page = draft(owner, title, **fields)
    page.latest_revision.publish()
    page.refresh_from_db()
    return page
