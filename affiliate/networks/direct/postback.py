"""A merchant's postback: who sent it, when, and the order line it tells. Pure; nonces are kept by `connections`.

The signature is hex HMAC-SHA256, keyed with the merchant's secret, of timestamp, newline, nonce, newline, body.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from affiliate.networks.direct.merchants import SLUG
from affiliate.networks.errors import BadInput
from affiliate.networks.sanity import clean_title, storable
from affiliate.networks.types import LineState, OrderLine

MERCHANT_HEADER = "X-Zhongcao-Merchant"
TIMESTAMP_HEADER = "X-Zhongcao-Timestamp"
NONCE_HEADER = "X-Zhongcao-Nonce"
SIGNATURE_HEADER = "X-Zhongcao-Signature"
TOLERANCE_SECONDS = 300
LARGEST_BODY = 64 * 1024
HIGHEST_MINOR = 10_000_000_000
MOST_PIECES = 100_000
LONGEST_CODE = 40
NONCE = re.compile(r"[\w.-]{8,80}", re.ASCII)
KEY = re.compile(r"[\w.:/-]{1,40}")
KEPT = (
    *("order_id", "line_id", "state", "currency", "amount_minor", "commission_minor", "refunded_minor", "quantity"),
    *("sub_id", "coupon_code", "item_id", "item_title", "placed_at", "updated_at"),
)
"""What stays of a body; whatever else a merchant sends, buyers above all, is dropped unread."""


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
    headers: Mapping[str, str],
    body: bytes,
    secrets: str | Sequence[str],
    now: datetime,
    tolerance: int = TOLERANCE_SECONDS,
) -> str:
    """The nonce of a message that really is the merchant's: signed with any of its secrets (two while it changes from
    one to the next). Raises BadSignature or StaleTimestamp.

    The signature is checked before the time, so that a stranger learns nothing about clocks.
    """
    names = {name.lower(): value for name, value in headers.items()}
    timestamp, nonce = names.get(TIMESTAMP_HEADER.lower(), ""), names.get(NONCE_HEADER.lower(), "")
    given = names.get(SIGNATURE_HEADER.lower(), "").strip().lower().encode("utf-8", "replace")
    if not re.fullmatch(r"\d{1,12}", timestamp, re.ASCII) or not NONCE.fullmatch(nonce):
        raise BadSignature(
            f"{TIMESTAMP_HEADER} must be Unix seconds and {NONCE_HEADER} 8 to 80 letters, digits, dots or hyphens."
        )
    known = [secret for secret in ([secrets] if isinstance(secrets, str) else secrets) if secret]
    if not any(hmac.compare_digest(sign(body, timestamp, nonce, secret).encode(), given) for secret in known):
        raise BadSignature(f"{SIGNATURE_HEADER} is wrong: sign timestamp, newline, nonce, newline, body.")
    if abs(int(timestamp) - now.timestamp()) > tolerance:
        raise StaleTimestamp(f"The message was signed more than {tolerance} seconds away from our clock.")
    return nonce


def is_test(body: bytes) -> bool:
    """True for a message that says `"test": true`: it is read and answered like any other, and makes no order."""
    return _object(body).get("test") is True


def kept_of(body: bytes) -> dict[str, Any]:
    """What may be kept of a body that made no order; nothing of one that cannot be read."""
    try:
        row = _object(body)
    except BadInput:
        return {}
    return {name: str(storable(str(row[name])))[:200] for name in KEPT if name in row}


def claimed_merchant(body: bytes, merchant: str, others: Collection[str]) -> str:
    """The other merchant whose order a body says it is, by `merchant` or by the item's first part; "" for none."""
    row = _object(body)
    said = _word(row, "merchant", 30).lower()
    if said and said != merchant:
        return said
    first, colon, _rest = _word(row, "item_id", 150).partition(":")
    return first if colon and first != merchant and first in others else ""


