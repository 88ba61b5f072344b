"""Finds items of Taobao, Tmall and Juhuasuan in pasted text: addresses, app links, short links and 口令.

Pure: reads hosts and ids, throws other people's affiliate codes away. Links and 口令 that hide their item are passed on
for the union's own parse call.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from affiliate.networks.taobao.passwords import TOKEN_HOST, passwords
from affiliate.networks.text import as_pasted, find_urls, mentions, normalised, place_of
from affiliate.networks.types import ItemRef

SLUG = "taobao"

SHORT_HOSTS = (
    "m.tb.cn",
    "e.tb.cn",
    "i.tb.cn",
    "s.tb.cn",
    "s.click.taobao.com",
    "s.click.tmall.com",
    "uland.taobao.com",
)
LOOKUP_HOSTS = (*SHORT_HOSTS, TOKEN_HOST)
_HOUSES = (".taobao.com", ".tmall.com", ".tmall.hk", ".liangxinyao.com", ".fliggy.com", ".95095.com", ".alitrip.com")
_NEVER = frozenset(
    {"2.taobao.com", "s.2.taobao.com", "h5.2.taobao.com", "s.taobao.com", "list.tmall.com", "paimai.taobao.com"}
)
"""闲鱼 sells second hand, 拍卖 by auction, the others search: none of it is an item that the union pays for."""
_ITEM_HOSTS = frozenset(
    {
        "item.taobao.com",
        "detail.tmall.com",
        "detail.m.tmall.com",
        "detail.tmall.hk",
        "chaoshi.detail.tmall.com",
        "chaoshi.tmall.com",
        "detail.ju.taobao.com",
        "ju.taobao.com",
        "jhs.taobao.com",
        "h5.m.taobao.com",
        "m.taobao.com",
        "new.m.taobao.com",
        "main.m.taobao.com",
        "market.m.taobao.com",
        "m.intl.taobao.com",
        "world.taobao.com",
        "world.tmall.com",
        "a.m.taobao.com",
        "a.m.tmall.com",
        "a.ele.tmall.com",
        "m.tmall.com",
        "page.tm",
        "detail.liangxinyao.com",
        "detail.m.liangxinyao.com",
        "detail.yao.95095.com",
        "traveldetail.fliggy.com",
        "items.fliggy.com",
        "items.alitrip.com",
        "uland.taobao.com",
        "temai.taobao.com",
        "ai.taobao.com",
    }
)
_ITEM_PATH = re.compile(
    r"(?:^|/)(?:item|item_o|detail|detailv2|itemdetail|edetail|home|index|auction|item_detail)(?:\.html?)?/?$", re.I
)
_ID_IN_PATH = re.compile(r"^/(?:i|item/|item/detail/)(\d{5,20})(?:\.html?)?/?$", re.I)
_ID_NAMES = ("item_id", "itemid", "itemidstr", "num_iid", "numiid", "id")
"""Juhuasuan's own `id` names the sale, its `item_id` the item: the surer name comes first."""
_NUMBER = re.compile(r"[1-9]\d{4,19}")
_UNION_ID = re.compile(r"(?=.{8,50}$)[A-Za-z0-9]{2,40}-[A-Za-z0-9]{2,40}")
"""新商品ID: a front part that changes and a back part that stays."""
_PLAIN_ID = re.compile(
    r"(?<![\w:/.-])taobao[:：]\s?([1-9]\d{4,19}(?![\w-])|[A-Za-z0-9]{2,40}-[A-Za-z0-9]{2,40}(?![\w-]))", re.ASCII | re.I
)
_APP_LINK = re.compile(r"(?:taobao|tbopen|tmall|taobaotravel)://[^\s'<>，。；]{3,2000}", re.I)
_SHORT_PATH = re.compile(r"^/(?:h\.)?[A-Za-z0-9]{5,40}/?$")
_NESTED = frozenset(
    [
        "redirecturl",
        "redirect_url",
        "redirect",
        "returnurl",
        "return_url",
        "target",
        "targeturl",
        "url",
        "h5url",
        "u",
        "burl",
        "backurl",
        "jumpurl",
        "jump_url",
        "tpl_redirect_url",
        "smburl",
        "to",
        "weburl",
    ]
)
_TRACES = ("taobao", "tmall", "tb.cn", "page.tm", "liangxinyao", "fliggy", "95095", "alitrip", "tbopen")
"""A text without one of these holds no address or id of Taobao; it may still hold a 口令."""


