"""Roles exist and the advertising file is guarded from the first migration on; posts are checked and filed, and writers
told how the review of them ended.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connections
from django.db.models.signals import post_migrate, post_save, pre_save
from wagtail.models import TaskState, WorkflowState
from wagtail.signals import task_submitted, workflow_approved, workflow_rejected

from content.pages.api import ChannelPage, Post, post_placed, post_withdrawn

NEEDED = frozenset({"wagtailcore_grouppagepermission", "wagtailimages_image", "pages_homepage", "people_user"})


def make_roles(sender: Any, using: str, **_kwargs: Any) -> None:
    """After a migration of this room. A migration of part of the rooms leaves tables missing: then nothing is done."""
    from content.moderation import ad_triggers
    from content.moderation.roles import ensure_roles

    ad_triggers.create(using)
    if using == "default" and set(connections[using].introspection.table_names()) >= NEEDED:
        ensure_roles()


def on_channel_made(instance: Any, created: bool, raw: bool = False, **_kwargs: Any) -> None:
    """A new channel can be given to somebody at once."""
    from content.moderation.roles import ensure_category_editors

    if created and not raw:
        ensure_category_editors(instance)


def on_placed(page: Post, **_kwargs: Any) -> None:
    from content.moderation import ad_file

    ad_file.record(page)


def on_withdrawn(page_id: int, **_kwargs: Any) -> None:
    from content.moderation import ad_file

    ad_file.end(page_id)


def on_submitted(instance: TaskState, **_kwargs: Any) -> None:
    """What the editors will be shown is kept with the rules it went by."""
    from content.moderation import ad_file, landing, tasks

    post = instance.revision.as_object() if instance.revision else None
    if isinstance(post, Post):
        ad_file.run_checks(post, instance.revision_id, "submitted")
        tasks.try_landings.enqueue(sorted(landing.items_of(post)))


def before_approval(instance: TaskState, **_kwargs: Any) -> None:
    """However an approval comes: what is stopped and not let pass does not go live by it. Raises PermissionDenied."""
    from content.moderation.overrides import still_blocking

    if instance.status != TaskState.STATUS_APPROVED or instance.revision is None:
        return
    was = TaskState.objects.filter(pk=instance.pk).values_list("status", flat=True).first()
    post = instance.revision.as_object()
    if was != TaskState.STATUS_APPROVED and isinstance(post, Post) and still_blocking(post):
        raise PermissionDenied


def connect(sender: Any) -> None:
    from content.moderation import letters

    post_save.connect(on_channel_made, sender=ChannelPage, dispatch_uid="moderation.channel")
    post_migrate.connect(make_roles, sender=sender, dispatch_uid="moderation.make_roles")
    # Under the names of Wagtail's own notices, which come later and find the place taken: nobody is told twice.
    approved, rejected = (f"workflow_state_{end}_email_notification" for end in ("approved", "rejected"))
    workflow_approved.connect(letters.tell_approved, sender=WorkflowState, dispatch_uid=approved)
    workflow_rejected.connect(letters.tell_returned, sender=WorkflowState, dispatch_uid=rejected)
    post_placed.connect(on_placed, dispatch_uid="moderation.ad_placed")
    post_withdrawn.connect(on_withdrawn, dispatch_uid="moderation.ad_withdrawn")
    for state in (TaskState, *TaskState.__subclasses__()):
        pre_save.connect(before_approval, sender=state, dispatch_uid=f"moderation.approval.{state.__name__}")
    task_submitted.connect(on_submitted, dispatch_uid="moderation.checked")
