"""Roles exist and the advertising file is guarded from the first migration on; posts are checked and filed."""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.db.models.signals import post_migrate
from wagtail.models import TaskState
from wagtail.signals import task_submitted

from content.pages.api import Post, post_placed, post_withdrawn

NEEDED = frozenset({"wagtailcore_grouppagepermission", "wagtailimages_image", "pages_homepage", "people_user"})


def make_roles(sender: Any, using: str, **_kwargs: Any) -> None:
    """After a migration of this room. A migration of part of the rooms leaves tables missing: then nothing is done."""
    from content.moderation import ad_triggers
    from content.moderation.roles import ensure_roles

    ad_triggers.create(using)
    if using == "default" and set(connections[using].introspection.table_names()) >= NEEDED:
        ensure_roles()


def on_placed(page: Post, **_kwargs: Any) -> None:
    from content.moderation import ad_file

    ad_file.record(page)


def on_withdrawn(page_id: int, **_kwargs: Any) -> None:
    from content.moderation import ad_file

    ad_file.end(page_id)


def on_submitted(instance: TaskState, **_kwargs: Any) -> None:
    """What the editors will be shown is kept with the rules it went by."""
    from content.moderation import ad_file

    post = instance.revision.as_object() if instance.revision else None
    if isinstance(post, Post):
        ad_file.run_checks(post, instance.revision_id, "submitted")


def connect(sender: Any) -> None:
    post_migrate.connect(make_roles, sender=sender, dispatch_uid="moderation.make_roles")
    post_placed.connect(on_placed, dispatch_uid="moderation.ad_placed")
    post_withdrawn.connect(on_withdrawn, dispatch_uid="moderation.ad_withdrawn")
    task_submitted.connect(on_submitted, dispatch_uid="moderation.checked")
