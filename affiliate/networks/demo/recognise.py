"""Finds items of the demo shop in pasted text: links to its address and the form `demo:<id>`."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from affiliate.networks.text import find_urls, normalised, share_hints
from affiliate.networks.types import ItemRef

SLUG = "demo"
ITEM_ID = re.compile(r"demo-\d{1,8}", re.ASCII)
_PATH = re.compile(r"^/item/(demo-\d{1,8})/?$", re.ASCII)
_PLAIN = re.compile(r"(?<![\w:/.-])demo[:：]\s?(demo-\d{1,8})(?![\w-])", re.ASCII | re.I)


def find_items(text: str, shops: tuple[str, ...]) -> list[ItemRef]:
    """Every item of the demo shop in the text, in order, each once; `shops` are its addresses, the public one first."""
    hosts = {urlsplit(shop).netloc.lower() for shop in shops}
    plain = normalised(text)
    places: dict[str, int] = {}
    for url in find_urls(text):
        item_id = _id_of(url, hosts)
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


def _id_of(url: str, hosts: set[str]) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    match = _PATH.match(parts.path)
    return match.group(1) if match and parts.netloc.lower() in hosts else ""
