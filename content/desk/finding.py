"""From what a writer pasted or typed to products to choose from, with words for whatever did not work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from affiliate.catalog.api import (
    Match,
    explain,
    explain_nothing,
    items_with_coupons,
    record_snapshot,
    resolve,
    search,
)
from affiliate.networks.errors import NetworkError
from affiliate.networks.text import find_urls
from affiliate.networks.types import ItemSnapshot
from content.desk.cards import card

LONGEST_WORDS = 100
MOST_FOUND = 12


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a text: products to choose from, or a message why there are none."""

    cards: list[dict[str, Any]]
    message: str = ""
    searched: bool = False


def find(text: str, user: Any) -> Found:
    """Asks networks, so never call it inside a transaction. Raises no NetworkError."""
    matches = resolve(text, lookup=True)
    if matches:
        return Found(_of_matches(matches, user), "" if any(m.item for m in matches) else _first_error(matches))
    words = " ".join(text.split())
    if not words or len(words) > LONGEST_WORDS or find_urls(text):
        return Found([], explain_nothing(text))
    found = _of_search(search(None, words), user)
    message = "" if found else _("No shop that can be searched knows “%(words)s”. Try other words, or paste a link.")
    return Found(found, message % {"words": words} if message else "", searched=True)


def _of_matches(matches: list[Match], user: Any) -> list[dict[str, Any]]:
    items = items_with_coupons([m.item.pk for m in matches if m.item is not None])
    cards = []
    for match in matches:
        if match.item is not None and match.item.pk in items:
            shown = card(items[match.item.pk], user)
            shown["problem"] = explain(match.error) if match.error is not None else ""
            cards.append(shown)
    return cards


def _first_error(matches: list[Match]) -> str:
    return next((explain(m.error) for m in matches if m.error is not None), "")


def _of_search(snapshots: list[ItemSnapshot], user: Any) -> list[dict[str, Any]]:
    """The cheapest for the reader first; what a choice needs is kept in the catalogue."""
    dear = max((s.final_price_minor or 0 for s in snapshots), default=0) + 1
    best = sorted(snapshots, key=lambda s: s.final_price_minor if s.final_price_minor is not None else dear)
    ids: list[int] = []
    for snapshot in best[:MOST_FOUND]:
        try:
            ids.append(record_snapshot(snapshot).pk)
        except NetworkError:
            continue
    items = items_with_coupons(ids)
    return [card(items[pk], user) for pk in dict.fromkeys(ids) if pk in items]
