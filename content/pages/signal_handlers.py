"""Wagtail's signals, each handed to one plain function of publish.py."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save, pre_save
from wagtail.images import get_image_model
from wagtail.models import Page, TaskState
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move, task_submitted

from affiliate.catalog.api import joins_changed
from affiliate.tracking.api import pages_showing
from content.pages import ai, pictures, publish, tasks
from content.pages.legal import LegalPage, keep_version
from content.pages.post import Post


def connect() -> None:
    """Called once, when the room is ready."""
    page_published.connect(on_published, dispatch_uid="pages.published")
    page_unpublished.connect(on_unpublished, dispatch_uid="pages.unpublished")
    page_slug_changed.connect(on_address_changed, dispatch_uid="pages.slug_changed")
    post_page_move.connect(on_address_changed, dispatch_uid="pages.moved")
    task_submitted.connect(on_submitted, dispatch_uid="pages.submitted")
    for model in Post.__subclasses__():
        post_delete.connect(on_deleted, sender=model, dispatch_uid=f"pages.deleted.{model.__name__}")
    joins_changed.connect(on_joins_changed, dispatch_uid="pages.joins_changed")
    image = get_image_model()
    pre_save.connect(before_picture, sender=image, dispatch_uid="pages.ai.look")
    post_save.connect(after_picture, sender=image, dispatch_uid="pages.ai.keep")
    pre_save.connect(before_rendition, sender=image.get_rendition_model(), dispatch_uid="pages.ai.carry")


def on_published(instance: Page, **_kwargs: Any) -> None:
    # Wagtail sends this also for a post that is only scheduled: nothing of it may be placed or listed before its hour.
    if isinstance(instance, Post) and instance.live:
        publish.place(instance)
    elif isinstance(instance, LegalPage) and instance.live:
        keep_version(instance)


def on_submitted(instance: TaskState, **_kwargs: Any) -> None:
    """An approval publishes within its own transaction, which should not wait for pictures: they are made before."""
    post = instance.revision.as_object() if instance.revision else None
    if isinstance(post, Post):
        pictures.make_unlocked(post)


def on_unpublished(instance: Page, **_kwargs: Any) -> None:
    if isinstance(instance, Post):
        publish.withdraw(instance.pk)


def on_deleted(instance: Post, **_kwargs: Any) -> None:
    publish.withdraw(instance.pk)


def on_address_changed(instance: Page, **_kwargs: Any) -> None:
    """A moved page keeps its author and its codes; only its address is written anew."""
    for page in Page.objects.descendant_of(instance, inclusive=True).live().specific():
        if isinstance(page, Post):
            publish.place(page)


def on_joins_changed(item_ids: list[int], **_kwargs: Any) -> None:
    """Posts about any of these items offer other shops now. The task is kept with the change itself, or not at all."""
    if page_ids := pages_showing(item_ids):
        tasks.place_pages.enqueue(page_ids)


def before_picture(instance: Any, **_kwargs: Any) -> None:
    ai.look(instance)


def after_picture(instance: Any, **_kwargs: Any) -> None:
    ai.keep(instance)


def before_rendition(instance: Any, **_kwargs: Any) -> None:
    ai.carry(instance)
