"""The card: one row per live post with everything a listing shows, so that a listing joins nothing."""

from __future__ import annotations

from typing import Any

from django.db import models

from affiliate.catalog.api import Item
from content.blocks.api import ai_words


class Card(models.Model):
    """A live post as the feed knows it. Derived: `rebuild_cards` makes every row anew, except what was featured."""

    page_id = models.PositiveBigIntegerField(primary_key=True)
    kind = models.CharField(max_length=10)
    channel_slug = models.CharField(max_length=100, db_index=True)
    channel_name = models.CharField(max_length=255)
    title = models.CharField(max_length=255)
    url = models.CharField(max_length=500)
    verdict = models.CharField(max_length=160, blank=True)
    used_for = models.CharField(max_length=40, blank=True)
    cover_url = models.CharField(max_length=500, blank=True)
    cover_width = models.PositiveIntegerField(default=0)
    cover_height = models.PositiveIntegerField(default=0)
    ai_use = models.CharField(max_length=10, blank=True)
    """What a machine had to do with the post's words; empty for nothing."""
    cover_ai = models.CharField(max_length=10, blank=True)
    """The same of its cover, by the writer's word or the file's."""
    author_id = models.PositiveBigIntegerField(null=True, db_index=True)
    author_name = models.CharField(max_length=60, blank=True)
    author_handle = models.CharField(max_length=30, blank=True)
    author_picture = models.CharField(max_length=500, blank=True)
    item = models.ForeignKey(Item, models.SET_NULL, null=True, related_name="+")
    code = models.CharField(max_length=10, blank=True)
    """The main item's placement in the post: its exits carry a surface tag, never a placement of the feed's own."""
    chips = models.JSONField(default=list)
    """Up to two more products: `[{"item": id, "title": …}]`."""
    product_count = models.PositiveSmallIntegerField(default=0)
    has_links = models.BooleanField(default=False)
    ends_at = models.DateTimeField(null=True)
    first_published_at = models.DateTimeField(db_index=True)
    usual_minor = models.PositiveBigIntegerField(null=True)
    low_minor = models.PositiveBigIntegerField(null=True)
    low_at = models.DateTimeField(null=True)
    record_days = models.PositiveSmallIntegerField(default=0)
    clicks = models.PositiveIntegerField(default=0)
    """Readers' clicks of the last days, from the last ranking."""
    score = models.FloatField(default=0)
    featured_position = models.PositiveSmallIntegerField(null=True)
    featured_reason = models.CharField(max_length=200, blank=True)
    featured_at = models.DateTimeField(null=True)
    featured_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "-first_published_at"], name="card_kind_newest"),
            models.Index(fields=["-score"], name="card_score"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def ai(self) -> Any:
        """What readers are told of the words' making."""
        return ai_words(self.ai_use)

    @property
    def cover_ai_words(self) -> Any:
        """What readers are told of the cover's making."""
        return ai_words(self.cover_ai)


class Freshness(models.Model):
    """One number that grows whenever something that readers see has changed; every process watches it."""

    epoch = models.BigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "freshness"

    def __str__(self) -> str:
        return str(self.epoch)
