"""When a feed is read: on schedule, by hand, after an upload; by one worker at a time."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from affiliate.catalog.models import FeedRun, MerchantFeed, RunState
from affiliate.connections.api import Merchant

LARGEST_UPLOAD = 20 * 1024 * 1024
CLAIM = timedelta(minutes=10)
"""How long a run is believed without a sign of life."""
FIRST_RETRY = timedelta(minutes=10)
RUNS_KEPT = 50
"""Of each feed; the rows that could not be taken go with their run."""


def feed_of(merchant: Merchant) -> MerchantFeed:
    """The merchant's feed, without an address at first."""
    return MerchantFeed.objects.get_or_create(merchant=merchant)[0]


def start(feed: MerchantFeed, *, believes_jumps: bool = False) -> FeedRun:
    """Have the feed fetched now."""
    return _enqueued(FeedRun(feed=feed, believes_jumps=believes_jumps))


def take_upload(feed: MerchantFeed, data: bytes, filename: str, by: str) -> FeedRun:
    """Have a file read. The caller has seen to its size (LARGEST_UPLOAD)."""
    return _enqueued(FeedRun(feed=feed, data=data, filename=filename[-200:], uploaded_by=by[:150]))


def start_due() -> int:
    """Begin what is due, and what a lost task left waiting or running. Returns how many runs were begun."""
    now = timezone.now()
    lost = FeedRun.objects.filter(state=RunState.RUNNING, feed__claimed_until__lt=now)
    lost.update(state=RunState.FAILED, finished_at=now, problem={"text": BROKEN_OFF, "values": {}}, data=None)
    begun = 0
    waiting = FeedRun.objects.filter(state=RunState.WAITING, asked_at__lt=now - timedelta(minutes=2))
    for run_id in list(waiting.filter(_free(now)).values_list("pk", flat=True)[:20]):
        enqueue(run_id)
        begun += 1
    due = MerchantFeed.objects.filter(next_at__lte=now, merchant__active=True).exclude(url="")
    for feed in list(due[:20]):
        again = now + timedelta(hours=feed.every_hours)
        if MerchantFeed.objects.filter(pk=feed.pk, next_at=feed.next_at).update(next_at=again):
            start(feed)
            begun += 1
    return begun


BROKEN_OFF = "The reading broke off. What was read before counts; the next reading goes on."


def claim(feed: MerchantFeed) -> bool:
    """True for exactly one reader of the feed."""
    now = timezone.now()
    free = MerchantFeed.objects.filter(Q(claimed_until=None) | Q(claimed_until__lt=now), pk=feed.pk)
    return free.update(claimed_until=now + CLAIM) == 1


def keep_claim(feed: MerchantFeed) -> None:
    """A sign of life."""
    MerchantFeed.objects.filter(pk=feed.pk).update(claimed_until=timezone.now() + CLAIM)


def release(feed: MerchantFeed) -> None:
    """The feed is free; older runs are forgotten, those with open questions excepted."""
    MerchantFeed.objects.filter(pk=feed.pk).update(claimed_until=None)
    old = list(FeedRun.objects.filter(feed=feed).values_list("pk", flat=True)[RUNS_KEPT:])
    FeedRun.objects.filter(pk__in=old[:500]).exclude(Q(holds__isnull=False) | Q(state=RunState.HELD)).delete()


def enqueue(run_id: int) -> None:
    """Ask a worker to read."""
    from affiliate.catalog import tasks

    tasks.read_feed.enqueue(run_id)


def _enqueued(run: FeedRun) -> FeedRun:
    with transaction.atomic():
        run.save()
        transaction.on_commit(partial(enqueue, run.pk))
    return run


def _free(now: object) -> Q:
    return Q(feed__claimed_until=None) | Q(feed__claimed_until__lt=now)
