"""Asks networks for items by words."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable

from django.conf import settings

from affiliate.connections import api as connections
from affiliate.networks.api import ItemSnapshot, NetworkError, registry

log = logging.getLogger("zhongcao.catalog")

LONGEST_WORDS = 100


def search(
    networks: Iterable[str] | None,
    words: str,
    *,
    deadline_seconds: float | None = None,
    failures: list[NetworkError] | None = None,
) -> list[ItemSnapshot]:
    """What the networks (None: all) find, network by network. One that fails, is off or cannot search is left out;
    what went wrong with those that failed is added to `failures`.
    """
    words = " ".join(words.split())[:LONGEST_WORDS]
    seconds = deadline_seconds if deadline_seconds is not None else float(settings.RESOLVE_DEADLINE_SECONDS)
    ends = time.monotonic() + seconds
    found: list[ItemSnapshot] = []
    for slug in registry.slugs() if networks is None else networks:
        left = ends - time.monotonic()
        if not words or left <= 0 or not connections.is_on(slug):
            continue
        try:
            adapter = connections.adapter(slug, deadline=left)
            if adapter.capabilities.search and adapter.configured:
                found += adapter.search(words)
        except NetworkError as error:
            log.warning("Searching %s failed: %s (%s)", slug, error.message, error.kind)
            if failures is not None:
                error.network = error.network or slug
                failures.append(error)
    return found