def parse(body: bytes, merchant: str, *, commission_rate_bp: int = 0) -> OrderLine:
    """The order line of a body. Raises BadInput naming the field that cannot be right.

    Without `commission_minor` the commission follows from the merchant's rate of what was not refunded, rounded down.
    """
    row = _object(body)
    order_id, line = _key(row, "order_id"), _key(row, "line_id", default="1")
    amount, refunded = _amount(row, "amount_minor"), _amount(row, "refunded_minor", default=0)
    commission = _amount(row, "commission_minor", default=max(amount - refunded, 0) * commission_rate_bp // 10_000)
    for name, value in (("commission_minor", commission), ("refunded_minor", refunded)):
        if value > amount:
            raise BadInput("%(field)s is more than amount_minor.", network=SLUG, values={"field": name})
    word = _word(row, "state", 60)
    known = word in {state.value for state in LineState}
    state = LineState(word) if known else LineState.PENDING
    placed, updated = _time(row, "placed_at"), _time(row, "updated_at")
    settled = state is LineState.SETTLED
    return OrderLine(
        network=SLUG,
        merchant=merchant,
        order_id=order_id,
        line_id=f"{merchant}:{order_id}:{line}",
        state=state,
        network_state=word,
        unknown_state=not known,
        currency=_currency(row),
        amount_minor=amount,
        estimated_commission_minor=commission,
        settled_commission_minor=commission if settled else None,
        refunded_minor=refunded,
        quantity=_amount(row, "quantity", default=1, highest=MOST_PIECES) or 1,
        sub_id=_word(row, "sub_id", 80),
        coupon_code=_word(row, "coupon_code", LONGEST_CODE),
        item_id=item_of(_word(row, "item_id", 150), merchant),
        item_title=clean_title(_word(row, "item_title", 2_000)),
        placed_at=placed,
        updated_at=updated,
        settled_at=updated if settled else None,
        raw=storable({name: row[name] for name in KEPT if name in row}),
    )


def _object(body: bytes) -> dict[str, Any]:
    try:
        row = json.loads(body.decode("utf-8"), parse_float=Decimal, parse_constant=str)
    except (ValueError, RecursionError) as exc:
        raise BadInput("The body is not JSON in UTF-8.", network=SLUG) from exc
    if not isinstance(row, dict):
        raise BadInput("The body must be one JSON object.", network=SLUG)
    return row


def _word(row: Mapping[str, Any], name: str, limit: int) -> str:
    """A field's text in a form that every database keeps; "" for what is no text or number."""
    value = row.get(name)
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return "".join(char for char in str(storable(text)) if char.isprintable())[:limit].strip()


def item_of(item_id: str, merchant: str) -> str:
    """The item as the catalogue names it, whether or not the merchant put its own name in front."""
    return f"{merchant}:{item_id.removeprefix(f'{merchant}:')}" if item_id else ""


def _key(row: Mapping[str, Any], name: str, default: str = "") -> str:
    value = row.get(name, default)
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not KEY.fullmatch(text):
        raise BadInput("%(field)s must be 1 to 40 letters, digits or . : / - _", network=SLUG, values={"field": name})
    return text


def _amount(row: Mapping[str, Any], name: str, default: int | None = None, highest: int = HIGHEST_MINOR) -> int:
    value = default if row.get(name) is None else row[name]
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= highest:
        raise BadInput(
            "%(field)s must be a whole number that can be right, not negative; amounts in minor units.",
            network=SLUG,
            values={"field": name},
        )
    return value


def _currency(row: Mapping[str, Any]) -> str:
    text = str(row.get("currency") or "CNY")
    if not re.fullmatch(r"[A-Z]{3}", text):
        raise BadInput("currency must be three capital letters such as CNY.", network=SLUG)
    return text


def _time(row: Mapping[str, Any], name: str) -> datetime:
    try:
        found = datetime.fromisoformat(str(row.get(name) or ""))
        if found.tzinfo is None:
            raise ValueError(name)
        return found.astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        raise BadInput(
            "%(field)s must be a time in ISO 8601 with its zone.", network=SLUG, values={"field": name}
        ) from exc
