"""How calls to the demo shop's API are signed: HMAC-SHA256 over method, path, sorted query and time.

The key pair is public on purpose: it protects nothing, it makes the demo walk the same road as a real network.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

DEMO_KEY = "demo-app"
DEMO_SECRET = "a-secret-that-everybody-knows"  # noqa: S105 (see the module's docstring)

KEY_HEADER = "X-Demo-Key"
TIME_HEADER = "X-Demo-Timestamp"
SIGNATURE_HEADER = "X-Demo-Signature"


def signature(secret: str, method: str, path: str, query: Iterable[tuple[str, str]], timestamp: str) -> str:
    """The signature in lower-case hex. `query` holds decoded pairs; their order does not matter."""
    pairs = "&".join(f"{name}={value}" for name, value in sorted(query))
    message = "\n".join((method.upper(), path, pairs, timestamp))
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


def matches(expected: str, given: str) -> bool:
    """True for the same signature, compared in constant time."""
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))
