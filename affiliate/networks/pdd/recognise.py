"""Finds Pinduoduo items in pasted text. Pure: reads hosts and ids, throws other people's affiliate codes away."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from affiliate.networks.text import as_pasted, find_urls, mentions, normalised, place_of
from affiliate.networks.types import ItemRef

SLUG = "pdd"

SHORT_HOST = "p.pinduoduo.com"
PAGE_HOST = "mobile.yangkeduo.com"
SHORT_HOSTS = (SHORT_HOST, PAGE_HOST, "mobile.pinduoduo.com")
_DOMAINS = (".yangkeduo.com", ".pinduoduo.com")
_NOT_SHOPS = frozenset({"mms.pinduoduo.com", "pifa.pinduoduo.com", "open.pinduoduo.com"})
"""The merchants' back-end, the wholesale market and the platform's docs: their numbers are no readers' items."""

_GOODS_PATH = re.compile(r"^/goods\d?\.html?/?$", re.I)
_LANDING_PATH = re.compile(r"^/duo_\w{2,40}\.html?/?$", re.I)
_JINBAO_PATH = re.compile(r"^/goods-detail/?$", re.I)
_SHORT_CODE = re.compile(r"^/[A-Za-z0-9_-]{4,40}/?$")
_SHARE_CODE = re.compile(r"[A-Za-z0-9_-]{4,64}")
_GOODS_ID = re.compile(r"(?!0+$)\d{3,20}", re.ASCII)
_GOODS_SIGN = re.compile(r"(?=[\w-]*[A-Za-z])[A-Za-z0-9][\w-]{9,127}", re.ASCII)
_PLAIN_ID = re.compile(
    r"(?<![\w:/.-])pdd[:：]\s?((?:\d{3,20}(?![\w-]))|(?=[\w-]*[A-Za-z])[A-Za-z0-9][\w-]{9,127})", re.ASCII | re.I
)
_APP_LINK = re.compile(r"(?:pinduoduo|pddopen|pinduoduolite)://[^\s\"'<>「」【】]{1,2000}", re.I)
_MINI_PATH = re.compile(
    r"(?<![\w./-])/?(?:package_[a-z]\w{0,20}/[\w/]{1,100}|pages/goods/goods|pages/web/web)(?:\.html)?"
    r"\?[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]{1,2000}",
    re.I,
)
_NESTED = ("launch_url", "from", "h5url", "url", "src", "target_url", "redirect", "refer_url")
_TRACES = ("yangkeduo", "pinduoduo", "pddopen", "pdd:", "pdd：", "package_", "pages/")
"""A text without one of these holds no item of Pinduoduo, and is not looked at further."""


def find_items(text: str) -> list[ItemRef]:
    """Every item of Pinduoduo in the text, in order, each once. A text with one item lends it its title and price."""
    if not mentions(text, _TRACES):
        return []
    plain = normalised(text)
    found: dict[ItemRef, int] = {}
    for url in find_urls(text):
        if (ref := ref_of(url)) is not None:
            found.setdefault(ref, place_of(url, plain))
    for pattern, read in ((_APP_LINK, _from_app), (_MINI_PATH, _from_mini)):
        for match in pattern.finditer(plain):
            if (ref := read(match.group())) is not None:
                found.setdefault(ref, match.start())
    for match in _PLAIN_ID.finditer(plain):
        if item_address(match.group(1)):
            found.setdefault(_item(match.group(1)), match.start())
    return as_pasted(found, text)


def ref_of(url: str, *, nested: bool = True) -> ItemRef | None:
    """The item one address leads to; None for every address that is no item of Pinduoduo, whatever it contains."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or port not in (None, 80, 443) or "@" in parts.netloc:
        return None
    if not f".{host}".endswith(_DOMAINS) or host in _NOT_SHOPS:
        return None
    if host == SHORT_HOST:
        if not _SHORT_CODE.match(parts.path):
            return None
        return ItemRef(SLUG, "", url=f"https://{host}{parts.path.rstrip('/')}", needs_expansion=True)
    query = _query(parts)
    if _GOODS_PATH.match(parts.path) or _LANDING_PATH.match(parts.path):
        return _of_query(query) or _shared(parts, query)
    if host == "jinbao.pinduoduo.com" and _JINBAO_PATH.match(parts.path):
        return _of_query({"goods_id": query.get("goodsid", ""), "goods_sign": query.get("s", "")})
    return _inner(query) if nested else None


def item_address(item_id: str) -> str:
    """The plain page of an item; "" for what cannot be an id of Pinduoduo."""
    if _GOODS_ID.fullmatch(item_id):
        return f"https://{PAGE_HOST}/goods.html?goods_id={item_id}"
    if is_sign(item_id):
        return f"https://{PAGE_HOST}/duo_coupon_landing.html?goods_sign={item_id}"
    return ""


def is_number(item_id: str) -> bool:
    """True for a goods_id, which names one product for ever."""
    return _GOODS_ID.fullmatch(item_id) is not None


def is_sign(item_id: str) -> bool:
    """True for a goods_sign, the encrypted id of DDK, of which a product may have several."""
    return _GOODS_SIGN.fullmatch(item_id) is not None


def _item(item_id: str) -> ItemRef:
    return ItemRef(SLUG, item_id, url=item_address(item_id))


def _of_query(query: dict[str, str]) -> ItemRef | None:
    """The number before the sign: one product has several signs. pid, cpsSign and the rest are left behind."""
    if is_number(number := query.get("goods_id", "")):
        return _item(number)
    return _item(sign) if is_sign(sign := query.get("goods_sign", "")) else None


def _shared(parts: SplitResult, query: dict[str, str]) -> ItemRef | None:
    """A share of the app holds a code instead of an id, and must be followed."""
    code = query.get("ps", "")
    if not _GOODS_PATH.match(parts.path) or not _SHARE_CODE.fullmatch(code):
        return None
    return ItemRef(SLUG, "", url=f"https://{PAGE_HOST}{parts.path.rstrip('/')}?ps={code}", needs_expansion=True)


def _inner(query: dict[str, str]) -> ItemRef | None:
    """The item inside the query of a page that sends one on: login, app launcher, coupon."""
    for name in _NESTED:
        if (value := query.get(name, "")) and (ref := ref_of(_absolute(value), nested=False)) is not None:
            return ref
    return None


def _from_app(link: str) -> ItemRef | None:
    """`pinduoduo://com.xunmeng.pinduoduo/goods.html?…` and launchers that carry a whole address."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    query = _query(parts)
    if _GOODS_PATH.match(parts.path) or _LANDING_PATH.match(parts.path):
        return _of_query(query) or _shared(parts, query)
    return _inner(query)


def _from_mini(path: str) -> ItemRef | None:
    """Paths of the mini program. Other programs have pages of such names, so that only Pinduoduo's own keys count."""
    try:
        query = _query(urlsplit(path))
    except ValueError:
        return None
    return _of_query(query) or _inner(query)


def _absolute(value: str) -> str:
    inner = unquote(value).strip() if "%" in value else value.strip()
    return inner if "://" in inner else f"https://{PAGE_HOST}/" + inner.lstrip("/")


def _query(parts: SplitResult) -> dict[str, str]:
    try:
        found = parse_qs(parts.query, max_num_fields=100)
    except ValueError:
        return {}
    return {name.lower(): values[0].strip() for name, values in found.items()}
