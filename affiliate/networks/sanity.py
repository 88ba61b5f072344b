"""Cleans what networks answer and strangers paste: nothing hostile or unbelievable gets past here."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Collection, Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from affiliate.networks.doubts import unread_amount
from affiliate.networks.wording import Said

HIGHEST_YUAN = Decimal(100_000_000)
TITLE_CHARS = 300
TITLE_READ = 20_000
URL_CHARS = 2_000

_DROPPED_ELEMENT = re.compile(r"<(script|style)\b[^>]*>.*?(?:</\1\s*>|$)", re.I | re.S)
_TAG = re.compile(r"<!--.*?(?:-->|$)|</?[a-z!?][^<>]*(?:>|$)", re.I | re.S)
_KEPT_FORMAT = frozenset("\u200d\ufe0f")
"""Joiner and variation selector: emoji are made of them."""


def exact_minor(value: object) -> int:
    """An amount in yuan (Decimal, int or text) as fen, rounded half up. Zero and negative amounts pass. What is no
    amount or beyond belief is 0 in a doubting reader of orders, ValueError elsewhere. Floats are no amounts: their
    digits are already a guess.
    """
    if isinstance(value, bool | float) or value is None:
        return unread_amount(Said("%(value)s is not an exact amount", value=repr(value)[:40]))
    try:
        amount = value if isinstance(value, Decimal) else Decimal(_plain_number(str(value)))
    except InvalidOperation:
        return unread_amount(Said("%(value)s is not an amount", value=repr(str(value)[:40])))
    if not amount.is_finite() or not -HIGHEST_YUAN <= amount <= HIGHEST_YUAN:
        return unread_amount(Said("%(value)s is beyond belief", value=str(value)[:40]))
    return int((amount * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _plain_number(text: str) -> str:
    """The text, unless only Python would call it a number (`1_000`)."""
    return "" if "_" in text else text.strip()


def believable_minor(value: object, *, name: str = "price", warnings: list[str] | None = None) -> int | None:
    """A price in yuan as fen; None, with a line in `warnings`, for zero, negative, absurd and unreadable ones.

    None itself stays None without a warning: the network gave nothing.
    """
    if value is None or value == "":
        return None
    try:
        minor = exact_minor(value)
    except ValueError:
        minor = 0
    if minor > 0:
        return minor
    if warnings is not None:
        warnings.append(Said("%(name)s %(value)s ignored", name=name, value=str(value)[:40]))
    return None


def clean_title(text: object, limit: int = TITLE_CHARS) -> str:
    """Plain words on one line: no markup, no control or direction characters, at most `limit` characters."""
    cleaned = str(text or "")[:TITLE_READ]
    for _ in range(3):  # markup may be escaped, and the escape escaped again
        unescaped = html.unescape(_TAG.sub(" ", _DROPPED_ELEMENT.sub(" ", cleaned)))
        if unescaped == cleaned:
            break
        cleaned = unescaped
    cleaned = _TAG.sub(" ", cleaned)
    cleaned = "".join(" " if _is_break(char) else char for char in cleaned if not _is_hidden(char))
    cleaned = " ".join(cleaned.split())
    return cleaned if len(cleaned) <= limit else cleaned[: limit - 1].rstrip() + "…"


def _is_break(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Zl", "Zp", "Zs")


def _is_hidden(char: str) -> bool:
    return unicodedata.category(char) in ("Cf", "Cs", "Co", "Cn") and char not in _KEPT_FORMAT


def clean_url(url: object, *, plain_hosts: Collection[str] = ()) -> str:
    """An https address with a real host, "" for anything else. http is lifted to https, except for `plain_hosts`
    (written host or host:port), which the demo shop on loopback needs.
    """
    text = str(url or "").strip()
    if not text or len(text) > URL_CHARS or any(c <= " " or c in "\"'<>\\^`{|}" or c == "\x7f" for c in text):
        return ""
    if text.startswith("//"):
        text = "https:" + text
    elif "://" not in text.split("?")[0]:
        text = "https://" + text
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or parts.username is not None or parts.password is not None:
        return ""
    if parts.scheme == "http" and plain_hosts and {host, f"{host}:{port or 80}"} & set(plain_hosts):
        return text
    if not re.fullmatch(r"(?:[a-z0-9_-]+\.)+[a-z][a-z0-9-]*", host):
        return ""
    return "https://" + text.split("://", 1)[1]


clean_picture_url = clean_url
"""Pictures go through the same rule; the name says at the call what is meant."""


def storable(value: Any) -> Any:
    """A JSON value that every database accepts: no NUL, no lone surrogate, fractions as text."""
    match value:
        case str():
            return value.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
        case Decimal():
            return str(value)
        case Mapping():
            return {storable(str(key)): storable(inner) for key, inner in value.items()}
        case list() | tuple():
            return [storable(inner) for inner in value]
        case _:
            return value
