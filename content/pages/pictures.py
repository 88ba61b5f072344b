"""Makes every size of a post's pictures before readers ask for it: none of them waits, and a process that only serves
readers never loads what it takes to encode.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import connection, transaction

from content.blocks.api import rendition

COVER = "fill-1200x675|format-webp"
CARD_COVER = "fill-800x450|format-webp"
SMALL_COVER = "fill-192x192|format-webp"
SHARE_AD = "fill-1200x630|adlabel|format-jpeg"
SHARE_CARD = "reader/share-ad.png"
"""What chats show of a shared link: not all of them know WebP. A post that sells has 广告 burnt in."""


def make(post: Any) -> None:
    """Every size that a reader may be shown."""
    sells = any(value.item is not None for _path, value in post.products())
    for size in (COVER, CARD_COVER, SMALL_COVER, *((SHARE_AD,) if sells else ())):
        rendition(post.cover, size)
    for child in post.body:
        if child.block_type == "picture":
            child.value.renditions()


def make_unlocked(post: Any) -> None:
    """The same, but never while the transaction at hand keeps other writers waiting: now, or after it."""
    if connection.in_atomic_block:
        transaction.on_commit(partial(make, post), robust=True)
    else:
        make(post)
