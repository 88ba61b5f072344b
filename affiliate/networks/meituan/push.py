"""Reads 订单回推, the signed message by which Meituan Union tells of a changed order (Meituan Union docs, legacy API).

The signature is that of the older API: lower-case md5 of the secret, every field but `sign` by name with its value, and
the secret again. A message names the order and no commission: what holds is read with query_order.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from affiliate.networks.pushes import Forged, Push, Pushed, Unreadable, pushed

TAKEN = {"errcode": 0, "errmsg": "ok"}
REFUSED = {"errcode": 1, "errmsg": "err"}
MOST_FIELDS = 100


def signed_text(fields: Mapping[str, str]) -> str:
    """What stands between the two secrets."""
    return "".join(f"{name}{fields[name]}" for name in sorted(fields) if name != "sign")


def signature(fields: Mapping[str, str], secret: str) -> str:
    """`sign` of these fields."""
    return hashlib.md5(f"{secret}{signed_text(fields)}{secret}".encode(), usedforsecurity=False).hexdigest()


def read(push: Push, secret: str) -> Pushed:
    """The order a message is about. Raises Forged, and Unreadable for what is no message at all. The signed text names
    the message, so that the same fields in another order or spelling are the same message.
    """
    fields = _fields(push)
    given = fields.get("sign", "").lower().encode()
    if not secret or not hmac.compare_digest(signature(fields, secret).encode(), given):
        raise Forged
    return pushed([fields.get("orderid", "").strip()], signed_text(fields))


def _fields(push: Push) -> dict[str, str]:
    """The fields as they were written: JSON, or a form as older accounts get it."""
    try:
        text = push.body.decode("utf-8")
        if "form" in push.headers.get("content-type", ""):
            pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
            return _once([(name, value) for name, value in pairs])
        found = json.loads(text, object_pairs_hook=_once, parse_int=str, parse_float=str, parse_constant=str)
        if not isinstance(found, dict):
            raise ValueError("no object")
        "".join([*found, *found.values()]).encode()  # a lone surrogate cannot be signed
    except (ValueError, RecursionError) as exc:
        raise Unreadable("The body must be one flat JSON object in UTF-8.") from exc
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, str]:
    """Every name once and every value a word: anything else could mean one thing when signed and another when read."""
    fields = {name: "" if value is None else value for name, value in pairs}
    if len(fields) != len(pairs) or len(fields) > MOST_FIELDS or not all(isinstance(v, str) for v in fields.values()):
        raise ValueError("not flat")
    return fields
