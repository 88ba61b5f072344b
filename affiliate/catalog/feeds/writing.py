"""Writes the rows of a feed into the catalogue: only what differs, each row by itself, a bad one only reported.

A row whose price jumps about a hundredfold against the stored one is most likely in the wrong unit (fen for yuan): it
is held until a person has decided. Nothing of a held row is written.
"""

from __future__ import annotations

import time
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from affiliate.catalog.feeds import starting
from affiliate.catalog.models import FeedHold, FeedItem, FeedRun, HoldKind, Item, MerchantFeed, Source
from affiliate.catalog.record import record_snapshot
from affiliate.networks.api import BadInput, ItemSnapshot, Said, as_kept, feeds, reason_of

CHUNK = 200
MOST_KEPT = 500
"""Rows of one run that are kept with their reason; the counts go on."""
MOST_HELD = 500
JUMP = 20
"""A price that is so many times the stored one, or so small a part of it, is a question of units."""
BREATH_SECONDS = 0.02
SIGN_OF_LIFE = timedelta(minutes=1)


class Writer:
    """Takes the rows of one run. `nameless` counts those of which nobody can say what product they are about."""

    def __init__(self, run: FeedRun, terms: feeds.Terms) -> None:
        self.run, self.terms = run, terms
        self.nameless = 0
        self._lines: dict[str, tuple[int, str]] = {}
        self._waiting: list[tuple[feeds.FeedRow, str, str]] = []
        self._lived_at = timezone.now()

    def take(self, row: feeds.FeedRow) -> None:
        """One row. Doubles that say the same are passed over; ones that differ are reported, the first counts."""
        self.run.rows += 1
        item_id = feeds.identity_of(row, self.terms.merchant)
        digest = feeds.digest_of(row, self.terms)
        if not item_id:
            self.nameless += 1
            self._reject(row, self._reason(row))
        elif item_id in self._lines:
            line, first = self._lines[item_id]
            if first != digest:
                self._reject(row, Said("the same product stands in line %(line)s and differs", line=line))
        else:
            self._lines[item_id] = (row.line, digest)
            self._waiting.append((row, item_id, digest))
        if len(self._waiting) >= CHUNK:
            self.finish()

    def finish(self) -> None:
        """Write what waits."""
        some, self._waiting = self._waiting, []
        if not some:
            return
        ids = [item_id for _row, item_id, _digest in some]
        stored = {
            item.item_id: item
            for item in Item.objects.filter(network="direct", item_id__in=ids).select_related("in_feed")
        }
        again: list[int] = []
        for row, item_id, digest in some:
            item = stored.get(item_id)
            if item is not None and self._says_the_same(item, digest):
                self.run.unchanged += 1
                again.append(item.pk)
            else:
                self._write(row, item_id, digest, item)
        self._note(again, ids)

    def _says_the_same(self, item: Item, digest: str) -> bool:
        """Whether the feed said just this last time, and it still stands."""
        known = getattr(item, "in_feed", None)
        if known is None or not known.present or item.source != Source.FEED:
            return False
        return (known.feed_id, known.digest) == (self.run.feed_id, digest)

    def _write(self, row: feeds.FeedRow, item_id: str, digest: str, item: Item | None) -> None:
        try:
            snapshot = feeds.snapshot_of(row, self.terms, timezone.now())
        except (ValueError, OverflowError) as exc:
            self._reject(row, reason_of(exc))
            return
        if not self.run.believes_jumps and item is not None and jumps(item, snapshot):
            self._hold(row, item_id, digest, item, snapshot)
            return
        try:
            write(self.run.feed, self.run.pk, snapshot, digest)
        except BadInput as exc:
            self._reject(row, exc.message)
            return
        if item is None:
            self.run.created += 1
        else:
            self.run.changed += 1

    def _hold(self, row: feeds.FeedRow, item_id: str, digest: str, item: Item, snapshot: ItemSnapshot) -> None:
        """Ask a person. A question that was answered with no is not asked again about the same row."""
        self.run.held += 1
        if self.run.held > MOST_HELD:
            return
        FeedHold.objects.get_or_create(
            feed=self.run.feed,
            kind=HoldKind.PRICE,
            item_id=item_id,
            digest=digest,
            defaults={
                "run": self.run,
                "line": row.line,
                "title": snapshot.title,
                "old_minor": item.final_price_minor,
                "new_minor": snapshot.final_price_minor,
                "cells": dict(row.cells),
            },
        )

    def _note(self, again: list[int], ids: list[str]) -> None:
        """Everything that the feed names is there, whatever became of its row."""
        seen_again(again)
        FeedItem.objects.filter(feed=self.run.feed, item__network="direct", item__item_id__in=ids).update(
            seen_in=self.run.pk
        )
        if timezone.now() - self._lived_at > SIGN_OF_LIFE:
            self._lived_at = timezone.now()
            starting.keep_claim(self.run.feed)
        if connection.vendor == "sqlite":
            time.sleep(BREATH_SECONDS)

    def _reason(self, row: feeds.FeedRow) -> str:
        try:
            feeds.snapshot_of(row, self.terms, timezone.now())
        except (ValueError, OverflowError) as exc:
            return reason_of(exc)
        return Said("neither link nor id names a product")

    def _reject(self, row: feeds.FeedRow, reason: str) -> None:
        self.run.bad += 1
        if len(self.run.rejected) < MOST_KEPT:
            self.run.rejected.append({"line": row.line, **as_kept(reason), "cells": short(row)})


def write(feed: MerchantFeed, run_pk: int, snapshot: ItemSnapshot, digest: str) -> Item:
    """Record one product as its feed says. Raises BadInput for one that cannot be stored."""
    with transaction.atomic():
        item = record_snapshot(snapshot)
        FeedItem.objects.update_or_create(
            item=item, defaults={"feed": feed, "digest": digest, "seen_in": run_pk, "present": True}
        )
    return item


def seen_again(item_ids: list[int]) -> None:
    """Prices that a feed still says are as of now, where they are the feed's own."""
    now = timezone.now()
    Item.objects.filter(pk__in=item_ids, source=Source.FEED, seen_at__lt=now).update(seen_at=now)


def jumps(item: Item, snapshot: ItemSnapshot) -> bool:
    """Whether a price is so far from the stored one that its unit is in question."""
    pairs = ((item.price_minor, snapshot.price_minor), (item.final_price_minor, snapshot.final_price_minor))
    if item.currency != snapshot.currency:
        return False
    return any(far_apart(old, new) for old, new in pairs)


def far_apart(old: int | None, new: int | None) -> bool:
    """Whether two prices of one thing are most likely in different units."""
    return bool(old and new and (new >= old * JUMP or old >= new * JUMP))


def short(row: feeds.FeedRow) -> dict[str, str]:
    """A row as it stood there, long cells cut."""
    return {column: cell[:200] for column, cell in row.cells.items()}
