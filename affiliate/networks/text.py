"""Finds addresses, titles and prices in what people paste: whole share texts, Chinese punctuation and emoji around."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from affiliate.networks.sanity import clean_title
from affiliate.networks.types import ItemRef

LONGEST_TEXT = 50_000

_INVISIBLE: dict[int, str | None] = dict.fromkeys(map(ord, "\u200b\u200c\u200e\u200f\u2060\ufeff\u00ad"))
_FULL_WIDTH: dict[int, str] = {
    code: chr(code - 0xFEE0)
    for first, last in ("09", "AZ", "az")
    for code in range(ord(first) + 0xFEE0, ord(last) + 0xFEE1)
}
_FULL_WIDTH |= {ord("＝"): "=", ord("＆"): "&", ord("％"): "%", ord("＃"): "#", ord("＿"): "_", ord("－"): "-"}
_PLAIN = _INVISIBLE | _FULL_WIDTH
_WIDE_SIGNS = "：／．？"
_UNUSUAL = re.compile(f"[{''.join(map(chr, _PLAIN))}{_WIDE_SIGNS}\\\\]")
"""Most texts hold none of these and need no cleaning."""
_WIDE_SCHEME = re.compile(r"(https?)[:：][/／]{2}", re.I)
_WIDE_INSIDE = re.compile(r"(?<=[a-z0-9])[．／](?=[a-z0-9])", re.I)
_WIDE_QUERY = re.compile(r"(?<=[a-z0-9/])？(?=[a-z0-9_]+=)", re.I)

_URL_CHARS = r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]"
_HOST = r"(?:(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}|(?:\d{1,3}\.){3}\d{1,3}|localhost)"
_URL = re.compile(
    rf"https?://{_URL_CHARS}+"
    rf"|(?:(?<![A-Za-z0-9@._/%=:-])//|(?<![A-Za-z0-9@._/%=-])){_HOST}(?::\d{{1,5}})?/{_URL_CHARS}*",
    re.I,
)
_GLUED = re.compile(r"(?<=[A-Za-z0-9,;!)\]])(?=https?://)", re.I)
"""Where one address ends and the next begins with nothing in between. One inside another's query, path or fragment
follows a sign of those (`=`, `/`, `#`) and belongs to it.
"""

_TRAILING = ".,;:!?'*~"
_PAIRS = {")": "(", "]": "["}

_TITLES = (
    re.compile(r"「([^「」]{2,400})」"),
    re.compile(r"『([^『』]{2,400})』"),
    re.compile(r"《([^《》]{2,400})》"),
    re.compile(r"【([^【】]{2,400})】"),
    re.compile(r"“([^“”]{4,400})”"),
)
_NOT_TITLES = re.compile(
    r"^(?:京东|京喜|淘宝|天猫|拼多多|苏宁|唯品会|抖音|快手|美团|闲鱼|小红书|微信|浏览器|"
    r".{0,6}(?:价格?|链接|优惠|秒杀|包邮|口令|下单|推荐|好物|分享|在售价|券后价|自营|官方|旗舰店))$"
)
_TITLE_ENDS = re.compile("[」』》】”]")
_NUMBER = r"(\d{1,7}(?:,\d{3})*(?:\.\d{1,2})?)"
_PRICES = (
    re.compile(
        rf"(?:券后价?|到手价?|实付价?|折后价?|活动价|秒杀价)】?\s*(?:仅|只要|约|为|是)?\s*[:：]?\s*[¥￥]?\s*{_NUMBER}(?![\d.%])"
    ),
    re.compile(rf"(?<![减满省返券送抵领用])[¥￥]\s*{_NUMBER}(?![\d.%])"),
    re.compile(
        rf"(?<![\d.,减满省返券送抵领用¥￥]){_NUMBER}\s*(?:元|块)(?!\s*(?:无门槛|优惠|代金|购物|大额)?\s*(?:券|红包|优惠|补贴))"
    ),
)
_PRICE_SIGNS = re.compile("[¥￥元块价券手付后]")
"""Every price stands beside one of these."""


@lru_cache(maxsize=8)
def find_urls(text: str) -> tuple[str, ...]:
    """Every http(s) address in the text, in order and without doubles. Ones written without a scheme get https.

    Kept for the few texts asked about last, like `normalised`: every network looks at the same text in turn.
    """
    found: dict[str, None] = {}
    if "/" not in (plain := normalised(text)):
        return ()
    for match in _URL.finditer(plain):
        for piece in _GLUED.split(match.group().split("](")[0]):
            url = _trimmed(piece)
            if not url.lower().startswith(("http://", "https://")):
                url = "https://" + url.removeprefix("//")
            if len(url.split("://", 1)[1].strip("/")) > 2:
                found.setdefault(url)
    return tuple(found)


def share_hints(text: str) -> dict[str, str]:
    """What a share text says of the item: `title` out of its brackets, `price` as digits. Absent ones are left out."""
    plain = normalised(text)
    if "/" in plain:
        plain = _URL.sub(" ", plain)
    hints: dict[str, str] = {}
    if _TITLE_ENDS.search(plain) and (title := _title(plain)):
        hints["title"] = title
    if _PRICE_SIGNS.search(plain):
        prices = (match.group(1) for pattern in _PRICES if (match := pattern.search(plain)))
        if price := next(prices, ""):
            hints["price"] = price.replace(",", "")
    return hints


@lru_cache(maxsize=8)
def normalised(text: str) -> str:
    """The text with invisible characters gone and full-width letters, digits and address signs made plain."""
    text = text[:LONGEST_TEXT]
    if "&amp;" not in text and not _UNUSUAL.search(text):
        return text
    text = text.translate(_PLAIN)
    text = _WIDE_SCHEME.sub(r"\1://", text.replace("\\/", "/").replace("&amp;", "&"))
    text = _WIDE_INSIDE.sub(lambda m: "." if m.group() == "．" else "/", text)
    return _WIDE_QUERY.sub("?", text)


@lru_cache(maxsize=8)
def lowered(text: str) -> str:
    """The normalised text in lower case, to look for words in it."""
    return normalised(text).lower()


def mentions(text: str, words: tuple[str, ...]) -> bool:
    """Whether one of the words, in lower case, stands in the text. A network whose own words and hosts are not there is
    not looked for any further: of a dozen networks, a text is about one.
    """
    return any(map(lowered(text).__contains__, words))


def place_of(url: str, plain: str) -> int:
    """Where an address of `find_urls` stands in the normalised text; one that got its scheme from us is looked for
    without it.
    """
    at = plain.find(url)
    return at if at >= 0 else plain.find(url.split("://", 1)[1])


def as_pasted(found: Mapping[ItemRef, int], text: str) -> list[ItemRef]:
    """What was found, by its places in the text. A text with one item lends it its title and price."""
    if len(found) != 1:
        return sorted(found, key=lambda ref: found[ref])
    (ref,) = found
    return [ItemRef(ref.network, ref.item_id, ref.url, ref.needs_expansion, share_hints(text))]


def _title(plain: str) -> str:
    for pattern in _TITLES:
        candidates = [clean_title(inner) for inner in pattern.findall(plain)]
        wanted = [inner for inner in candidates if len(inner) > 1 and not _NOT_TITLES.search(inner)]
        if wanted:
            return max(wanted, key=len)
    return ""


def _trimmed(url: str) -> str:
    """Without the punctuation of the sentence around it; brackets stay where they are balanced."""
    while url:
        last = url[-1]
        if last in _TRAILING or (last in _PAIRS and url.count(last) > url.count(_PAIRS[last])):
            url = url[:-1]
        else:
            break
    return url
