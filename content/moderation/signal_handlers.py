"""Roles exist from the first migration on; writers are told how the review of their posts ended."""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.db.models.signals import post_migrate, post_save
from wagtail.models import WorkflowState
from wagtail.signals import workflow_approved, workflow_rejected

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
    from content.moderation import letters
    from content.pages.api import ChannelPage

    post_save.connect(on_channel_made, sender=ChannelPage, dispatch_uid="moderation.channel")
    post_migrate.connect(make_roles, sender=sender, dispatch_uid="moderation.make_roles")
    # Under the names of Wagtail's own notices, which come later and find the place taken: nobody is told twice.
    approved, rejected = (f"workflow_state_{end}_email_notification" for end in ("approved", "rejected"))
    workflow_approved.connect(letters.tell_approved, sender=WorkflowState, dispatch_uid=approved)
    workflow_rejected.connect(letters.tell_returned, sender=WorkflowState, dispatch_uid=rejected)
