"""What a reader's page needs beside the page itself."""

from __future__ import annotations

from typing import Any


def reading_context(post: Any, request: Any) -> dict[str, Any]:
    """Template context of a post."""
    return {}
