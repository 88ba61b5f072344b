"""Keeps the index with what pages say of themselves."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save
from wagtail.models import Page, PageViewRestriction

from affiliate.people.api import Author, handles_of
from content.pages.api import Post, post_placed, post_withdrawn
from content.search import index
from content.search.models import SearchEntry


def connect() -> None:
    """Called once, when the room is ready."""
    post_placed.connect(on_placed, dispatch_uid="search.placed")
    post_withdrawn.connect(on_withdrawn, dispatch_uid="search.withdrawn")
    post_save.connect(on_author_saved, sender=Author, dispatch_uid="search.author")
    post_save.connect(on_restricted, sender=PageViewRestriction, dispatch_uid="search.restricted")
    post_delete.connect(on_restricted, sender=PageViewRestriction, dispatch_uid="search.opened")


def on_placed(page: Post, **_kwargs: Any) -> None:
    index.put(page)


def on_withdrawn(page_id: int, **_kwargs: Any) -> None:
    index.remove(page_id)


def on_restricted(instance: PageViewRestriction, **_kwargs: Any) -> None:
    for page in Page.objects.descendant_of(instance.page, inclusive=True).live().specific():
        if isinstance(page, Post):
            index.put(page)


def on_author_saved(instance: Author, **_kwargs: Any) -> None:
    picture = instance.picture.url if instance.picture else ""
    SearchEntry.objects.filter(author_handle__in=handles_of(instance)).update(
        author_handle=instance.handle, author_name=instance.name, author_picture=picture
    )
