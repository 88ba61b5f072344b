"""Signs calls to 抖店's open platform: HMAC-SHA256 over the fields and the business JSON (抖店 docs, API 调用指南)."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any


def param_json(params: Mapping[str, Any]) -> str:
    """The business JSON as 抖店 signs it: keys sorted at every depth, no spaces, nothing escaped."""
    return json.dumps(params, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sign(app_key: str, method: str, params: str, timestamp: str, app_secret: str) -> str:
    """The signature in lower-case hex; `params` is the exact text that is sent. The token is not signed."""
    text = f"{app_secret}app_key{app_key}method{method}param_json{params}timestamp{timestamp}v2{app_secret}"
    return hmac.new(app_secret.encode(), text.encode(), hashlib.sha256).hexdigest()
