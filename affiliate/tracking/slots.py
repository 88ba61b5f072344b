"""The pool of ad slots: lent to one author at a time, kept apart for a while after they come back, history kept.

Where a network carries no sub-ID, its orders name the slot that the link went out through. So a slot belongs to one
author, and whoever had it when an order was placed is credited.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from affiliate.connections import api as connections
from affiliate.networks.api import BadInput
from affiliate.people.api import Author
from affiliate.tracking.models import AdSlot, PlacementLink, SlotLoan

logger = logging.getLogger("zhongcao.links")

REST = timedelta(days=30)
"""How long a returned slot is lent to nobody: readers still buy through its old links."""
FEW = 3
"""So many free slots left, or fewer than a tenth, is when an operator must make more."""
TRIES = 5


@dataclass(frozen=True, slots=True)
class Supply:
    """How many slots of a network may be lent, are lent, and are free now; and how many authors go without."""

    network: str
    total: int
    lent: int
    free: int
    waiting: int

    @property
    def short(self) -> bool:
        return self.waiting > 0 or self.free < max(FEW, self.total / 10)


def slot_for(author: Author, network: str, now: datetime | None = None) -> AdSlot | None:
    """The author's slot at a network, lent now where they have none yet; None where none is free."""
    now = now or timezone.now()
    usable = connections.account_names(network)
    for _ in range(TRIES):
        loan = SlotLoan.objects.select_related("slot").filter(network=network, author=author, returned_at=None).first()
        if loan is not None and loan.slot.active and loan.slot.account in usable:
            return loan.slot
        if loan is not None:
            SlotLoan.objects.filter(pk=loan.pk, returned_at=None).update(returned_at=now)
        slot = _free(network, now).first()
        if slot is None:
            if AdSlot.objects.filter(network=network).exists():
                logger.warning("No ad slot of %s is free for author %s: make more and add them.", network, author.pk)
            return None
        try:
            with transaction.atomic():
                SlotLoan.objects.create(slot=slot, network=network, author=author, lent_at=now)
            return slot
        except IntegrityError:
            continue  # another worker lent it, or lent this author another
    return None


def add(network: str, slots: Iterable[str], note: str = "") -> int:
    """Put slots into the pool, those already in it left as they are. Returns how many are new.

    Raises NetworkError for one that is none of our accounts'.
    """
    if not connections.adapter(network).capabilities.ad_slots:
        raise BadInput("This network has no ad slots.", network=network, code="no_capability")
    names = dict.fromkeys(text.strip() for text in slots if text.strip())
    wanted = {text: connections.account_with_slot(network, text) for text in names}
    known = set(AdSlot.objects.filter(network=network, slot__in=wanted).values_list("slot", flat=True))
    fresh = [
        AdSlot(network=network, slot=text, account=account, note=note)
        for text, account in wanted.items()
        if text not in known
    ]
    AdSlot.objects.bulk_create(fresh, ignore_conflicts=True)
    if fresh:
        _fetch_those_without(network)
    return len(fresh)


def take_back(slot: AdSlot, now: datetime | None = None) -> bool:
    """End the slot's loan. Its author's links are fetched anew, through another slot. False where it was not lent."""
    now = now or timezone.now()
    with transaction.atomic():
        ended = SlotLoan.objects.filter(slot=slot, returned_at=None).update(returned_at=now)
        links = PlacementLink.objects.filter(placement__item__network=slot.network, ad_slot=slot.slot, sub_id="")
        links.update(next_try_at=now)
    return bool(ended)


def borrower(ad_slot: str, network: str, at: datetime) -> tuple[bool, SlotLoan | None]:
    """Whether a slot is one of the pool, and the loan that an order placed then belongs to: the last one begun before.

    Some reports name the adzone's number alone: it is that slot's which ends in it.
    """
    mine = Q(slot=ad_slot) | (Q(slot__endswith=f"_{ad_slot}") if ad_slot.isdecimal() else Q())
    slots = list(AdSlot.objects.filter(mine, network=network)[:2])
    if len(slots) != 1:
        return bool(slots), None
    loans = SlotLoan.objects.select_related("author", "slot").filter(slot=slots[0], lent_at__lte=at)
    return True, loans.order_by("-lent_at", "-pk").first()


def supplies(now: datetime | None = None) -> list[Supply]:
    """Every network with a pool."""
    now = now or timezone.now()
    found = []
    for network in AdSlot.objects.order_by("network").values_list("network", flat=True).distinct():
        able = _ours(network)
        lent = able.filter(_on_loan()).count()
        found.append(Supply(network, able.count(), lent, _free(network, now).count(), _waiting(network)))
    return found


def running_out() -> list[str]:
    """Networks whose pool an operator must fill."""
    return [supply.network for supply in supplies() if supply.short]


def warn_where_short() -> None:
    """Say in the log, once a day, which pools run out; the operators' first page says it all the time."""
    for supply in supplies():
        if supply.short:
            logger.warning(
                "Ad slots of %s run out: %s of %s free, %s authors without one.",
                supply.network,
                supply.free,
                supply.total,
                supply.waiting,
            )


def _on_loan() -> Exists:
    return Exists(SlotLoan.objects.filter(slot=OuterRef("pk"), returned_at=None))


def _ours(network: str) -> QuerySet[AdSlot]:
    """Slots that may be lent at all: not those of an account that was removed."""
    return AdSlot.objects.filter(network=network, account__in=connections.account_names(network), active=True)


def _free(network: str, now: datetime) -> QuerySet[AdSlot]:
    """Slots that may be lent now, the oldest first."""
    resting = SlotLoan.objects.filter(slot=OuterRef("pk")).filter(Q(returned_at=None) | Q(returned_at__gt=now - REST))
    return _ours(network).filter(~Exists(resting)).order_by("pk")


def _waiting(network: str) -> int:
    """Authors with live placements there and no slot of their own."""
    lent = SlotLoan.objects.filter(network=network, returned_at=None).values("author")
    authors = Author.objects.filter(placements__item__network=network, placements__retired_at=None)
    return authors.exclude(pk__in=lent).distinct().count()


def _fetch_those_without(network: str) -> None:
    """Links that went out through the account's own slot are fetched anew, now that there are slots to lend."""
    lent = AdSlot.objects.filter(_on_loan(), network=network).values("slot")
    links = PlacementLink.objects.filter(placement__item__network=network, placement__retired_at=None, sub_id="")
    links.exclude(ad_slot__in=lent).update(next_try_at=timezone.now())
