"""Which of the shops that sell one product a reader is sent to: what is best for them, and never what pays us more."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from affiliate.catalog.api import Item
from content.blocks.offer import Offer, of_shop


@dataclass(frozen=True, slots=True)
class Shop:
    """One shop's offer of a product, with the code of the placement that leads there ("" while there is none)."""

    offer: Offer
    code: str
    as_of: str = ""
    """Source and time of the price, as a reader is told."""

    @property
    def exit_url(self) -> str:
        """The tracked link; empty where there is nothing to open."""
        return f"/go/{self.code}" if self.code and self.offer.alive else ""


def best_first(shops: Sequence[Shop], *, preview: bool = False) -> list[Shop]:
    """The shops in the order in which a reader should meet them, the writer's own (which comes first in `shops`)
    before equals.

    What can be bought, by a link that is tracked; of these a fresh price before an old one
    before none, and the lowest price after the coupon first. Only the first may be one that is dead: where all are.
    """
    ranked = sorted(enumerate(shops), key=lambda row: _rank(row[1], preview) + (row[0],))
    best, *others = [shop for _place, shop in ranked]
    return [best, *(shop for shop in others if _usable(shop, preview))]


def best_offer(item: Item, others: Sequence[Item], now: datetime, *, stopped: Collection[str]) -> Offer:
    """What a reader is told of a product where nothing leads to a shop: its best offer, whichever link there is."""
    shops = [Shop(of_shop(one, item, now, stopped=stopped), "") for one in (item, *others)]
    return best_first(shops, preview=True)[0].offer


def _usable(shop: Shop, preview: bool) -> bool:
    return shop.offer.alive and (preview or bool(shop.code))


def _rank(shop: Shop, preview: bool) -> tuple[bool, bool, int, int]:
    """Lower is better."""
    price = shop.offer.price_minor
    age = 2 if price is None else int(shop.offer.stale)
    return not _usable(shop, preview), not shop.offer.alive, age, price or 0
