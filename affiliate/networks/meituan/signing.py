"""Signs calls to Meituan Union: HMAC-SHA256 over method, body digest, signed headers and path (Meituan Union docs,
CPS Open API, 签名算法).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping

SIGNED = ("S-Ca-App", "S-Ca-Timestamp")


def body_digest(body: bytes) -> str:
    """Content-MD5 of exactly the bytes that are sent."""
    return base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()


def signature(method: str, path: str, digest: str, headers: Mapping[str, str], secret: str) -> str:
    """S-Ca-Signature for a call to `path`; `headers` holds at least those that are signed."""
    named = "".join(f"{name}:{headers[name]}\n" for name in sorted(SIGNED))
    text = f"{method}\n{digest}\n{named}{path}"
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()).decode()
