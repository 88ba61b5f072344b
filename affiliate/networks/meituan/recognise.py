"""Finds what Meituan Union promotes in pasted text. Goods and activities have no public address: an activity is named
by its number, goods by the sign that query_coupon gives, and a promotion link stands for either until Meituan reads it.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from affiliate.networks.text import as_pasted, find_urls, mentions, normalised, place_of
from affiliate.networks.types import ItemRef

SLUG = "meituan"
LINK_HOSTS = ("dpurl.cn", "click.meituan.com", "runion.meituan.com")
APP_IDS = ("wxde8ac0a21135c07d",)

_PLAIN = re.compile(
    r"(?<![\w:/.-])meituan[:：]\s?(?:(act)[:：](\d{1,12})(?!\w)|(sku)[:：]([\w=+-]{4,200}))", re.ASCII | re.I
)
_ID = re.compile(r"act:\d{1,12}|sku:[\w=+-]{4,200}", re.ASCII)
_TRACES = ("meituan", "dpurl.cn")
"""A text without one of these holds nothing of Meituan, and is not looked at further."""
_APP_LINK = re.compile(r"imeituan://www\.meituan\.com/web\?([^\s\"'<>]{1,2000})", re.I)
_CODE = re.compile(r"^/[\w-]{3,40}/?$", re.ASCII)


def find_items(text: str) -> list[ItemRef]:
    """Every item, activity and promotion link in the text, in order, each once."""
    if not mentions(text, _TRACES):
        return []
    plain = normalised(text)
    positions: dict[ItemRef, int] = {}
    for url in find_urls(text):
        if (ref := ref_of(url)) is not None:
            positions.setdefault(ref, place_of(url, plain))
    for match in _APP_LINK.finditer(plain):
        if (ref := ref_of(_query(match.group(1)).get("url", [""])[0])) is not None:
            positions.setdefault(ref, match.start())
    for match in _PLAIN.finditer(plain):
        kind, value = (match.group(1), match.group(2)) if match.group(1) else (match.group(3), match.group(4))
        positions.setdefault(ItemRef(SLUG, f"{kind.lower()}:{value}"), match.start())
    return as_pasted(positions, text)


def ref_of(url: str) -> ItemRef | None:
    """The promotion link an address is, kept as it must be handed to Meituan; None for every other address."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or port not in (None, 80, 443) or host not in LINK_HOSTS:
        return None
    if host == "dpurl.cn":
        return _link(f"https://dpurl.cn{parts.path.rstrip('/')}") if _CODE.match(parts.path) else None
    query = _query(parts.query)
    wanted = ("t", "p") if host == "click.meituan.com" else ("key",)
    if not any(query.get(name) for name in wanted):
        return None
    return _link(f"https://{host}{parts.path}?{parts.query}")


def kind_and_id(item_id: str) -> tuple[str, str]:
    """`("act", "33")` or `("sku", "…")`; two empty strings for what is no id of Meituan's."""
    if not _ID.fullmatch(item_id):
        return "", ""
    kind, value = item_id.split(":", 1)
    return kind, value


def _query(text: str) -> dict[str, list[str]]:
    try:
        return parse_qs(text, max_num_fields=50)
    except ValueError:
        return {}


def _link(url: str) -> ItemRef:
    return ItemRef(SLUG, "", url=url, needs_expansion=True)
