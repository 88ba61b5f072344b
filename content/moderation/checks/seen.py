"""A post as the checks see it: its words, and its goods with the block each stands in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from affiliate.catalog.api import Item
from content.moderation.checks.goods import Goods, sorts
from content.moderation.checks.texts import Text, texts_of
from content.pages.api import Post


@dataclass(frozen=True)
class Sold:
    """One product block that has an item."""

    item: Item
    value: Any
    sorts: frozenset[Goods] = field(default_factory=frozenset)

    @property
    def name(self) -> str:
        """As readers see it."""
        return str(self.value.title)[:60]


class Seen:
    """One look at one post."""

    def __init__(self, post: Post) -> None:
        self.post = post
        self.sold: Sequence[Sold] = [
            Sold(value.item, value, sorts(f"{value.item.title} {value.get('own_title') or ''}", value.item.category))
            for _path, value in post.products()
            if value.item is not None
        ]

    @cached_property
    def texts(self) -> list[Text]:
        return texts_of(self.post)

    def words(self, *places: str) -> str:
        """Everything that stands in these places, a line a text."""
        return "\n".join(text for where, text in self.texts if where in places)

    def said(self, name: str) -> str:
        """A field that not every kind of post has."""
        return str(getattr(self.post, name, "") or "")
