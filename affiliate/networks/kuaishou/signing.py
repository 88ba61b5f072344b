"""Signs calls to Kuaishou's open platform: sorted parameters and the signSecret, HMAC-SHA256 or MD5 (Kuaishou open
platform docs, 签名规则).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping


def sign(params: Mapping[str, str], sign_secret: str) -> str:
    """The signature of exactly these parameters by the method that they name; `sign` itself is left out."""
    joined = "&".join(f"{name}={params[name]}" for name in sorted(params) if name != "sign")
    text = f"{joined}&signSecret={sign_secret}".encode()
    if params.get("signMethod") == "MD5":
        return hashlib.md5(text, usedforsecurity=False).hexdigest()
    return base64.b64encode(hmac.new(sign_secret.encode(), text, hashlib.sha256).digest()).decode()
