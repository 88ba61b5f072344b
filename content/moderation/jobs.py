"""Scheduled work of moderation."""

from __future__ import annotations

from collections.abc import Callable

from content.moderation.ad_file import keep_true
from content.moderation.board import let_ended_leave
from content.moderation.landing import try_waiting

JOBS: dict[str, tuple[int, Callable[[], object]]] = {
    "end_featured": (60, let_ended_leave),
    "try_landings": (600, try_waiting),
    "keep_ad_file": (3600, keep_true),
}
