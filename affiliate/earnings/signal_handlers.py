"""What must hold after every migration."""

from __future__ import annotations

from typing import Any

from django.db import DEFAULT_DB_ALIAS

from affiliate.earnings import split, triggers


def stand_again(using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """Make the triggers and the first plan where they are missing, on a database that has this room's tables."""
    if triggers.has_book(using):
        triggers.create(using)
        split.ensure_first_plan()
