"""Finds JD items in pasted text. Pure: reads hosts and ids, throws other people's affiliate codes away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from affiliate.networks.text import as_pasted, find_urls, mentions, normalised, place_of
from affiliate.networks.types import ItemRef

SLUG = "jd"

SHORT_HOSTS = ("u.jd.com", "union-click.jd.com", "3.cn")
_PATH_HOSTS = frozenset(
    {
        "item.jd.com",
        "item.m.jd.com",
        "i-item.jd.com",
        "item.jd.hk",
        "item.m.jd.hk",
        "mitem.jd.hk",
        "npcitem.jd.hk",
        "npcitem.jd.com",
        "item.yiyaojd.com",
        "m.jd.com",
        "re.jd.com",
        "re.m.jd.com",
    }
)
_QUERY_HOSTS = frozenset(
    {
        "item.m.jd.com",
        "wq.jd.com",
        "wqitem.jd.com",
        "wqitem.jd.hk",
        "wqs.jd.com",
        "kpl.m.jd.com",
        "jingfen.jd.com",
        "m.jingxi.com",
    }
)
_SKU_PATH = re.compile(r"^/(?:product/|cps/item/|ware/)?(\d{4,20})\.html(?:&.*)?$", re.I)
_SKU_QUERY = ("sku", "skuid", "wareid")
_ITEM_QUERY_PATH = re.compile(r"^/(?:(?:mm/)?item/view|item\.html|item|product|ware/view\.action|detail)/?$", re.I)
_JINGFEN = re.compile(r"^/detail/([\w-]{2,80}_[\w-]{2,80}|\d{4,20})\.html$", re.ASCII | re.I)
_SKU = re.compile(r"\d{4,20}")
_PLAIN_ID = re.compile(r"(?<![\w:/.-])jd[:：]\s?(\d{4,20}(?![\w-])|[A-Za-z0-9-]{2,80}_[\w-]{2,80})", re.ASCII | re.I)
_APP_LINK = re.compile(r"openapp\.jdmobile://[^\n]{1,2000}", re.I)
_APP_SKU = re.compile(r"[\"'](?:skuid|wareid)[\"']\s*:\s*[\"']?(\d{4,20})", re.I)
_APP_URL = re.compile(r"[\"']url[\"']\s*:\s*[\"'](https?://[^\"'\s]{4,2000})", re.I)
_MINI_PATH = re.compile(
    r"(?<![\w./-])/?pages/(?:item/detail/detail|union/proxy/proxy)(?:\.html)?\?[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]{1,2000}",
    re.I,
)
"""Pages of JD's mini program: an item, and the door of the union, which carries a promotion link."""
_SHORT_CODE = re.compile(r"^/[\w-]{3,40}/?$", re.ASCII)
_NESTED = ("returnurl", "to", "url", "rurl", "burl", "target", "spreadurl")
_TRACES = ("jd", "3.cn", "jingxi.com", "pages/item/detail/detail")
"""A text without one of these holds no item of JD, and is not looked at further."""


def find_items(text: str) -> list[ItemRef]:
    """Every item of JD in the text, in order, each once. A text with one item lends it its title and price."""
    if not mentions(text, _TRACES):
        return []
    positions: dict[ItemRef, int] = {}
    plain = normalised(text)
    for url in find_urls(text):
        ref = ref_of(url)
        if ref is not None:
            positions.setdefault(ref, place_of(url, plain))
    for match in _PLAIN_ID.finditer(plain):
        positions.setdefault(_item(match.group(1)), match.start())
    for pattern, read in ((_APP_LINK, _from_app), (_MINI_PATH, _from_mini)):
        for match in pattern.finditer(plain):
            if (ref := read(match.group())) is not None:
                positions.setdefault(ref, match.start())
    return as_pasted(positions, text)


def ref_of(url: str, *, nested: bool = True) -> ItemRef | None:
    """The item one address leads to; None for every address that is no item of JD, whatever it contains."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or port not in (None, 80, 443):
        return None
    if item_id := _item_id(host, parts):
        return _item(item_id)
    if nested and (host.endswith((".jd.com", ".jd.hk")) or host == "jd.com"):
        for inner in _inner_addresses(parts):
            if (ref := ref_of(inner, nested=False)) is not None:
                return ref
    if _is_short(host, parts):
        return ItemRef(SLUG, "", url=_short_url(host, parts), needs_expansion=True)
    return None


def item_address(item_id: str) -> str:
    """The plain page of an item; "" for what cannot be an id of JD."""
    if _SKU.fullmatch(item_id):
        return f"https://item.jd.com/{item_id}.html"
    if re.fullmatch(r"[A-Za-z0-9-]{2,80}_[\w-]{2,80}", item_id, re.ASCII):
        return f"https://jingfen.jd.com/detail/{item_id}.html"
    return ""


def _item(item_id: str) -> ItemRef:
    return ItemRef(SLUG, item_id, url=item_address(item_id))


def _from_app(link: str) -> ItemRef | None:
    """What the app's own link opens: an item by its number, or a page by its address."""
    said = unquote(link)
    if sku := _APP_SKU.search(said):
        return _item(sku.group(1))
    page = _APP_URL.search(said)
    return ref_of(page.group(1)) if page else None


def _from_mini(path: str) -> ItemRef | None:
    try:
        parts = urlsplit(path)
    except ValueError:
        return None
    sku = next((found[0] for name, found in _query(parts).items() if name.lower() == "sku"), "")
    if "item/detail" in parts.path.lower():
        return _item(sku) if _SKU.fullmatch(sku) else None
    return next((ref for inner in _inner_addresses(parts) if (ref := ref_of(inner)) is not None), None)


def _item_id(host: str, parts: SplitResult) -> str:
    if host in _PATH_HOSTS and (match := _SKU_PATH.match(parts.path)):
        return match.group(1)
    if host == "jingfen.jd.com" and (match := _JINGFEN.match(parts.path)):
        return match.group(1)
    if host in _QUERY_HOSTS and _ITEM_QUERY_PATH.match(parts.path):
        values = {name.lower(): found[0] for name, found in _query(parts).items()}
        return next((v for name in _SKU_QUERY if _SKU.fullmatch(v := values.get(name, ""))), "")
    return ""


def _query(parts: SplitResult) -> dict[str, list[str]]:
    try:
        return parse_qs(parts.query, max_num_fields=100)
    except ValueError:
        return {}


def _inner_addresses(parts: SplitResult) -> Iterator[str]:
    """Addresses inside the query of a JD page, such as the one a login or risk page comes back to."""
    for name, values in _query(parts).items():
        if name.lower() in _NESTED:
            inner = unquote(values[0]).strip()
            yield inner if "://" in inner else "https://" + inner.lstrip("/")


def _is_short(host: str, parts: SplitResult) -> bool:
    if host == "union-click.jd.com":
        return parts.path.startswith(("/jdc", "/sem")) and bool(parts.query)
    if host == "u.jd.com" and parts.path.rstrip("/") == "/jda":
        return bool(parts.query)
    return host in ("u.jd.com", "3.cn") and bool(_SHORT_CODE.match(parts.path))


def _short_url(host: str, parts: SplitResult) -> str:
    """The short link as it must be followed; 3.cn and u.jd.com codes need no query, and the share token is dropped."""
    if host == "union-click.jd.com" or parts.path.rstrip("/") == "/jda":
        return f"https://{host}{parts.path}?{parts.query}"
    return f"https://{host}{parts.path.rstrip('/')}"
