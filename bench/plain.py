"""The baseline of the exit: a bare redirect from a plain WSGI function."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

HEADERS = [("Location", "https://item.jd.com/100000000000.html"), ("Content-Length", "0")]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """302, whatever is asked."""
    start_response("302 Found", HEADERS)
    return (b"",)
