"""The address of who asks, believing X-Forwarded-For only as far as our own proxies wrote it."""

from __future__ import annotations

from collections.abc import Mapping


def of_environ(environ: Mapping[str, str], trusted: frozenset[str]) -> str:
    """Walk the forwarded chain from the right while the hop is a trusted proxy."""
    address = environ.get("REMOTE_ADDR", "")
    chain = [part.strip() for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    while chain and address in trusted:
        address = chain.pop()
    return address
