"""The shop that a card of a listing leads to: the same that its post would send a reader to now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from affiliate.catalog.api import Item, same_product
from affiliate.tracking.api import Placement, codes_of_pages
from content.blocks.api import Shop, best_first, of_item
from content.feed.models import Card
from content.pages.api import stopped_networks


def best_of(cards: Sequence[Card], items: Mapping[int, Item], now: datetime) -> dict[int, Shop]:
    """By page, for cards whose main item is joined to others; four queries for all of them, none where none is."""
    main = [(card, item) for card in cards if card.code and (item := items.get(card.item_id or 0)) is not None]
    joined = same_product(item for _card, item in main)
    several = [(card, item, joined[item.pk]) for card, item in main if joined[item.pk]]
    if not several:
        return {}
    placements = codes_of_pages([card.pk for card, _item, _others in several])
    stopped = stopped_networks()
    found = {}
    for card, item, others in several:
        codes = _codes_beside(card.code, placements.get(card.pk, []))
        shops = [Shop(of_item(one, now, item.title), codes.get(one.pk, ""), one.network) for one in (item, *others)]
        found[card.pk] = best_first(shops, stopped)[0]
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
    several = any(len(group) > 1 for group in groups.values())
    stopped = stopped_networks() if several else frozenset()
    return [best_first(group, stopped)[0] for group in groups.values()]
