"""From what a network reports back to the placement and its author."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils import timezone

from affiliate.people.api import Author
from affiliate.tracking import slots
from affiliate.tracking.exit.tokens import codes_in
from affiliate.tracking.matching import clicked_before
from affiliate.tracking.models import Click, Placement, PlacementLink


@dataclass(frozen=True, slots=True)
class Credit:
    """Whom an order line belongs to and why. `placement` is None where an ad slot names the author alone."""

    placement: Placement | None
    author: Author
    token: str
    basis: Literal["click", "placement", "ad_slot", "match", "code"]
    clicked_at: datetime | None = None
    """When the click was made, where its row is still kept."""


def credit_of(sub_id: str, ad_slot: str, network: str, *, at: datetime | None = None) -> Credit | None:
    """The sub-ID leads to a placement: as a click's token, or by the code it begins with, although the click's row may
    be lost or pruned. Failing that, the ad slot: whoever had it when the order was placed (`at`), or the only author
    whose links went out through it. A sub-ID of another network's placement credits nobody: we never gave it to this
    one.
    """
    token = sub_id.strip().lower()
    if (codes := codes_in(token)) and (placement := _placement(codes, network)) is not None:
        has_token = token != placement.code
        click = Click.objects.filter(token=token, code=placement.code).first() if has_token else None
        basis: Literal["click", "placement"] = "click" if click else "placement"
        return Credit(placement, placement.author, token if has_token else "", basis, click.at if click else None)
    return _by_slot(ad_slot.strip(), network, at or timezone.now()) if not token else None


def credit_by_clicks(network: str, item_id: str, at: datetime) -> Credit | None:
    """For an order that carries no trace of ours: the one author whose readers followed a link to this very item within
    a day before it. Two such authors, or none, credit nobody.
    """
    met = clicked_before(network, item_id, at)
    if len({placement.author_id for placement in met}) != 1:
        return None
    return Credit(met[0] if len(met) == 1 else None, met[0].author, "", "match")


def last_click_of(token: str) -> Click | None:
    """The click that a token is the identity of, where its row is still kept."""
    return Click.objects.filter(token=token).first()


def _placement(codes: list[str], network: str) -> Placement | None:
    found = Placement.objects.filter(code__in=codes, item__network=network).select_related("author", "item")
    by_code = {placement.code: placement for placement in found}
    return next((by_code[code] for code in codes if code in by_code), None)


def _by_slot(ad_slot: str, network: str, at: datetime) -> Credit | None:
    """Only links that went out without a sub-ID were told apart by their slot. A slot of the pool belongs to its
    borrower alone; before its first loan to nobody.
    """
    if not ad_slot:
        return None
    pooled, loan = slots.borrower(ad_slot, network, at)
    if pooled:
        if loan is None:
            return None
        through = PlacementLink.objects.filter(ad_slot=loan.slot.slot, sub_id="", placement__author=loan.author)
        own = list(Placement.objects.filter(link__in=through, item__network=network).select_related("item")[:2])
        return Credit(own[0] if len(own) == 1 else None, loan.author, "", "ad_slot")
    lent = PlacementLink.objects.filter(ad_slot=ad_slot, sub_id="", placement__item__network=network)
    authors = list(Author.objects.filter(placements__link__in=lent).distinct()[:2])
    if len(authors) != 1:
        return None
    placements = list(Placement.objects.filter(link__in=lent).select_related("author", "item")[:2])
    return Credit(placements[0] if len(placements) == 1 else None, authors[0], "", "ad_slot")
