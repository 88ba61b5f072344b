"""What a reader would find at the end of an item's link: its page opened, and its network asked once more.

For a worker, never for a request: it takes seconds. Pages are opened by the one expander, which knows listed hosts and
public addresses alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from affiliate.catalog import incomplete, resolve
from affiliate.catalog.models import Item
from affiliate.connections import api as connections
from affiliate.networks.api import Adapter, BadInput, ItemRef, NetworkError, NotFound

SECONDS = 8.0
DEARER_PERCENT = 2
"""A price that rose by more is another price."""
LEAST_LIKENESS = 0.2
"""Titles with less in common name another thing; shops reword theirs all the time."""


class LandingState(StrEnum):
    """What came of it."""

    OK = "ok"
    DIFFERENT = "different"
    DEAD = "dead"
    SILENT = "silent"
    """Neither the page nor the network answered."""
    UNTESTABLE = "untestable"
    """There is nothing that we could open or ask."""


@dataclass(frozen=True, slots=True)
class Landing:
    """One try."""

    state: LandingState
    title: str = ""
    """What the network calls the item now; empty where it has no look-up."""
    price_minor: int | None = None
    """What one pays now, as the network says; None where it has no look-up."""


def try_landing(item: Item) -> Landing:
    """Open and ask. What the network says is recorded as usual. Never raises NetworkError."""
    adapter = next((one for one in connections.recognisers() if one.slug == item.network), None)
    if adapter is None:
        return Landing(LandingState.UNTESTABLE)
    ref = incomplete.ref_of(item)
    page = _page(adapter, ref)
    if page == LandingState.DEAD:
        return Landing(page)
    if not _can_be_asked(adapter):
        return Landing(page)
    known = item.title, item.final_price_minor
    try:
        found = incomplete.adopt(item, resolve.look(adapter, ref, seconds=SECONDS))
    except NotFound:
        return Landing(LandingState.DEAD if page != LandingState.OK else LandingState.DIFFERENT)
    except NetworkError:
        return Landing(page)
    if not found.available:
        return Landing(LandingState.DEAD, found.title, found.final_price_minor)
    state = LandingState.OK if _agrees(known, found) else LandingState.DIFFERENT
    return Landing(state, found.title, found.final_price_minor)


def _can_be_asked(adapter: Adapter) -> bool:
    return adapter.capabilities.lookup and connections.is_on(adapter.slug) and connections.is_configured(adapter.slug)


def _page(adapter: Adapter, ref: ItemRef) -> LandingState:
    url = adapter.item_url(ref) or ref.url
    if not url:
        return LandingState.UNTESTABLE
    try:
        resolve.make_expander().expand(url, adapter.exit_allowed_hosts(), seconds=SECONDS)
    except NotFound:
        return LandingState.DEAD
    except BadInput:
        return LandingState.UNTESTABLE
    except NetworkError:
        return LandingState.SILENT
    return LandingState.OK


def _agrees(known: tuple[str, int | None], found: Item) -> bool:
    title, price = known
    if price and found.final_price_minor and found.final_price_minor * 100 > price * (100 + DEARER_PERCENT):
        return False
    return not title or not found.title or SequenceMatcher(None, title, found.title).ratio() >= LEAST_LIKENESS
