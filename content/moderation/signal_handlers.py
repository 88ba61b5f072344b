"""Roles exist from the first migration on."""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.db.models.signals import post_migrate

NEEDED = frozenset({"wagtailcore_grouppagepermission", "wagtailimages_image", "pages_homepage", "people_user"})


def make_roles(sender: Any, using: str, **_kwargs: Any) -> None:
    """After a migration of this room. A migration of part of the rooms leaves tables missing: then nothing is done."""
    from content.moderation.roles import ensure_roles

    if using == "default" and set(connections[using].introspection.table_names()) >= NEEDED:
        ensure_roles()


def connect(sender: Any) -> None:
    post_migrate.connect(make_roles, sender=sender, dispatch_uid="moderation.make_roles")
