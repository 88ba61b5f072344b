"""Signs calls to JD Union: MD5 over the sorted parameters between two copies of the secret (JD open platform docs,
"签名规则", open.jd.com listId=2643).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping


def sign(params: Mapping[str, str], secret: str) -> str:
    """The signature of exactly these parameters, upper-case hex. Every parameter sent must be here except `sign`."""
    joined = "".join(f"{name}{params[name]}" for name in sorted(params) if name != "sign")
    payload = f"{secret}{joined}{secret}".encode()
    return hashlib.md5(payload, usedforsecurity=False).hexdigest().upper()
