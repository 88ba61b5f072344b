"""A person's answers to what a feed asked."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from affiliate.catalog.feeds import missing
from affiliate.catalog.feeds.writing import write
from affiliate.catalog.models import FeedHold, FeedItem, FeedRun, HoldKind
from affiliate.connections import api as connections
from affiliate.networks.api import feeds


def decide(hold_pk: int, *, accept: bool, by: str) -> FeedHold | None:
    """Answer one question; None where somebody was quicker. Accepting a price writes the row as it stood there, with
    the time of the decision; accepting that products are gone takes them down. Raises ValueError where the row can no
    longer be right under the merchant's terms: then nothing is decided.
    """
    with transaction.atomic():
        hold = (
            FeedHold.objects.select_for_update(of=("self",))
            .select_related("run", "feed__merchant")
            .filter(pk=hold_pk, accepted=None)
            .first()
        )
        if hold is None:
            return None
        if accept and hold.kind == HoldKind.PRICE:
            _write(hold)
        elif accept:
            missing.take_down(FeedItem.objects.filter(feed=hold.feed, present=True, seen_in__lt=hold.run_id))
        hold.accepted, hold.decided_at, hold.decided_by = accept, timezone.now(), by[:150]
        hold.save(update_fields=["accepted", "decided_at", "decided_by"])
    return hold


def _write(hold: FeedHold) -> None:
    feed = hold.feed
    terms = feeds.Terms(feeds.merchant_of(connections.merchant_row(feed.merchant)), feed.in_minor_units)
    row = feeds.FeedRow(hold.line, hold.cells)
    newest = FeedRun.objects.filter(feed=feed).order_by("-pk").values_list("pk", flat=True).first()
    # What was accepted is there as of the newest reading.
    write(feed, newest or hold.run_id, feeds.snapshot_of(row, terms, timezone.now()), feeds.digest_of(row, terms))
