"""Keeps the index with what pages say of themselves."""

from __future__ import annotations

from typing import Any

from content.pages.api import Post, post_placed, post_withdrawn
from content.search import index


def connect() -> None:
    """Called once, when the room is ready."""
    post_placed.connect(on_placed, dispatch_uid="search.placed")
    post_withdrawn.connect(on_withdrawn, dispatch_uid="search.withdrawn")


def on_placed(page: Post, **_kwargs: Any) -> None:
    index.put(page)


def on_withdrawn(page_id: int, **_kwargs: Any) -> None:
    index.remove(page_id)