def find_items(text: str) -> list[ItemRef]:
    """Every item of Taobao in the text, in order, each once. A text with one item lends it its title and price."""
    plain = normalised(text)
    positions: dict[ItemRef, int] = {}
    if mentions(text, _TRACES):
        for url in find_urls(text):
            if (ref := ref_of(url)) is not None:
                positions.setdefault(ref, place_of(url, plain))
        for match in _APP_LINK.finditer(plain):
            if (ref := _of_app_link(match.group())) is not None:
                positions.setdefault(ref, match.start())
        for match in _PLAIN_ID.finditer(plain):
            positions.setdefault(_item(match.group(1)), match.start())
    for at, token in passwords(plain, sorted(positions.values()), [*(ref.url for ref in positions)]):
        positions.setdefault(ItemRef(SLUG, "", url=f"https://{TOKEN_HOST}/?tk={token}", needs_expansion=True), at)
    return as_pasted(positions, text)


def ref_of(url: str, *, nested: bool = True) -> ItemRef | None:
    """The item one address leads to; None for every address that is no item of Taobao, whatever it contains."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or port not in (None, 80, 443) or host in _NEVER:
        return None
    query = _query(parts)
    if host in _ITEM_HOSTS and (item_id := _item_id(parts, query)):
        return _item(item_id)
    if nested and (host.endswith(_HOUSES) or host == "ace.tb.cn"):
        for inner in _inner_addresses(query):
            if (ref := ref_of(inner, nested=False)) is not None:
                return ref
    return _short(host, parts, query)


def item_address(item_id: str) -> str:
    """The plain page of an item; "" for what cannot be an id of Taobao."""
    if _NUMBER.fullmatch(item_id):
        return f"https://item.taobao.com/item.htm?id={item_id}"
    if _UNION_ID.fullmatch(item_id):
        return f"https://uland.taobao.com/item/edetail?id={item_id}"
    return ""


def _item(item_id: str) -> ItemRef:
    return ItemRef(SLUG, item_id, url=item_address(item_id))


def _query(parts: SplitResult) -> dict[str, str]:
    """The query by lower-case names, first value each. Pages of apps keep theirs behind the fragment's mark."""
    text = parts.query
    if "?" in parts.fragment:
        text += "&" + parts.fragment.partition("?")[2]
    try:
        found = parse_qs(text, max_num_fields=100)
    except ValueError:
        return {}
    names: dict[str, str] = {}
    for name, values in found.items():
        names.setdefault(name.lower().removeprefix("amp;"), values[0].strip())
    return names


def _item_id(parts: SplitResult, query: dict[str, str]) -> str:
    if match := _ID_IN_PATH.match(parts.path):
        return match.group(1)
    if not _ITEM_PATH.search(parts.path):
        return ""
    values = (query.get(name, "") for name in _ID_NAMES)
    return next((value for value in values if item_address(value)), "")


def _inner_addresses(query: dict[str, str]) -> Iterator[str]:
    """Addresses inside the query of a page of the house, such as the one a login page comes back to."""
    for name, value in query.items():
        if name in _NESTED:
            inner = value if "://" in value else unquote(value)
            yield inner if "://" in inner else "https://" + inner.lstrip("/")


def _of_app_link(link: str) -> ItemRef | None:
    """taobao://, tmall:// and tbopen:// are addresses with the scheme exchanged, or carry one inside."""
    inner = re.search(r"itemid%22%3a%22?(\d{5,20})|\"itemid\":\"?(\d{5,20})|item:id=(\d{5,20})", link, re.I)
    if inner:
        return _item(next(group for group in inner.groups() if group))
    return ref_of("https://" + link.split("://", 1)[1])


def _short(host: str, parts: SplitResult, query: dict[str, str]) -> ItemRef | None:
    """A link that only the union or a browser can read, as it must be asked about or followed."""
    if host == TOKEN_HOST and re.fullmatch(r"[A-Za-z0-9]{11}", query.get("tk", "")):
        return ItemRef(SLUG, "", url=f"https://{TOKEN_HOST}/?tk={query['tk']}", needs_expansion=True)
    if host.endswith("tb.cn") and host in SHORT_HOSTS and _SHORT_PATH.match(parts.path):
        token = query.get("tk", "")
        tail = f"?tk={token}" if re.fullmatch(r"[A-Za-z0-9]{8,16}", token) else ""
        return ItemRef(SLUG, "", url=f"https://{host}{parts.path.rstrip('/')}{tail}", needs_expansion=True)
    if host in ("s.click.taobao.com", "s.click.tmall.com") and len(parts.path) > 1:
        if parts.path == "/t" and not parts.query:
            return None
        tail = f"?{parts.query}" if parts.query else ""
        return ItemRef(SLUG, "", url=f"https://{host}{parts.path}{tail}", needs_expansion=True)
    if host == "uland.taobao.com" and parts.path.startswith(("/coupon/", "/quan/", "/item/")) and query.get("e"):
        return ItemRef(SLUG, "", url=f"https://{host}{parts.path}?{parts.query}", needs_expansion=True)
    return None
