"""A product card: an offer, the writer's words about it, our record of its price, and the way out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from content.blocks.approval import sentence_of
from content.blocks.choosing import Shop
from content.blocks.offer import Offer
from content.blocks.price_chart import Chart


@dataclass(frozen=True, slots=True)
class ProductCard:
    """Everything a card's template reads; made by content.pages.reading, free of queries."""

    anchor: str
    rank: int | None
    offer: Offer
    code: str
    preview: bool
    label: str
    label_key: str
    reason: str
    pros: tuple[str, ...]
    cons: tuple[str, ...]
    not_for: str
    usual_minor: int | None
    phrase: str
    sentence: str
    chart: Chart | None
    as_of: str
    ai: Any = ""
    """What a machine had to do with the writer's words; empty for nothing."""
    approval: str = ""
    """Number of the approval of medicine, devices and health food."""
    others: tuple[Shop, ...] = ()
    """Further shops that sell the same product now, the best for the reader first."""
    instead: bool = False
    """The shop that the writer chose cannot be bought from now; this one took its place."""

    @property
    def exit_url(self) -> str:
        """The tracked link; empty where there is nothing to open: previews, drafts, what was taken down."""
        return f"/go/{self.code}" if self.code and not self.preview and self.offer.alive else ""

    @property
    def above_usual(self) -> bool:
        """Whether one pays more than usual now: such a phrase is no praise."""
        return bool(self.usual_minor and self.offer.price_minor and self.offer.price_minor > self.usual_minor)

    @property
    def approval_sentence(self) -> str:
        """What the law wants beside goods of this approval."""
        return sentence_of(self.approval)

    @property
    def has_points(self) -> bool:
        """Whether the writer said more than one line."""
        return bool(self.pros or self.cons or self.not_for)

    @property
    def sells(self) -> bool:
        """Whether this card is a purchase link, as far as the label is concerned: a preview shows what will be."""
        return bool(self.code) or self.preview
