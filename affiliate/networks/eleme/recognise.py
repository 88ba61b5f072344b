"""Finds what Ele.me's union can promote: activities, shops and items, by reference or out of an address that names one.

Pages and short links of Ele.me hide what they lead to. They are recognised all the same, so that a writer is told what
to paste instead of hearing that nothing is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from affiliate.networks.text import as_pasted, find_urls, mentions, normalised, place_of
from affiliate.networks.types import ItemRef

SLUG = "eleme"
ACTIVITY, SHOP, ITEM = "activity", "shop", "item"

SHORT_HOSTS = ("u.ele.me",)
PAGE_HOSTS = ("tb.ele.me", "h5.ele.me", "m.ele.me", "mainsite-restapi.ele.me", "r.ele.me", "s.ele.me", "ele.me")
_IDS = {
    ACTIVITY: re.compile(r"[1-9]\d{1,15}"),
    SHOP: re.compile(r"[A-Za-z0-9]{6,64}"),
    ITEM: re.compile(r"[A-Za-z0-9]{6,64}"),
}
_REFERENCE = re.compile(
    r"(?<![\w:/.-])eleme[:：]\s?(?:(activity|shop|item)[:：])?([A-Za-z0-9]{2,64})(?![\w:：-])", re.ASCII | re.I
)
_ACTIVITY_NAMES = ("activity_id", "activityid", "act_id", "actid")
_NESTED = ("url", "h5url", "targeturl", "target_url", "redirect", "redirecturl", "returnurl", "u")
_APP_LINK = re.compile(r"eleme://[^\s\"'<>，。；]{3,2000}", re.I)
_TRACES = ("eleme", "ele.me")
"""A text without one of these holds no item of Ele.me, and is not looked at further."""
_CODE = re.compile(r"^/[A-Za-z0-9_-]{3,40}/?$")


def find_items(text: str) -> list[ItemRef]:
    """Everything of Ele.me in the text, in order, each once. A text with one lends it its title and price."""
    if not mentions(text, _TRACES):
        return []
    plain = normalised(text)
    positions: dict[ItemRef, int] = {}
    for url in find_urls(text):
        if (ref := ref_of(url)) is not None:
            positions.setdefault(ref, place_of(url, plain))
    for match in _APP_LINK.finditer(plain):
        if (ref := ref_of("https://h5.ele.me/?" + match.group().partition("?")[2])) is not None and ref.item_id:
            positions.setdefault(ref, match.start())
    for match in _REFERENCE.finditer(plain):
        kind = (match.group(1) or ACTIVITY).lower()
        if _IDS[kind].fullmatch(match.group(2)):
            positions.setdefault(ItemRef(SLUG, f"{kind}:{match.group(2)}"), match.start())
    return as_pasted(positions, text)


def split_id(item_id: str) -> tuple[str, str]:
    """Kind and bare id; two empty words for what is no id of Ele.me."""
    kind, _, bare = item_id.partition(":")
    return (kind, bare) if kind in _IDS and _IDS[kind].fullmatch(bare) else ("", "")


def ref_of(url: str, *, nested: bool = True) -> ItemRef | None:
    """What one address leads to; None for every address that is not Ele.me's, whatever it contains."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or port not in (None, 80, 443):
        return None
    if host not in SHORT_HOSTS and host not in PAGE_HOSTS:
        return None
    query = _query(parts)
    for name in _ACTIVITY_NAMES:
        if _IDS[ACTIVITY].fullmatch(query.get(name, "")):
            return ItemRef(SLUG, f"{ACTIVITY}:{query[name]}")
    if nested:
        for inner in _inner_addresses(query):
            if (ref := ref_of(inner, nested=False)) is not None and ref.item_id:
                return ref
    if host in SHORT_HOSTS:
        named = _CODE.match(parts.path)
        return ItemRef(SLUG, "", url=f"https://{host}{parts.path.rstrip('/')}", needs_expansion=True) if named else None
    if parts.path.strip("/"):
        return ItemRef(SLUG, "", url=f"https://{host}{parts.path}", needs_expansion=True)
    return None


def _query(parts: SplitResult) -> dict[str, str]:
    """The query by lower-case names, first value each, the part behind the fragment's mark included."""
    text = parts.query + ("&" + parts.fragment.partition("?")[2] if "?" in parts.fragment else "")
    try:
        found = parse_qs(text, max_num_fields=100)
    except ValueError:
        return {}
    return {name.lower(): values[0].strip() for name, values in reversed(found.items())}


def _inner_addresses(query: dict[str, str]) -> Iterator[str]:
    for name in _NESTED:
        if value := query.get(name):
            inner = value if "://" in value else unquote(value)
            yield inner if "://" in inner else "https://" + inner.lstrip("/")
