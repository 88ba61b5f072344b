"""What publishing a post does beyond Wagtail: its author of record and its placements, in one transaction."""

from __future__ import annotations

from django.db import transaction
from wagtail.models import Page

from affiliate.catalog.api import same_product
from affiliate.people.api import Author, ensure_author
from affiliate.tracking import api as tracking
from affiliate.tracking.api import BlockRef, PageRef
from content.pages.address import address
from content.pages.post import Post
from content.pages.signals import post_placed, post_withdrawn


def author_of_record(page: Post) -> Author | None:
    """The page's author, set from its owner where there is none yet, and never overwritten."""
    if page.author is None and page.owner is not None:
        page.author = ensure_author(page.owner)
        type(page).objects.filter(pk=page.pk, author=None).update(author=page.author)
    return page.author


def block_refs(page: Post) -> list[BlockRef]:
    """Every product block that has an item, in reading order, followed by the other shops that sell the same product:
    each shop is a placement of its own.
    """
    blocks = [
        (place, path, value, value.item)
        for place, (path, value) in enumerate(page.products(), start=1)
        if value.item is not None
    ]
    joined = same_product(chosen for _place, _path, _value, chosen in blocks)
    return [
        BlockRef(path=path, item_pk=item.pk, label=str(value.label_text or value.title)[:100], position=place)
        for place, path, value, chosen in blocks
        for item in (chosen, *joined[chosen.pk])
    ]


def place(page: Post) -> None:
    """Give every product block of a live post exactly one live placement, then tell the other rooms."""
    with transaction.atomic():
        author = author_of_record(page)
        if author is not None:
            tracking.sync_placements(PageRef(id=page.pk, title=page.title, url=address(page)), author, block_refs(page))
        post_placed.send(sender=type(page), page=page)


def place_again(page_ids: list[int]) -> None:
    """Bring the placements of live posts in line with the shops that now sell their products."""
    for page in Page.objects.filter(pk__in=page_ids).live().specific():
        if isinstance(page, Post):
            place(page)


def withdraw(page_id: int) -> None:
    """Retire the placements of a post that is gone; their codes keep leading where they led."""
    with transaction.atomic():
        tracking.retire_page(page_id)
        post_withdrawn.send(sender=Post, page_id=page_id)
