"""Roles exist from the first migration on."""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.db.models.signals import post_migrate, post_save

NEEDED = frozenset({"wagtailcore_grouppagepermission", "wagtailimages_image", "pages_homepage", "people_user"})


def make_roles(sender: Any, using: str, **_kwargs: Any) -> None:
    """After a migration of this room. A migration of part of the rooms leaves tables missing: then nothing is done."""
    from content.moderation.roles import ensure_roles

    if using == "default" and set(connections[using].introspection.table_names()) >= NEEDED:
        ensure_roles()


def on_channel_made(instance: Any, created: bool, raw: bool = False, **_kwargs: Any) -> None:
    """A new channel can be given to somebody at once."""
    from content.moderation.roles import ensure_category_editors

    if created and not raw:
        ensure_category_editors(instance)


def connect(sender: Any) -> None:
    from content.pages.api import ChannelPage

    post_save.connect(on_channel_made, sender=ChannelPage, dispatch_uid="moderation.channel")
    post_migrate.connect(make_roles, sender=sender, dispatch_uid="moderation.make_roles")
