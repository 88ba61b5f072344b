"""The shops of each product block of a post, the best for the reader first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from affiliate.catalog.api import Item, same_product
from affiliate.connections import api as connections
from content.blocks.api import Shop, best_first, of_item
from content.blocks.product import ProductValue

Codes = Mapping[tuple[str, int], str]


def shops_of(
    blocks: Sequence[tuple[str, ProductValue]], codes: Codes, now: datetime, *, preview: bool
) -> dict[str, list[Shop]]:
    """By block id. One query more than `same_product` where anything is joined, however many blocks."""
    chosen = [(path, value, value.item) for path, value in blocks if value.item is not None]
    joined = same_product(item for _path, _value, item in chosen)
    stopped = stopped_networks() if any(joined.values()) else frozenset()
    found = {}
    for path, value, item in chosen:
        shops = [_shop(one, value, path, codes, now) for one in (item, *joined[item.pk])]
        found[path] = best_first(shops, stopped, preview=preview)
    return found


def stopped_networks() -> Collection[str]:
    """Networks whose switch is off, in one query."""
    return frozenset(state.network for state in connections.states() if not state.switched_on)


def _shop(item: Item, value: ProductValue, path: str, codes: Codes, now: datetime) -> Shop:
    """An item of the product as the writer called and chose it: whichever shop wins, title and picture stay."""
    offer = of_item(item, now, value.title)
    if value.item is not None and value.item.pk != item.pk and value.item.image_url:
        offer = replace(offer, image_url=of_item(value.item, now).image_url)
    return Shop(offer, codes.get((path, item.pk), ""), item.network, offer.as_of(now))
