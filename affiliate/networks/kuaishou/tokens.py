"""Reads the tokens that Kuaishou gives for a code or a refresh token (Kuaishou open platform docs, 授权说明)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from affiliate.networks.adapter import Renewal
from affiliate.networks.errors import ProtocolError
from affiliate.networks.kuaishou.recognise import SLUG

SHORTEST_LIFE, USUAL_LIFE = 600, 172_800
"""Seconds of an access token."""


def fresh_tokens(answer: Mapping[str, Any], now: datetime) -> Renewal:
    """The tokens of an answer. Raises ProtocolError where it holds none."""
    token = str(answer.get("access_token") or "")
    if not token:
        raise ProtocolError("Kuaishou's answer holds no access token.", network=SLUG, code="no_token")
    fresh = {"ACCESS_TOKEN": token}
    if refresh := str(answer.get("refresh_token") or ""):
        fresh["REFRESH_TOKEN"] = refresh
    life = _seconds(answer.get("expires_in"))
    expires_at = now + timedelta(seconds=USUAL_LIFE if life is None else max(life, SHORTEST_LIFE))
    whole = _seconds(answer.get("refresh_token_expires_in"))
    return Renewal(fresh, expires_at, None if whole is None else now + timedelta(seconds=whole))


def _seconds(value: Any) -> int | None:
    """A plain number of seconds; None for anything else."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else None
