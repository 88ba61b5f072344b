"""Finds items of the demo shop in pasted text: links to its address and the form `demo:<id>`."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

from affiliate.networks.text import find_urls, mentions, normalised, share_hints
from affiliate.networks.types import ItemRef

SLUG = "demo"
ITEM_ID = re.compile(r"demo-\d{1,8}", re.ASCII)
_PATH = re.compile(r"^/item/(demo-\d{1,8})/?$", re.ASCII)
_TRACES = ("demo-",)
"""Every id begins so."""
_PLAIN = re.compile(r"(?<![\w:/.-])demo[:：]\s?(demo-\d{1,8})(?![\w-])", re.ASCII | re.I)


def find_items(text: str, shops: tuple[str, ...]) -> list[ItemRef]:
    """Every item of the demo shop in the text, in order, each once; `shops` are its addresses, the public one first."""
    if not mentions(text, _TRACES):
        return []
    plain = normalised(text)
    places: dict[str, int] = {}
    for url in find_urls(text):
        item_id = _id_of(url, shops)
        if item_id:
            places.setdefault(item_id, plain.find(item_id))
    for match in _PLAIN.finditer(plain):
        places.setdefault(match.group(1), match.start())
    found = sorted(places, key=lambda item_id: places[item_id])
    hints = share_hints(text) if len(found) == 1 else {}
    return [ItemRef(SLUG, item_id, url=item_address(item_id, shops[0]), hints=hints) for item_id in found]


def item_address(item_id: str, shop: str) -> str:
    """The plain page of an item; "" for what cannot be an id of the shop."""
    return f"{shop}/item/{item_id}" if ITEM_ID.fullmatch(item_id) else ""


def is_of(url: str, shops: tuple[str, ...]) -> bool:
    """True for an address of the shop. A machine's own two names are one, as people copy either."""
    try:
        return _host(url) in _hosts(shops)
    except ValueError:
        return False


def _id_of(url: str, shops: tuple[str, ...]) -> str:
    match = _PATH.match(urlsplit(url).path) if is_of(url, shops) else None
    return match.group(1) if match else ""


@lru_cache(maxsize=4)
def _hosts(shops: tuple[str, ...]) -> frozenset[str]:
    return frozenset(_host(shop) for shop in shops)


def _host(url: str) -> str:
    """Host and port. Raises ValueError where there is none."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or not parts.hostname:
        raise ValueError(f"{url[:80]!r} has no host")
    host = "127.0.0.1" if parts.hostname == "localhost" else parts.hostname
    return f"{host}:{parts.port}" if parts.port else host
