"""Finds VIP items in pasted text. Pure: reads hosts and ids, throws other people's affiliate codes away."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from affiliate.networks.text import as_pasted, find_urls, mentions, normalised, place_of
from affiliate.networks.types import ItemRef

SLUG = "vip"

SHORT_HOST = "t.vip.com"
_DOMAINS = (".vip.com", ".vipglobal.hk")
_ITEM_PATH = re.compile(r"^/(?:product|detail)-(\d{1,20})-(\d{8,20})\.html?/?$", re.I)
_SHORT_CODE = re.compile(r"^/[A-Za-z0-9_-]{4,40}/?$")
_GOODS_ID = re.compile(r"(?!0+$)\d{8,20}", re.ASCII)
_BRAND_ID = re.compile(r"\d{1,20}", re.ASCII)
_PLAIN_ID = re.compile(r"(?<![\w:/.-])vip[:：]\s?(\d{8,20})(?![\w-])", re.ASCII | re.I)
_APP_LINK = re.compile(r"vipshop://showGoodsDetail\?[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]{1,2000}", re.I)
_MINI_PATH = re.compile(
    r"(?<![\w./-])/?pages/productDetail/productDetail(?:\.html)?\?[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]{1,2000}", re.I
)
_NESTED = ("url", "desturl", "landurl", "target", "redirect", "src", "f_url", "from_url")
_TRACES = ("vip.com", "vipglobal", "vipshop", "vip:", "vip：", "productdetail")
"""A text without one of these holds no item of VIP, and is not looked at further."""


def find_items(text: str) -> list[ItemRef]:
    """Every item of VIP in the text, in order, each once. A text with one item lends it its title and price."""
    if not mentions(text, _TRACES):
        return []
    plain = normalised(text)
    found: list[tuple[int, ItemRef]] = []
    for url in find_urls(text):
        if (ref := ref_of(url)) is not None:
            found.append((place_of(url, plain), ref))
    for pattern, name in ((_APP_LINK, "pid"), (_MINI_PATH, "goodsid")):
        for match in pattern.finditer(plain):
            if (ref := _from_query(match.group(), name)) is not None:
                found.append((match.start(), ref))
    found += [(m.start(), _item(m.group(1))) for m in _PLAIN_ID.finditer(plain) if _GOODS_ID.fullmatch(m.group(1))]
    once: dict[str, tuple[int, ItemRef]] = {}
    for place, ref in sorted(found, key=lambda entry: entry[0]):
        once.setdefault(ref.item_id or ref.url, (place, ref))  # one item lies under several brands
    return as_pasted({ref: place for place, ref in once.values()}, text)


def ref_of(url: str, *, nested: bool = True) -> ItemRef | None:
    """The item one address leads to; None for every address that is no item of VIP, whatever it contains."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or port not in (None, 80, 443) or "@" in parts.netloc:
        return None
    if not f".{host}".endswith(_DOMAINS):
        return None
    if match := _ITEM_PATH.match(parts.path):
        return _item(match.group(2), match.group(1)) if _GOODS_ID.fullmatch(match.group(2)) else None
    query = _query(parts)
    if host == "click.union.vip.com" and parts.path.lower().rstrip("/").endswith("/showgoodsdetail"):
        return _numbered(query, "pid")
    if nested and (inner := _inner(query)) is not None:
        return inner
    if host == SHORT_HOST and _SHORT_CODE.match(parts.path) and not parts.path.lower().endswith(".php"):
        return ItemRef(SLUG, "", url=f"https://{host}{parts.path.rstrip('/')}", needs_expansion=True)
    return None


def item_address(item_id: str, brand_id: str = "0") -> str:
    """The plain page of an item; "" for what cannot be an id of VIP. The brand changes with every sale, the page is
    found without it.
    """
    if not _GOODS_ID.fullmatch(item_id) or not _BRAND_ID.fullmatch(brand_id):
        return ""
    return f"https://m.vip.com/product-{brand_id}-{item_id}.html"


def address_of(ref: ItemRef) -> str:
    """The plain page of an item, under the brand that its own address names."""
    known = ref_of(ref.url) if ref.url else None
    return known.url if known is not None and known.item_id == ref.item_id else item_address(ref.item_id)


def _item(item_id: str, brand_id: str = "0") -> ItemRef:
    return ItemRef(SLUG, item_id, url=item_address(item_id, brand_id))


def _numbered(query: dict[str, str], name: str) -> ItemRef | None:
    number, brand = query.get(name, ""), query.get("brandid", "0")
    if not _GOODS_ID.fullmatch(number):
        return None
    return _item(number, brand if _BRAND_ID.fullmatch(brand) else "0")


def _from_query(link: str, name: str) -> ItemRef | None:
    try:
        return _numbered(_query(urlsplit(link)), name)
    except ValueError:
        return None


def _inner(query: dict[str, str]) -> ItemRef | None:
    """The item inside the query of a page that sends one on."""
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
