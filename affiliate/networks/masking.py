"""Makes requests fit for a log: whatever could be a secret shows as ***."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

SECRET = re.compile(
    r"secret|token|sign|session|password|auth|credential|app_?key|client_?id|api_?key|^key$|^code$", re.I
)
INNER_SECRET = re.compile(
    r'("[^"]*(?:secret|token|sign|session|password|auth|key)[^"]*"\s*:\s*)("(?:[^"\\]|\\.)*"|[^,}\]\s]+)', re.I
)
LONGEST = 300


def mask_params(params: Any) -> dict[str, str]:
    """Names and values of a form, query or JSON object, secrets masked, long values cut."""
    if not isinstance(params, Mapping):
        return {}
    return {str(name): mask_value(str(name), value) for name, value in params.items()}


def mask_value(name: str, value: Any) -> str:
    """One value as it may be logged under this name."""
    if SECRET.search(name):
        return "***"
    return INNER_SECRET.sub(r'\1"***"', str(value))[:LONGEST]


def mask_url(url: str) -> str:
    """Scheme, host and path alone: the query may carry a signature or a token."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "(unreadable address)"
    return f"{parts.scheme}://{host}{port}{parts.path}"
