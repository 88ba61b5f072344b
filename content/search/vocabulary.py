"""The words by which questions are cut: those of our own posts, kept in a table. A dictionary of a whole language would
take 30 MB of every process that answers readers, and tell them of words that no post holds.
"""

from __future__ import annotations

from collections.abc import Iterable

from content.search.models import KnownWord

AT_ONCE = 500
"""Rows a transaction: SQLite has one writer, and clicks wait for it."""


def learn(words: Iterable[str]) -> None:
    """Keep these words."""
    rows = [KnownWord(word=word) for word in sorted(words)]
    for start in range(0, len(rows), AT_ONCE):
        KnownWord.objects.bulk_create(rows[start : start + AT_ONCE], ignore_conflicts=True)


def forget() -> None:
    KnownWord.objects.all().delete()


def known(words: Iterable[str]) -> set[str]:
    """Which of these are words, in one query."""
    return set(KnownWord.objects.filter(pk__in=list(words)).values_list("pk", flat=True))
