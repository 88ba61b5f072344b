"""Signs calls to Pinduoduo: MD5 over the sorted parameters between two copies of the secret (Pinduoduo open platform
docs, 签名算法).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping


def sign(params: Mapping[str, str], secret: str) -> str:
    """The signature of exactly these parameters, upper-case hex. Lists and objects are signed as the text sent."""
    joined = "".join(f"{name}{params[name]}" for name in sorted(params) if name != "sign")
    return hashlib.md5(f"{secret}{joined}{secret}".encode(), usedforsecurity=False).hexdigest().upper()
