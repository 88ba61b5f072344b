"""The name of one request, by which its lines in every log are found again. Free of Django: gunicorn logs it too."""

from __future__ import annotations

import os
import re
from contextvars import ContextVar

HEADER = "X-Request-ID"
ENVIRON_KEY = "zhongcao.request_id"
GIVEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
"""What a proxy may call a request. Anything else would let strangers write into logs, or make lines without end."""

current: ContextVar[str] = ContextVar("request_id", default="")
"""Of the request that this thread answers, or of the request that a task came from; empty outside of both."""


def named(given: str) -> str:
    """What a proxy of ours called the request where that is fit to be kept, a new name otherwise."""
    return given if GIVEN.fullmatch(given) else os.urandom(8).hex()
