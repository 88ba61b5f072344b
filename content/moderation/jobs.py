"""Scheduled work of moderation."""

from __future__ import annotations

from collections.abc import Callable

from content.moderation.board import let_ended_leave

JOBS: dict[str, tuple[int, Callable[[], object]]] = {"end_featured": (60, let_ended_leave)}
