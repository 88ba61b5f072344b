"""Scheduled work of the catalogue."""

from __future__ import annotations

from collections.abc import Callable

from affiliate.catalog.feeds.starting import start_due
from affiliate.catalog.joining.candidates import propose
from affiliate.catalog.refresh import refresh_due

JOBS: dict[str, tuple[int, Callable[[], object]]] = {
    "refresh_due": (30, refresh_due),
    "start_feeds": (60, start_due),
    "ask_about_likeness": (600, propose),
}
