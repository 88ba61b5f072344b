"""Finds Douyin's items in pasted text. Pure: reads ids out of item pages, keeps short links for Pangle to read,
throws other people's affiliate codes away.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from affiliate.networks.text import as_pasted, find_urls, mentions, normalised, place_of
from affiliate.networks.types import ItemRef

SLUG = "douyin"
ITEM_HOSTS = ("haohuo.jinritemai.com", "haohuo.snssdk.com")
SHORT_HOSTS = ("v.douyin.com", "z.douyin.com")

_ITEM_PATH = re.compile(
    r"^/(?:views/product/(?:item2?|detail)|ecommerce/trade/detail(?:/index\.html)?|product/item)/?$", re.I
)
_ID = re.compile(r"\d{10,20}")
_PLAIN = re.compile(r"(?<![\w:/.-])douyin[:：]\s?(\d{10,20})(?![\w-])", re.ASCII | re.I)
_APP_LINK = re.compile(r"snssdk\d{2,6}://(?:ec_goods_detail|goods/seeding)/?\?[^\s\"'<>]{1,3000}", re.I)
_CODE = re.compile(r"^/[\w-]{4,40}/?$", re.ASCII)
_TRACES = ("douyin", "jinritemai", "snssdk")
"""A text without one of these holds no item of Douyin, and is not looked at further."""


def find_items(text: str) -> list[ItemRef]:
    """Every item and short link in the text, in order, each once."""
    if not mentions(text, _TRACES):
        return []
    plain = normalised(text)
    positions: dict[ItemRef, int] = {}
    for url in find_urls(text):
        if (ref := ref_of(url)) is not None:
            positions.setdefault(ref, place_of(url, plain))
    for match in _APP_LINK.finditer(plain):
        if (ref := _of_query(match.group().partition("?")[2], ("product_id", "promotion_id"))) is not None:
            positions.setdefault(ref, match.start())
    for match in _PLAIN.finditer(plain):
        positions.setdefault(_item(match.group(1)), match.start())
    return as_pasted(positions, text)


def ref_of(url: str) -> ItemRef | None:
    """The item one address leads to; None for every address that is no item of Douyin."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or port not in (None, 80, 443):
        return None
    if host in ITEM_HOSTS and _ITEM_PATH.match(parts.path):
        return _of_query(parts.query, ("id", "product_id"))
    if host in SHORT_HOSTS and _CODE.match(parts.path):
        return ItemRef(SLUG, "", url=f"https://{host}/{parts.path.strip('/')}/", needs_expansion=True)
    return None


def _of_query(query: str, names: tuple[str, ...]) -> ItemRef | None:
    """The item that a query names, by the first of these names that stands in it."""
    try:
        values = parse_qs(query, max_num_fields=100)
    except ValueError:
        return None
    found = next((value[0] for name in names if (value := values.get(name))), "")
    return _item(found) if _ID.fullmatch(found) else None


def item_address(item_id: str) -> str:
    """The plain page of an item; "" for what cannot be an id of Douyin."""
    return f"https://haohuo.jinritemai.com/views/product/item2?id={item_id}" if _ID.fullmatch(item_id) else ""


def _item(item_id: str) -> ItemRef:
    return ItemRef(SLUG, item_id, url=item_address(item_id))
