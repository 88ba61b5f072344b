"""Puts found posts in order: first those whose title answers the question, of the same worth the newer ones first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from content.search.words import Word, normalise

WHOLE_QUESTION = 12.0
WORD_IN_TITLE = 4.0
PART_IN_TITLE = 2.0
HALF_LIFE_DAYS = 180.0
NEWNESS = 3.0


class Found(NamedTuple):
    """What ranking needs of an entry."""

    number: int
    title: str
    verdict: str
    title_words: list[str]
    published_at: datetime


def ranked(found: Sequence[Found], asked: str, words: Sequence[Word], now: datetime) -> list[int]:
    """Entry numbers, the best first."""
    whole = normalise(asked).strip()
    order = sorted(found, key=lambda one: (-score(one, whole, words, now), -one.published_at.timestamp(), -one.number))
    return [one.number for one in order]


def score(one: Found, whole: str, words: Sequence[Word], now: datetime) -> float:
    """How well a title answers, plus up to three points for being new."""
    title = normalise(one.title)
    lead = f"{title}\n{normalise(one.verdict)}"
    known = set(one.title_words)
    points = WHOLE_QUESTION if whole and whole in title else 0.0
    for word in words:
        if word.text in lead:
            points += WORD_IN_TITLE if word.text in known else PART_IN_TITLE
    days = max((now - one.published_at).total_seconds() / 86_400, 0.0)
    newness: float = 0.5 ** (days / HALF_LIFE_DAYS)
    return points + NEWNESS * newness
