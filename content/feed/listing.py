"""One page of a listing: stored cards with the offers of their items, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from affiliate.catalog.api import items_with_coupons, same_product
from content.blocks.api import Offer, Shop, best_offer, price_words
from content.feed.choosing import best_of
from content.feed.models import Card

PAGE_SIZE = 20
RAIL_SIZE = 5
TABS = {"": _("Featured"), "deals": _("New deals"), "reviews": _("Reviews")}


@dataclass(frozen=True, slots=True)
class Entry:
    """A card with what its item costs now."""

    card: Card
    offer: Offer | None
    chips: tuple[Offer, ...]
    phrase: str
    ended: bool
    featured: bool
    as_of: str
    """Source and time of the chips' prices, each once."""
    alone: bool = False
    """Whether this deal has no neighbour where deals stand two in a row."""
    code: str = ""
    """The placement of the shop that the offer is of."""

    @property
    def exit_url(self) -> str:
        """The post's own placement, tagged with where the reader came from."""
        if not self.code or self.offer is None or not self.offer.alive or self.ended:
            return ""
        return f"/go/{self.code}?s=feed"

    @property
    def of_record(self) -> bool:
        """Whether the offer is of the item whose prices the card's record holds, and not of another shop."""
        return self.offer is not None and self.offer.item_pk == self.card.item_id

    @property
    def above_usual(self) -> bool:
        """Whether one pays more than usual now: such a phrase is no praise."""
        price = self.offer.price_minor if self.offer else None
        return bool(self.of_record and price and self.card.usual_minor and price > self.card.usual_minor)

    @property
    def usual_minor(self) -> int | None:
        """The usual price where it is worth striking: higher than the price, and known for long enough."""
        if self.offer is None or self.offer.price_minor is None or self.card.usual_minor is None or not self.of_record:
            return None
        return self.card.usual_minor if self.card.usual_minor > self.offer.price_minor else None


def ordered(tab: str, now: datetime) -> QuerySet[Card]:
    """The cards of a tab in its order."""
    cards = Card.objects.all()
    if tab == "deals":
        return cards.filter(kind="deal").order_by("-first_published_at", "-page_id")
    if tab == "reviews":
        return cards.exclude(kind="deal").order_by("-first_published_at", "-page_id")
    still = Q(featured_position__isnull=False) & (Q(featured_until=None) | Q(featured_until__gt=now))
    place = Case(When(still, then=F("featured_position")), default=Value(32_767), output_field=IntegerField())
    return cards.annotate(place=place).order_by("place", "-score", "-first_published_at", "-page_id")


def entries(cards: Sequence[Card], now: datetime, stopped: Collection[str]) -> list[Entry]:
    """Cards made ready, `stopped` being the networks that are switched off: two queries for all of their items, and
    three more where any has several shops.
    """
    wanted = {card.item_id for card in cards if card.item_id}
    wanted |= {chip["item"] for card in cards if card.kind != "deal" for chip in card.chips}
    items = items_with_coupons(wanted) if wanted else {}
    joined = same_product(items.values())
    offers = {pk: best_offer(item, joined[pk], now, stopped=stopped) for pk, item in items.items()}
    best = best_of(cards, items, joined, now, stopped)
    alone = _alone(cards)
    return [_entry(card, offers, best.get(card.pk), now, place in alone) for place, card in enumerate(cards)]


def _alone(cards: Sequence[Card]) -> set[int]:
    """Places of the deals that end a run of an odd number: in rows of two they would leave a hole beside them."""
    found, run = set(), 0
    for place, card in enumerate(cards):
        run = run + 1 if card.kind == "deal" else 0
        last = place + 1 == len(cards) or cards[place + 1].kind != "deal"
        if last and run % 2:
            found.add(place)
    return found


def _entry(card: Card, offers: dict[int, Offer], best: Shop | None, now: datetime, alone: bool) -> Entry:
    offer = best.offer if best else offers.get(card.item_id or 0)
    price = offer.price_minor if offer and offer.item_pk == card.item_id else None
    over = bool(card.ends_at and card.ends_at <= now) or bool(offer and offer.gone)
    chips = tuple(offers[chip["item"]] for chip in card.chips if chip["item"] in offers) if card.kind != "deal" else ()
    return Entry(
        card=card,
        offer=offer,
        chips=chips,
        phrase=price_words.phrase(price, card.usual_minor, card.low_minor, card.low_at, card.record_days, now),
        ended=card.kind == "deal" and over,
        featured=bool(card.featured_position is not None and (not card.featured_until or card.featured_until > now)),
        as_of=" · ".join(dict.fromkeys(chip.as_of(now, " ") for chip in chips if chip.price_minor is not None)),
        alone=alone,
        code=best.code if best else card.code,
    )


@dataclass(frozen=True, slots=True)
class Rail:
    """What stands beside the feed on a desk."""

    closing: list[Entry]
    rising: list[Entry]


def rail(now: datetime, stopped: Collection[str]) -> Rail:
    """Deals that end soonest and posts that readers click most; one look at the items for both."""
    soon = now + timedelta(days=2)
    closing = list(Card.objects.filter(kind="deal", ends_at__gt=now, ends_at__lte=soon).order_by("ends_at")[:RAIL_SIZE])
    rising = list(Card.objects.filter(clicks__gt=0).order_by("-clicks", "-score")[:RAIL_SIZE])
    ready = entries([*closing, *rising], now, stopped)
    return Rail(ready[: len(closing)], ready[len(closing) :])
