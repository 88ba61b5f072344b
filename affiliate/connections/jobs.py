"""Scheduled work of connections."""

from __future__ import annotations

from collections.abc import Callable

from affiliate.connections.merchants import forget_messages, forget_nonces

JOBS: dict[str, tuple[int, Callable[[], object]]] = {
    "forget_nonces": (3600, forget_nonces),
    "forget_messages": (86_400, forget_messages),
}
