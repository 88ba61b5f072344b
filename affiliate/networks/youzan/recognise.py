"""Finds items of Youzan shops in pasted text. Pure: an item is its `alias`, the same on every host and in the mini
program; whoever's salesman code, channel or scan mark stands in the address is thrown away.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from affiliate.networks.addresses import host_allowed
from affiliate.networks.text import as_pasted, find_urls, mentions, normalised, place_of
from affiliate.networks.types import ItemRef

SLUG = "youzan"
SHOP_HOSTS = (".youzan.com", ".koudaitong.com")
"""koudaitong.com is what Youzan was called before; its old addresses still stand in posts."""
SHORT_HOSTS = ("j.youzan.com",)
QUERY_PATHS = ("/show/goods", "/v2/showcase/goods", "/wscgoods/detail", "/v2/goods")
JUMP_PATH = "/v2/trade/directsellerjump/jump"
"""A salesman's link: the item's page is its `redirect_uri`."""

_ALIAS = re.compile(r"(?=[a-z]*\d)[0-9a-z]{8,20}", re.ASCII)
_ITEM_PATH = re.compile(r"^/(?:v2/goods|wscgoods/detail)/([0-9a-z]{8,20})/?$", re.ASCII)
_MINI_PATH = re.compile(
    r"(?<![\w./-])/?(?:pages|packages)/goods/detail/index(?:\.html)?\?(?:[\w%.~-]{1,40}=[\w%.~-]{0,200}&){0,20}"
    r"alias=([0-9a-z]{8,20})(?![\w-])",
    re.ASCII,
)
_PLAIN = re.compile(r"(?<![\w:/.-])youzan[:：]\s?([0-9a-z]{8,20})(?![\w-])", re.ASCII | re.I)
_CODE = re.compile(r"^/[\w-]{4,20}/?$", re.ASCII)
_TRACES = ("youzan", "koudaitong.com", "goods/detail/index")
"""A text without one of these holds no item of Youzan, and is not looked at further."""


def find_items(text: str) -> list[ItemRef]:
    """Every item and short link in the text, in order, each once."""
    if not mentions(text, _TRACES):
        return []
    plain = normalised(text)
    positions: dict[ItemRef, int] = {}
    for url in find_urls(text):
        if (ref := ref_of(url)) is not None:
            positions.setdefault(ref, place_of(url, plain))
    for pattern in (_MINI_PATH, _PLAIN):
        for match in pattern.finditer(plain):
            if item_address(match.group(1)):
                positions.setdefault(_item(match.group(1)), match.start())
    return as_pasted(positions, text)


def ref_of(url: str, *, inside: bool = False) -> ItemRef | None:
    """The item one address leads to; None for every address that is no item of Youzan. A salesman's link is opened
    once, not again `inside` another.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
        query = parse_qs(parts.query, max_num_fields=100)
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or port not in (None, 80, 443):
        return None
    if host in SHORT_HOSTS:
        if not _CODE.match(parts.path):
            return None
        return ItemRef(SLUG, "", url=f"https://{host}{parts.path.rstrip('/')}", needs_expansion=True)
    if not host_allowed(host, SHOP_HOSTS):
        return None
    path = parts.path.rstrip("/")
    if path.lower() == JUMP_PATH and not inside:
        return ref_of(query.get("redirect_uri", [""])[0], inside=True)
    match = _ITEM_PATH.match(parts.path)
    found = match.group(1) if match else ""
    if not found and path in QUERY_PATHS:
        found = query.get("alias", [""])[0]
    return _item(found) if item_address(found) else None


def item_address(alias: str) -> str:
    """The plain page of an item; "" for what cannot be an alias of Youzan."""
    return f"https://h5.youzan.com/v2/goods/{alias}" if _ALIAS.fullmatch(alias) else ""


def _item(alias: str) -> ItemRef:
    return ItemRef(SLUG, alias, url=item_address(alias))
