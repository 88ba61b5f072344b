"""What a feed would change, counted before anything is written, and whether a person must look at it first.

A first feed has nothing to be compared with: fen where yuan were agreed look like prices. Later a whole feed in another
unit would ask as many questions as it has rows. Either is shown as a whole, with samples as a reader would see them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from statistics import median_low
from typing import Any

from django.utils import timezone

from affiliate.catalog.feeds.writing import far_apart
from affiliate.catalog.models import FeedItem, MerchantFeed
from affiliate.networks.api import ItemSnapshot, feeds

FIRST, MEDIAN, MANY = "first", "median", "many"
"""Why a person must look: nothing to compare with; the middle price is far from before; many prices changed much."""
LEAST = 10
"""Products known before. With fewer, each row that jumps is a question of its own, and a sale would look like many."""
MUCH = 0.5
MANY_SHARE = 0.3
"""More than this share of the known products changed its price by more than MUCH."""
SAMPLES = 5


@dataclass(slots=True)
class Survey:
    """Prices of a feed beside what is in force, by item id, in minor units."""

    first: bool = False
    """Nothing of this feed was ever taken."""
    rows: int = 0
    bad: int = 0
    prices: dict[str, int] = field(default_factory=dict)
    in_force: dict[str, int | None] = field(default_factory=dict)

    def doubts(self) -> list[str]:
        """Why a person must look first; empty where nobody need. A feed of bad rows alone takes nothing anyway."""
        if not self.prices:
            return []
        if self.first:
            return [FIRST]
        before = [price for price in self.in_force.values() if price]
        known = [(old, price) for item, price in self.prices.items() if (old := self.in_force.get(item))]
        much = sum(1 for old, new in known if abs(new - old) > old * MUCH)
        enough, doubts = len(before) >= LEAST, []
        # Under ids that nobody knows no row can be a question of its own.
        if before and (enough or not known) and far_apart(median_low(before), median_low(self.prices.values())):
            doubts.append(MEDIAN)
        if enough and much > len(known) * MANY_SHARE:
            doubts.append(MANY)
        return doubts

    def as_json(self, why: list[str], rows: Iterable[feeds.FeedRow], terms: feeds.Terms) -> dict[str, Any]:
        """The preview as it is kept: counts, prices and the samples, which are looked up in the rows once more."""
        ordered = sorted(self.prices.values())
        known = self.prices.keys() & self.in_force.keys()
        changed = sum(1 for item in known if self.prices[item] != self.in_force[item])
        return {
            "why": why,
            "products": len(ordered),
            "bad": self.bad,
            "lowest": ordered[0],
            "median": median_low(ordered),
            "highest": ordered[-1],
            "median_before": median_low([price for price in self.in_force.values() if price] or [0]),
            "new": len(ordered) - len(known),
            "changed": changed,
            "unchanged": len(known) - changed,
            "gone": len(self.in_force) - len(known),
            "samples": self._samples(rows, terms),
        }

    def _samples(self, rows: Iterable[feeds.FeedRow], terms: feeds.Terms) -> list[dict[str, Any]]:
        """From the cheapest to the dearest in even steps."""
        by_price = sorted(self.prices, key=lambda item: (self.prices[item], item))
        steps = range(min(SAMPLES, len(by_price)))
        wanted = dict.fromkeys(by_price[step * (len(by_price) - 1) // max(len(steps) - 1, 1)] for step in steps)
        for row in rows:
            item = feeds.identity_of(row, terms.merchant)
            if item in wanted and wanted[item] is None and (found := _read(row, terms)):
                wanted[item] = {
                    "item": item,
                    "title": found.title,
                    "picture": found.image_url,
                    "list_price": found.price_minor,
                    "price": found.final_price_minor,
                    "before": self.in_force.get(item),
                }
        return [sample for sample in wanted.values() if sample]


def survey(feed: MerchantFeed, rows: Iterable[feeds.FeedRow], terms: feeds.Terms) -> Survey:
    """Read all rows and write nothing. The first of doubles counts, as it does where they are taken."""
    known = FeedItem.objects.filter(feed=feed)
    in_force = known.filter(present=True).values_list("item__item_id", "item__final_price_minor")
    found = Survey(first=not known.exists(), in_force=dict(in_force))
    for row in rows:
        found.rows += 1
        snapshot = _read(row, terms)
        if snapshot is None:
            found.bad += 1
        else:
            found.prices.setdefault(snapshot.ref.item_id, snapshot.final_price_minor or 0)
    return found


def _read(row: feeds.FeedRow, terms: feeds.Terms) -> ItemSnapshot | None:
    try:
        return feeds.snapshot_of(row, terms, timezone.now())
    except (ValueError, OverflowError):
        return None
