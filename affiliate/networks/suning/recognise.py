"""Finds Suning items in pasted text. Pure: reads hosts and ids, throws other people's affiliate codes away.

An item is goods and shop together, written `<goods>-<shop>` as Suning's own interface does; the shop has ten digits.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from affiliate.networks.text import as_pasted, find_urls, mentions, normalised, place_of
from affiliate.networks.types import ItemRef

SLUG = "suning"

SHORT_HOST = "sugs.suning.com"
_DOMAIN = ".suning.com"
_PAGE_HOSTS = frozenset({"product.suning.com", "m.suning.com", "product.m.suning.com"})
_PAGE_PATH = re.compile(r"^/(?:product/)?(\d{1,10})/(\d{6,18})\.html?/?$", re.I)
_SHORT_CODE = re.compile(r"^/[A-Za-z0-9_-]{4,40}/?$")
_ITEM_ID = re.compile(r"([1-9]\d{5,17})-(\d{10})", re.ASCII)
_PLAIN_ID = re.compile(r"(?<![\w:/.-])suning[:：]\s?(\d{6,18}-\d{1,10})(?![\w-])", re.ASCII | re.I)
_MINI_PATH = re.compile(
    r"(?<![\w./-])/?pages/fourth/fourth(?:/fourth)?(?:\.html)?\?[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]{1,2000}", re.I
)
_NESTED = ("visturl", "visiturl", "producturl", "targeturl", "url", "service", "backurl")
_TRACES = ("suning", "pages/fourth")
"""A text without one of these holds no item of Suning, and is not looked at further."""


def find_items(text: str) -> list[ItemRef]:
    """Every item of Suning in the text, in order, each once. A text with one item lends it its title and price."""
    if not mentions(text, _TRACES):
        return []
    plain = normalised(text)
    found: dict[ItemRef, int] = {}
    for url in find_urls(text):
        if (ref := ref_of(url)) is not None:
            found.setdefault(ref, place_of(url, plain))
    for match in _MINI_PATH.finditer(plain):
        if (ref := _from_mini(match.group())) is not None:
            found.setdefault(ref, match.start())
    for match in _PLAIN_ID.finditer(plain):
        goods, shop = match.group(1).split("-")
        if (ref := _item(goods, shop)) is not None:
            found.setdefault(ref, match.start())
    return as_pasted(found, text)


def ref_of(url: str, *, nested: bool = True) -> ItemRef | None:
    """The item one address leads to; None for every address that is no item of Suning, whatever it contains."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or port not in (None, 80, 443) or "@" in parts.netloc:
        return None
    if not host.endswith(_DOMAIN):
        return None
    if host in _PAGE_HOSTS and (match := _PAGE_PATH.match(parts.path)):
        return _item(match.group(2), match.group(1))
    if host == SHORT_HOST:
        if not _SHORT_CODE.match(parts.path):
            return None
        return ItemRef(SLUG, "", url=f"https://{host}{parts.path.rstrip('/')}", needs_expansion=True)
    return _inner(_query(parts)) if nested else None


def item_address(item_id: str) -> str:
    """The plain page of an item; "" for what cannot be an id of Suning."""
    match = _ITEM_ID.fullmatch(item_id)
    return f"https://product.suning.com/{match.group(2)}/{match.group(1)}.html" if match else ""


def item_id_of(goods: str, shop: str) -> str:
    """The id of goods in a shop: the shop padded to ten digits, padding of the goods taken off. "" for no such pair."""
    goods = goods.lstrip("0") if len(goods) == 18 else goods
    item_id = f"{goods}-{shop.zfill(10)}"
    return item_id if shop.isascii() and shop.isdecimal() and _ITEM_ID.fullmatch(item_id) else ""


def _item(goods: str, shop: str) -> ItemRef | None:
    item_id = item_id_of(goods, shop)
    return ItemRef(SLUG, item_id, url=item_address(item_id)) if item_id else None


def _from_mini(path: str) -> ItemRef | None:
    try:
        query = _query(urlsplit(path))
    except ValueError:
        return None
    goods = query.get("productid", "") or query.get("productcode", "")
    return _item(goods, query.get("shop", "") or query.get("shopcode", ""))


def _inner(query: dict[str, str]) -> ItemRef | None:
    """The item inside the query of a page that sends one on: the union's redirect, a login."""
    for name in _NESTED:
        if value := query.get(name, ""):
            inner = unquote(value).strip() if "://" not in value and "%" in value else value
            if (ref := ref_of(inner, nested=False)) is not None and ref.item_id:
                return ref
    return None


def _query(parts: SplitResult) -> dict[str, str]:
    try:
        found = parse_qs(parts.query, max_num_fields=100)
    except ValueError:
        return {}
    return {name.lower(): values[0].strip() for name, values in found.items()}
