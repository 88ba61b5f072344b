"""What the exit counts of itself. Across the processes of one gunicorn the numbers meet in files that the library maps
into memory (PROMETHEUS_MULTIPROC_DIR); without that they are this process's own.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable

from prometheus_client import Counter, Gauge

from affiliate.tracking.exit.classify import BOT, DUPLICATE, HUMAN, PREFETCH, STAFF, SUSPECT

KINDS = (HUMAN, SUSPECT, BOT, PREFETCH, STAFF, DUPLICATE)
HORIZON = 4_102_444_800.0
"""A moment in 2100. The library joins the gauges of processes by their largest, and one never set is 0: so the oldest
click must be the largest number, and no click 0.
"""
ANSWERS = ("redirect", "card", "help", "app", "away", "closed", "missing", "busy", "refused")

_stored = Counter("zhongcao_clicks_stored", "Clicks that were stored durably, by class.", ["kind"])
_lost = Counter("zhongcao_clicks_lost", "Clicks that could not be stored within a minute.")
_late = Counter("zhongcao_clicks_late", "Clicks that were answered before they were stored.")
_answered = Counter("zhongcao_exits", "Answers to tracked links, by what was answered.", ["answer"])
_waiting = Gauge("zhongcao_click_queue", "Clicks that wait to be stored.", multiprocess_mode="livesum")
_oldest = Gauge("zhongcao_click_queue_oldest", "HORIZON less when the oldest came.", multiprocess_mode="livemax")

# Looked up once: finding a child by its label costs as much as counting.
_kinds = {kind: _stored.labels(kind) for kind in KINDS}
_answers = {answer: _answered.labels(answer) for answer in ANSWERS}


def answered(answer: str) -> None:
    """One answer was given: a word of ANSWERS."""
    _answers[answer].inc()


def stored(kinds: Iterable[str]) -> None:
    """One transaction is done; one kind for each click in it."""
    for kind, number in Tally(kinds).items():
        _kinds[kind].inc(number)


def lost(number: int) -> None:
    """So many clicks are given up."""
    _lost.inc(number)


def late() -> None:
    """A reader went on before the click was stored."""
    _late.inc()


def queue(waiting: int, since: float) -> None:
    """How many clicks wait in this process, and when (seconds since 1970) the oldest of them came."""
    _waiting.set(waiting)
    _oldest.set(HORIZON - since if waiting else 0.0)


def age(oldest: float, now: float) -> float:
    """Seconds that the oldest click has waited, from what the gauges of all processes say together."""
    return max(now - (HORIZON - oldest), 0.0) if oldest else 0.0
