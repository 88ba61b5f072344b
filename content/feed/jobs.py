"""Scheduled work of the feed."""

from __future__ import annotations

from collections.abc import Callable

from content.feed.ranking import rank

JOBS: dict[str, tuple[int, Callable[[], object]]] = {"rank": (300, rank)}
