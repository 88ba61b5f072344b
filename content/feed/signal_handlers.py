"""Signals that change what readers see, each handed to one plain function."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published

from affiliate.catalog.api import Coupon, Item
from affiliate.connections.api import NetworkState
from affiliate.people.api import Author
from affiliate.tracking.api import is_about_the_switch
from content.feed import cards, freshness
from content.feed.models import Card
from content.pages.api import ChannelPage, Post, post_placed, post_withdrawn


def connect() -> None:
    """Called once, when the room is ready."""
    post_placed.connect(on_placed, dispatch_uid="feed.placed")
    post_withdrawn.connect(on_withdrawn, dispatch_uid="feed.withdrawn")
    page_published.connect(on_published, dispatch_uid="feed.published")
    post_save.connect(on_author_saved, sender=Author, dispatch_uid="feed.author")
    post_save.connect(on_restricted, sender=PageViewRestriction, dispatch_uid="feed.restricted")
    post_delete.connect(on_restricted, sender=PageViewRestriction, dispatch_uid="feed.opened")
    post_save.connect(on_network_saved, sender=NetworkState, dispatch_uid="feed.network")
    for model in (Item, Coupon):
        post_save.connect(on_offer_changed, sender=model, dispatch_uid=f"feed.saved.{model.__name__}")
        post_delete.connect(on_offer_changed, sender=model, dispatch_uid=f"feed.deleted.{model.__name__}")


def on_placed(page: Post, **_kwargs: Any) -> None:
    cards.show_or_hide(page)


def on_withdrawn(page_id: int, **_kwargs: Any) -> None:
    cards.remove(page_id)


def on_restricted(instance: PageViewRestriction, **_kwargs: Any) -> None:
    for page in Page.objects.descendant_of(instance.page, inclusive=True).live().specific():
        if isinstance(page, Post):
            cards.show_or_hide(page)


def on_published(instance: Page, **_kwargs: Any) -> None:
    if isinstance(instance, ChannelPage):
        cards.refresh_channel(instance)
    freshness.bump()


def on_offer_changed(**_kwargs: Any) -> None:
    freshness.bump()


def on_network_saved(**told: Any) -> None:
    """A network that was switched off is offered on no page from now on, kept or new."""
    if is_about_the_switch(**told):
        freshness.bump()


def on_author_saved(instance: Author, **_kwargs: Any) -> None:
    picture = instance.picture.url if instance.picture else ""
    Card.objects.filter(author_id=instance.pk).update(
        author_name=instance.name, author_handle=instance.handle, author_picture=picture
    )
    freshness.bump()
