"""The shops of each product block of a post, the best for the reader first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from affiliate.catalog.api import Item, same_product
from affiliate.tracking.api import stopped_networks
from content.blocks.api import Shop, best_first, of_shop
from content.blocks.product import ProductValue

Codes = Mapping[tuple[str, int], str]


def shops_of(
    blocks: Sequence[tuple[str, ProductValue]], codes: Codes, now: datetime, *, preview: bool
) -> dict[str, list[Shop]]:
    """By block id. One query more than `same_product`, however many blocks."""
    chosen = [(path, value, value.item) for path, value in blocks if value.item is not None]
    joined = same_product(item for _path, _value, item in chosen)
    stopped = stopped_networks()
    found = {}
    for path, value, item in chosen:
        shops = [_shop(one, value, path, codes, now, stopped) for one in (item, *joined[item.pk])]
        found[path] = best_first(shops, preview=preview)
    return found


def _shop(item: Item, value: ProductValue, path: str, codes: Codes, now: datetime, stopped: Collection[str]) -> Shop:
    offer = of_shop(item, value.item or item, now, value.title, stopped=stopped)
    return Shop(offer, codes.get((path, item.pk), ""), offer.as_of(now))
