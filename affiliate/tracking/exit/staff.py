"""The signed cookie by which the exit knows that a member of staff is logged in, without asking Django."""

from __future__ import annotations

import hmac
from hashlib import sha256

COOKIE = "zc_staff"
PURPOSE = b"zhongcao.exit.staff"


def sign(expires: int, secret: str) -> str:
    """The cookie's value, good until `expires` (seconds since 1970)."""
    return f"{expires}.{_signature(str(expires), secret)}"


def is_valid(cookies: str, secret: str, now: float) -> bool:
    """Whether the Cookie header holds a staff cookie that we signed and that has not run out."""
    for part in cookies.split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE:
            expires, _, signature = value.strip('"').partition(".")
            if expires.isascii() and expires.isdigit() and len(expires) < 12 and signature.isascii():
                return int(expires) > now and hmac.compare_digest(signature, _signature(expires, secret))
    return False


def _signature(expires: str, secret: str) -> str:
    key = hmac.new(secret.encode(), PURPOSE, sha256).digest()
    return hmac.new(key, expires.encode(), sha256).hexdigest()[:40]
