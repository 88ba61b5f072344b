"""The shop that a card of a listing leads to: the same that its post would send a reader to now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from affiliate.catalog.api import Item
from affiliate.tracking.api import Placement, codes_of_pages
from content.blocks.api import Shop, best_first, of_shop
from content.feed.models import Card

Joined = Mapping[int, Sequence[Item]]
"""By an item's id, the others of its product."""


def best_of(
    cards: Sequence[Card], items: Mapping[int, Item], joined: Joined, now: datetime, stopped: Collection[str]
) -> dict[int, Shop]:
    """By page, for cards whose main item is joined to others; one query for all of them, none where none is."""
    main = [(card, item) for card in cards if card.code and (item := items.get(card.item_id or 0)) is not None]
    several = [(card, item, joined[item.pk]) for card, item in main if joined[item.pk]]
    if not several:
        return {}
    placements = codes_of_pages([card.pk for card, _item, _others in several])
    found = {}
    for card, item, others in several:
        codes = _codes_beside(card.code, placements.get(card.pk, []))
        offers = [of_shop(one, item, now, stopped=stopped) for one in (item, *others)]
        found[card.pk] = best_first([Shop(offer, codes.get(offer.item_pk, "")) for offer in offers])[0]
    return found


def _codes_beside(code: str, placements: Sequence[Placement]) -> dict[int, str]:
    """The codes of the block that has this one, by item."""
    path = next((placement.block_path for placement in placements if placement.code == code), None)
    return {placement.item_id: placement.code for placement in placements if placement.block_path == path}


def each_product_once(shops: Iterable[tuple[Item, Shop]]) -> list[Shop]:
    """Of each product the best shop, in the order in which the products came."""
    groups: dict[object, list[Shop]] = defaultdict(list)
    for item, shop in shops:
        groups[("product", item.product_id) if item.product_id else ("item", item.pk)].append(shop)
    return [best_first(group)[0] for group in groups.values()]
