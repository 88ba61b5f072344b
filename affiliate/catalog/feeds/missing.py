"""Products that a feed no longer has: they become unavailable, unless so many vanish that a person must look first."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from affiliate.catalog import record
from affiliate.catalog.models import FeedHold, FeedItem, FeedRun, HoldKind, Item, MerchantFeed


def settle(run: FeedRun, *, nameless: int) -> None:
    """Take down what the run did not have. Where more than half is missing, or a row without a name may be one of the
    missing, nothing is taken down and a person is asked.
    """
    known = FeedItem.objects.filter(feed=run.feed, present=True)
    gone = known.filter(seen_in__lt=run.pk)
    count = gone.count()
    _close_older(run.feed)
    if not count:
        return
    if count * 2 > known.count() or nameless:
        run.held += 1
        FeedHold.objects.create(feed=run.feed, run=run, kind=HoldKind.VANISHED, digest=f"run-{run.pk}", count=count)
        return
    run.gone = take_down(gone)


def take_down(gone: QuerySet[FeedItem]) -> int:
    """Mark these as no longer to be had; what is known of them stays. Returns how many."""
    done = 0
    for entry in list(gone.select_related("item")):
        with transaction.atomic():
            FeedItem.objects.filter(pk=entry.pk).update(present=False)
            item: Item = entry.item
            if item.available:
                record.take_down(item)
        done += 1
    return done


def _close_older(feed: MerchantFeed) -> None:
    """A newer reading tells better what is missing than an older question."""
    FeedHold.objects.filter(feed=feed, kind=HoldKind.VANISHED, accepted=None).delete()
