"""What the readers' search knows of every live post, enough to find it, rank it and show it; and of all their words."""

from __future__ import annotations

from typing import Any

from django.db import models

from content.blocks.api import ai_words
from content.search.words import LONGEST_KNOWN


class SearchEntry(models.Model):
    """One live post. Its tokens lie in the table `search_words` under the same number, in the database's own index."""

    page_id = models.PositiveBigIntegerField(unique=True)
    kind = models.CharField(max_length=10)
    title = models.CharField(max_length=255)
    url = models.CharField(max_length=500)
    verdict = models.CharField(max_length=160, blank=True)
    text = models.TextField(blank=True)
    """The post's words without markup, for excerpts."""
    title_words = models.JSONField(default=list)
    """Words of title and verdict, for ranking."""
    cover_url = models.CharField(max_length=500, blank=True)
    item_id = models.BigIntegerField(null=True)
    """The first product's item in the catalogue."""
    ai_use = models.CharField(max_length=10, blank=True)
    """What a machine had to do with the words; empty for nothing."""
    cover_ai = models.CharField(max_length=10, blank=True)
    """The same of its cover, by the writer's word or the file's."""
    has_links = models.BooleanField(default=False)
    author_name = models.CharField(max_length=60, blank=True)
    author_handle = models.CharField(max_length=30, blank=True)
    author_picture = models.CharField(max_length=500, blank=True)
    ends_at = models.DateTimeField(null=True)
    first_published_at = models.DateTimeField()

    class Meta:
        ordering = ["-first_published_at"]

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


class KnownWord(models.Model):
    """One Chinese word that stands, or once stood, in a post. These are the words by which questions are cut."""

    word = models.CharField(max_length=LONGEST_KNOWN, primary_key=True)

    def __str__(self) -> str:
        return self.word
