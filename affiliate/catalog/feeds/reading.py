"""One reading of a feed from the file to its end: fetched into a file on disk, then row by row into the catalogue."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable
from datetime import timedelta
from typing import IO

from django.utils import timezone

from affiliate.catalog.feeds import holding, missing, starting
from affiliate.catalog.feeds.preview import survey
from affiliate.catalog.feeds.writing import Writer, seen_again
from affiliate.catalog.models import FeedItem, FeedRun, MerchantFeed, RunState
from affiliate.connections import api as connections
from affiliate.networks.api import BadInput, Downloader, NetworkError, feeds

log = logging.getLogger("zhongcao.feeds")

make_downloader: Callable[[], Downloader] = Downloader
"""Tests put a downloader of their own here; no setting does."""

IN_MEMORY = 1024 * 1024
AT_ONCE = 200


def read(run_id: int) -> None:
    """Read what a run is about. Does nothing where the run is done, or somebody else reads this feed now: then it
    stays waiting, and the schedule asks again. Never raises NetworkError: it becomes the run's problem.
    """
    run = FeedRun.objects.select_related("feed__merchant").filter(pk=run_id, state=RunState.WAITING).first()
    if run is None or not starting.claim(run.feed):
        return
    try:
        if FeedRun.objects.filter(pk=run.pk, state=RunState.WAITING).update(state=RunState.RUNNING):
            _read(run)
    finally:
        starting.release(run.feed)


def _read(run: FeedRun) -> None:
    feed = run.feed
    try:
        if holding.is_overtaken(run):
            run.state = RunState.REFUSED
            return
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
            if run.data is not None:
                file.write(bytes(run.data))
            elif not _fetch(feed, file, believes_jumps=run.believes_jumps):
                _confirm(feed)
                run.state = RunState.SAME
                return
            file.seek(0)
            run.state = _take(run, file)
    except NetworkError as exc:
        run.state = RunState.FAILED
        run.problem = {"text": exc.template, "values": exc.values, "code": exc.code, "detail": exc.detail[:200]}
        if run.data is None:
            _forget_marks(feed)
            _again_soon(feed)
        log.warning("The feed of %s was not taken: %s %s", feed.merchant.slug, exc.kind, exc.code)
    except BaseException:
        run.state, run.problem = RunState.FAILED, {"text": starting.BROKEN_OFF, "values": {}}
        _forget_marks(feed)
        raise
    finally:
        run.finished_at = timezone.now()
        if run.state != RunState.HELD:
            run.data = None
        run.save()
        if run.state in (RunState.HELD, RunState.DONE, RunState.SAME):
            holding.close(run)


def _fetch(feed: MerchantFeed, file: IO[bytes], *, believes_jumps: bool) -> bool:
    """Fetch the feed. False where its server says that nothing has changed since the last time it was taken."""
    if not feed.url:
        raise BadInput("The feed has no address. Enter one, or upload a file.", network="direct")
    etag, modified = ("", "") if believes_jumps else (feed.etag, feed.last_modified)
    found = make_downloader().fetch(feed.url, file, etag=etag, last_modified=modified)
    if found.is_new:
        feed.etag, feed.last_modified = found.etag, found.last_modified
    return found.is_new


def _take(run: FeedRun, file: IO[bytes]) -> RunState:
    """All rows, then what is missing. The file is read to its end before anything is written, so that one that is
    broken somewhere changes nothing. Marks are kept only once all of it is written. Nothing is where a person must look
    first; then the run keeps the file.
    """
    feed = run.feed
    terms = feeds.Terms(feeds.merchant_of(connections.merchant_row(feed.merchant)), feed.in_minor_units)
    found = survey(feed, feeds.read_rows(file), terms)
    if not found.rows:
        raise BadInput("The feed holds no products. Nothing was changed.")
    if not run.decided_by and (why := found.doubts()):
        run.preview = found.as_json(why, feeds.read_rows(file), terms)
        file.seek(0)
        return holding.keep(run, file.read())
    writer = Writer(run, terms)
    for row in feeds.read_rows(file):
        writer.take(row)
    writer.finish()
    run.rejected.sort(key=lambda row: row["line"])
    missing.settle(run, nameless=writer.nameless)
    if not run.filename:
        MerchantFeed.objects.filter(pk=feed.pk).update(etag=feed.etag, last_modified=feed.last_modified)
    return RunState.DONE


def _confirm(feed: MerchantFeed) -> None:
    """The server says that all stands as it was: prices out of the feed are seen again."""
    seen = FeedItem.objects.filter(feed=feed, present=True).order_by("pk").values_list("item_id", flat=True)
    ids = list(seen)
    for begin in range(0, len(ids), AT_ONCE):
        seen_again(ids[begin : begin + AT_ONCE])


def _again_soon(feed: MerchantFeed) -> None:
    """After the first failure it is fetched again before its time; after the next one at its time."""
    now = timezone.now()
    soon = now + starting.FIRST_RETRY
    lately = FeedRun.objects.filter(feed=feed, state=RunState.FAILED, finished_at__gt=now - timedelta(hours=1))
    if not lately.exists():
        MerchantFeed.objects.filter(pk=feed.pk, next_at__gt=soon).update(next_at=soon)


def _forget_marks(feed: MerchantFeed) -> None:
    MerchantFeed.objects.filter(pk=feed.pk).update(etag="", last_modified="")
