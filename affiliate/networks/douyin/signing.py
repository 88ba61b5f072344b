"""Signs calls to Pangle's e-commerce CPS: MD5 over four fields and the secure key (穿山甲 docs, 电商 CPS 接入)."""

from __future__ import annotations

import hashlib


def sign(app_id: str, data: str, req_id: str, timestamp: str, secure_key: str) -> str:
    """The signature in lower-case hex; `data` is the exact text that is sent."""
    text = f"app_id={app_id}&data={data}&req_id={req_id}&timestamp={timestamp}{secure_key}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
