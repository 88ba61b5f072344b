"""The epoch of what readers see: shared by all processes, in the cache server where there is one, else in a row."""

from __future__ import annotations

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import F

from content.feed.models import Freshness

KEY = "reader-epoch"
ROW = 1


def current() -> int:
    """The epoch now."""
    if settings.CACHE_URL:
        return int(cache.get(KEY) or 0)
    return Freshness.objects.filter(pk=ROW).values_list("epoch", flat=True).first() or 0


def bump() -> None:
    """Say that something changed, once the change is committed; many changes in one transaction say it once."""
    connection = transaction.get_connection()
    if any(function is _write for _sids, function, _robust in connection.run_on_commit):
        return
    # Robust: the change is committed. A cache server that is down delays what readers see; it breaks no editor's save.
    transaction.on_commit(_write, robust=True)


def _write() -> None:
    if settings.CACHE_URL:
        cache.add(KEY, 0, timeout=None)
        cache.incr(KEY)
    elif not Freshness.objects.filter(pk=ROW).update(epoch=F("epoch") + 1):
        Freshness.objects.get_or_create(pk=ROW, defaults={"epoch": 1})
