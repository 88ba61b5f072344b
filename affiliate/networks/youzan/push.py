"""Checks messages that Youzan pushes (Youzan docs, 消息推送): who sent it, and what it says. Pure.

The signature is the MD5 of client id, what is signed, and client secret, in lower-case hex. In the body, `sign` covers
`msg` exactly as it came, still URL-encoded; the header `Event-Sign`, of newer pushes, covers the whole body.

Neither covers a time or a nonce, and `sign` nothing beside `msg`: a message may come twice, or again from somebody who
saw it. So it says no more than that an order moved; what is true of the order is asked for by a call.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from affiliate.networks.privacy import without_personal
from affiliate.networks.pushes import LARGEST_PUSH, Forged, Push, Pushed, Unreadable, pushed
from affiliate.networks.sanity import storable

HEADER = "Event-Sign"
ACKNOWLEDGED = {"code": 0, "msg": "success"}
"""What Youzan wants to hear; everything else makes it push again."""
REFUSED = {"code": 1, "msg": "refused"}


@dataclass(frozen=True, slots=True)
class Message:
    """One genuine message. `kind` and `id` are Youzan's own (`trade_TradePaid`); `message` is what `msg` holds, without
    anything about the buyer. A `test` is answered and changes nothing.
    """

    kind: str
    id: str
    test: bool
    message: Mapping[str, Any]

    @property
    def order_id(self) -> str:
        """The order it is about, "" where it names none."""
        named = self.message.get("tid") or self.message.get("order_no") or ""
        return str(named)[:80] if isinstance(named, str | int) else ""


def read(push: Push, credentials: Mapping[str, str]) -> Pushed:
    """The order a message is about; none for a mere test. Raises as `verified` does."""
    found = verified(push.body, push.headers, credentials)
    said = json.dumps([found.kind, found.id, found.message], ensure_ascii=False, sort_keys=True)
    return pushed([] if found.test or not found.order_id else [found.order_id], said)


def signature(client_id: str, signed: bytes, client_secret: str) -> str:
    """The signature in lower-case hex."""
    text = client_id.encode() + signed + client_secret.encode()
    return hashlib.md5(text, usedforsecurity=False).hexdigest()


def verified(body: bytes, headers: Mapping[str, str], credentials: Mapping[str, str]) -> Message:
    """The message, where it really is Youzan's and for this account. `credentials` hold CLIENT_ID and CLIENT_SECRET,
    and GRANT_ID where only that shop may speak. Raises Forged, or Unreadable for what cannot be read.

    The signature is checked first: a stranger learns nothing from how the rest is refused.
    """
    client_id, secret = credentials.get("CLIENT_ID", ""), credentials.get("CLIENT_SECRET", "")
    if not client_id or not secret:
        raise Forged("CLIENT_ID or CLIENT_SECRET is not set, so no push can be checked.")
    row = _object(body)
    given = next((value for name, value in headers.items() if name.lower() == HEADER.lower()), "")
    said = row.get("msg")
    msg = said if isinstance(said, str) else ""
    genuine = _same(signature(client_id, body, secret), given) or (
        bool(msg) and _same(signature(client_id, msg.encode("utf-8", "replace"), secret), row.get("sign"))
    )
    if not genuine:
        raise Forged("The push is not signed with this application's secret.")
    message = _message(msg)
    _refuse_foreign(row, message, client_id, credentials.get("GRANT_ID", ""))
    test = row.get("test") is True or str(row.get("test")).lower() == "true"
    return Message(_word(row, "type"), _word(row, "id"), test, message)


def _object(body: bytes) -> Mapping[str, Any]:
    """The body's JSON object. What is no such thing is nobody's signed message."""
    try:
        row = json.loads(body.decode("utf-8")) if len(body) <= LARGEST_PUSH else None
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        raise Unreadable("The push is too large, or not one JSON object in UTF-8.")
    return row


def _message(msg: str) -> Mapping[str, Any]:
    """What the encoded `msg` holds; empty where there is none or it is no object."""
    try:
        inside = json.loads(unquote_plus(msg)) if msg else {}
    except (ValueError, RecursionError):
        raise Unreadable("The push is genuine, but its msg is not JSON.") from None
    return storable(without_personal(inside)) if isinstance(inside, dict) else {}


def _refuse_foreign(row: Mapping[str, Any], message: Mapping[str, Any], client_id: str, shop: str) -> None:
    """Raise Forged for a message about another application or shop. What is not named is not held against it."""
    named = ((_word(row, "client_id"), client_id), (_word(row, "kdt_id"), shop), (_word(message, "kdt_id"), shop))
    if any(said and ours and said != ours for said, ours in named):
        raise Forged("The push is about another application or shop.")


def _same(wanted: str, given: object) -> bool:
    text = given.strip().lower() if isinstance(given, str) else ""
    return hmac.compare_digest(wanted.encode(), text.encode("utf-8", "replace"))


def _word(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return str(storable(str(value)))[:120].strip() if isinstance(value, str | int) else ""
