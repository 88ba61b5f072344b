"""Finds Kuaishou's items in pasted text. Pure: reads ids out of item pages of any host, keeps short links and 口令 for
Kuaishou to read, throws other people's share tokens away.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from affiliate.networks.text import as_pasted, find_urls, mentions, normalised, place_of
from affiliate.networks.types import ItemRef

SLUG = "kuaishou"
ITEM_PATHS = (
    "/merchant/shop/detail",
    "/page/kwaishop-goods-detail-page-app",
    "/page/kwaishop-buyer-goods-detail-outside",
)
SHORT_HOSTS = ("v.kuaishou.com",)
SHOP_HOSTS = ("app.kwaixiaodian.com", "app.kwaishop.com", "www.kwaixiaodian.com")

_ID = re.compile(r"\d{9,20}")
_PLAIN = re.compile(r"(?<![\w:/.-])kuaishou[:：]\s?(\d{9,20})(?![\w-])", re.ASCII | re.I)
_TOKEN = re.compile(r"##(X-[A-Za-z0-9_]{6,40})##")
_CODE = re.compile(r"^/(?:f/)?[\w-]{4,60}/?$", re.ASCII)
_TRACES = ("kuaishou", "kwai", "/merchant/shop/detail", "/f/x-", "##x-")
"""A text without one of these holds no item of Kuaishou, and is not looked at further."""
_PROMOTED = re.compile(r"^/f/(X-[A-Za-z0-9_]{6,40})/?$", re.ASCII)


def find_items(text: str) -> list[ItemRef]:
    """Every item, short link and 口令 in the text, in order, each once. A 口令 beside an item's page is that item."""
    if not mentions(text, _TRACES):
        return []
    plain = normalised(text)
    positions: dict[ItemRef, int] = {}
    for url in find_urls(text):
        if (ref := ref_of(url)) is not None:
            positions.setdefault(ref, place_of(url, plain))
    for match in _PLAIN.finditer(plain):
        positions.setdefault(_item(match.group(1)), match.start())
    if not any(ref.item_id for ref in positions):
        for match in _TOKEN.finditer(plain):
            positions.setdefault(_token(match.group(1)), match.start())
    return as_pasted(positions, text)


def ref_of(url: str) -> ItemRef | None:
    """The item one address leads to; None for every address that is no item of Kuaishou.

    Share links stand on changing hosts, so the path tells them: with a `shareToken` on any host, without on its own.
    """
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
        query = parse_qs(parts.query, max_num_fields=100)
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or port not in (None, 80, 443):
        return None
    if parts.path.rstrip("/") in ITEM_PATHS and (host in SHOP_HOSTS or query.get("shareToken")):
        found = next((value[0] for name in ("id", "itemId") if (value := query.get(name))), "")
        return _item(found) if _ID.fullmatch(found) else None
    if match := _PROMOTED.match(parts.path):
        return _token(match.group(1))
    if host in SHORT_HOSTS and _CODE.match(parts.path):
        return ItemRef(SLUG, "", url=f"https://{host}{parts.path.rstrip('/')}", needs_expansion=True)
    return None


def item_address(item_id: str) -> str:
    """The plain page of an item; "" for what cannot be an id of Kuaishou."""
    return f"https://app.kwaixiaodian.com/merchant/shop/detail?id={item_id}" if _ID.fullmatch(item_id) else ""


def share_token(url: str) -> str:
    """The 口令 that a ref stands for, as link.parse takes it; "" for none."""
    match = _PROMOTED.match(urlsplit(url).path) if url.startswith("https://v.kuaishou.com/f/") else None
    return f"##{match.group(1)}##" if match else ""


def _item(item_id: str) -> ItemRef:
    return ItemRef(SLUG, item_id, url=item_address(item_id))


def _token(token: str) -> ItemRef:
    return ItemRef(SLUG, "", url=f"https://v.kuaishou.com/f/{token}", needs_expansion=True)
