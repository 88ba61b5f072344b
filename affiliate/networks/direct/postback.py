"""A merchant's postback: who sent it, when, and the order line it tells. Pure; nonces are kept by `connections`.

The signature is hex HMAC-SHA256, keyed with the merchant's secret, of timestamp, newline, nonce, newline, body.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from affiliate.networks.errors import BadInput
from affiliate.networks.privacy import without_personal
from affiliate.networks.sanity import clean_title
from affiliate.networks.types import LineState, OrderLine

MERCHANT_HEADER = "X-Zhongcao-Merchant"
TIMESTAMP_HEADER = "X-Zhongcao-Timestamp"
NONCE_HEADER = "X-Zhongcao-Nonce"
SIGNATURE_HEADER = "X-Zhongcao-Signature"
TOLERANCE_SECONDS = 300
LARGEST_BODY = 64 * 1024
HIGHEST_MINOR = 10_000_000_000
NONCE = re.compile(r"[\w.-]{8,80}", re.ASCII)
KEY = re.compile(r"[\w.:/-]{1,60}")


class Refused(Exception):
    """A postback that nobody may act on. `message` is for the merchant's engineer."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadSignature(Refused):
    """Raised when the signature, or a header it needs, is missing or wrong."""


class StaleTimestamp(Refused):
    """Raised when the message was signed too long ago, or in the future."""


def sign(body: bytes, timestamp: str, nonce: str, secret: str) -> str:
    """The signature in lower-case hex."""
    return hmac.new(secret.encode(), f"{timestamp}\n{nonce}\n".encode() + body, hashlib.sha256).hexdigest()


def verify(
    headers: Mapping[str, str], body: bytes, secret: str, now: datetime, tolerance: int = TOLERANCE_SECONDS
) -> str:
    """The nonce of a message that really is the merchant's. Raises BadSignature or StaleTimestamp.

    The signature is checked before the time, so that a stranger learns nothing about clocks.
    """
    timestamp, nonce = headers.get(TIMESTAMP_HEADER, ""), headers.get(NONCE_HEADER, "")
    given = headers.get(SIGNATURE_HEADER, "")
    if not re.fullmatch(r"\d{1,12}", timestamp, re.ASCII) or not NONCE.fullmatch(nonce):
        raise BadSignature(
            f"{TIMESTAMP_HEADER} must be Unix seconds and {NONCE_HEADER} 8 to 80 letters, digits, dots or hyphens."
        )
    expected = sign(body, timestamp, nonce, secret)
    if not hmac.compare_digest(expected.encode(), given.strip().lower().encode("utf-8", "replace")):
        raise BadSignature(f"{SIGNATURE_HEADER} is wrong: sign timestamp, newline, nonce, newline, body.")
    if abs(int(timestamp) - now.timestamp()) > tolerance:
        raise StaleTimestamp(f"The message was signed more than {tolerance} seconds away from our clock.")
    return nonce


def parse(body: bytes, merchant: str, *, commission_rate_bp: int = 0) -> OrderLine:
    """The order line of a body. Raises BadInput naming the field that cannot be right."""
    try:
        row = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as exc:
        raise BadInput("The body is not JSON in UTF-8.", network="direct") from exc
    if not isinstance(row, dict):
        raise BadInput("The body must be one JSON object.", network="direct")
    order_id, line = _key(row, "order_id"), _key(row, "line_id", default="1")
    amount = _amount(row, "amount_minor")
    commission = _amount(row, "commission_minor", default=amount * commission_rate_bp // 10_000)
    if commission > amount:
        raise BadInput("commission_minor is more than amount_minor.", network="direct")
    word = str(row.get("state") or "")[:60]
    known = word in LineState.__members__.values()
    state = LineState(word) if known else LineState.PENDING
    updated = _time(row, "updated_at")
    return OrderLine(
        network="direct",
        merchant=merchant,
        order_id=order_id,
        line_id=f"{merchant}:{order_id}:{line}",
        state=state,
        network_state=word,
        unknown_state=not known,
        currency=_currency(row),
        amount_minor=amount,
        estimated_commission_minor=commission,
        settled_commission_minor=commission if state is LineState.SETTLED else None,
        sub_id=str(row.get("sub_id") or "")[:80],
        item_id=str(row.get("item_id") or "")[:100],
        item_title=clean_title(str(row.get("item_title") or "")),
        placed_at=_time(row, "placed_at"),
        updated_at=updated,
        settled_at=updated if state is LineState.SETTLED else None,
        raw=without_personal(row),
    )


def _key(row: Mapping[str, Any], name: str, default: str = "") -> str:
    value = row.get(name, default)
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not KEY.fullmatch(text):
        raise BadInput(f"{name} must be 1 to 60 letters, digits or . : / - _", network="direct")
    return text


def _amount(row: Mapping[str, Any], name: str, default: int | None = None) -> int:
    value = row.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= HIGHEST_MINOR:
        raise BadInput(f"{name} must be a whole number of minor units, not negative.", network="direct")
    return value


def _currency(row: Mapping[str, Any]) -> str:
    text = str(row.get("currency") or "CNY")
    if not re.fullmatch(r"[A-Z]{3}", text):
        raise BadInput("currency must be three capital letters such as CNY.", network="direct")
    return text


def _time(row: Mapping[str, Any], name: str) -> datetime:
    try:
        found = datetime.fromisoformat(str(row.get(name) or ""))
        if found.tzinfo is None:
            raise ValueError(name)
        return found.astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        raise BadInput(f"{name} must be a time in ISO 8601 with its zone.", network="direct") from exc
