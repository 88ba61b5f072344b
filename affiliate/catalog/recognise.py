"""From any text to the items it names, over all networks, in the order of the text."""

from __future__ import annotations

from collections.abc import Iterable

from affiliate.connections import api as connections
from affiliate.networks.api import LONGEST_TEXT, Adapter, ItemRef, normalised

MOST_ITEMS = 10
"""A text with more is a list of somebody's, not a thing that a writer wants to place."""


def recognise(text: str, network: str | None = None) -> list[tuple[Adapter, ItemRef]]:
    """Every item in the text with the adapter that knows it, each once, at most ten. Makes no call."""
    return items_in(text, (each for each in connections.recognisers() if network in (None, each.slug)))


def items_in(text: str, adapters: Iterable[Adapter]) -> list[tuple[Adapter, ItemRef]]:
    """The same by adapters already made: for many texts at once, as making them reads the merchants anew."""
    text = text[:LONGEST_TEXT]
    found: dict[tuple[str, str, str], tuple[Adapter, ItemRef]] = {}
    for adapter in adapters:
        for ref in adapter.recognise(text):
            found.setdefault(_identity(ref), (adapter, ref))
    if len(found) < 2:
        return list(found.values())
    plain = normalised(text).lower()
    return sorted(found.values(), key=lambda pair: _position(plain, pair[1]))[:MOST_ITEMS]


def _identity(ref: ItemRef) -> tuple[str, str, str]:
    return (ref.network, ref.item_id, "" if ref.item_id else ref.url)


def _position(plain: str, ref: ItemRef) -> int:
    """Where in the text the item is named; what cannot be found again stands last, in the adapter's order."""
    address = ref.url.lower()
    names = (ref.item_id.rpartition(":")[2].lower(), address, address.partition("://")[2])
    places = [plain.find(name) for name in names if name]
    return min((place for place in places if place >= 0), default=len(plain))
