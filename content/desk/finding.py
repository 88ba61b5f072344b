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
from affiliate.connections.api import network_name
from affiliate.networks.api import ItemSnapshot, NetworkError, find_urls
from content.desk.cards import cards

LONGEST_WORDS = 100
MOST_FOUND = 12
PASSING = frozenset({"unavailable", "wait", "off", "protocol"})
"""Errors that say nothing about the item itself."""


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
    failures: list[NetworkError] = []
    found = _of_search(search(None, words, failures=failures), user)
    return Found(found, _about_search(words, found, failures), searched=True)


def _about_search(words: str, found: list[dict[str, Any]], failures: list[NetworkError]) -> str:
    """Which shops did not answer; only where all of them did may one say that nothing is known."""
    silent = "、".join(dict.fromkeys(network_name(error.network) for error in failures))
    if silent and found:
        return _("%(shops)s did not answer, so their products are missing here.") % {"shops": silent}
    if silent:
        return _("%(shops)s did not answer, so nothing was found. Try again in a moment, or paste a link.") % {
            "shops": silent
        }
    if found:
        return ""
    return _("No shop that can be searched knows “%(words)s”. Try other words, or paste a link.") % {"words": words}


def _of_matches(matches: list[Match], user: Any) -> list[dict[str, Any]]:
    items = items_with_coupons([m.item.pk for m in matches if m.item is not None])
    found = [match for match in matches if match.item is not None and match.item.pk in items]
    shown = cards([items[match.item.pk] for match in found if match.item is not None], user)
    for card, match in zip(shown, found, strict=True):
        card["problem"] = _problem(match)
    return shown


def _problem(match: Match) -> str:
    """Why a match is not fresh. One that is complete from before lacks nothing but freshness."""
    if match.error is None:
        return ""
    if match.item is not None and match.item.complete and match.error.kind in PASSING:
        shop = network_name(match.item.network)
        return _("%(shop)s does not answer at the moment; the price is the one last seen.") % {"shop": shop}
    return explain(match.error)


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
    return cards([items[pk] for pk in dict.fromkeys(ids) if pk in items], user)
