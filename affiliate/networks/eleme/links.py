"""Reads the many links that one answer of Ele.me's union holds: pages, short links, app, 口令 and mini-program."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from affiliate.networks.addresses import host_allowed
from affiliate.networks.eleme.recognise import SLUG
from affiliate.networks.errors import ProtocolError
from affiliate.networks.reading import part
from affiliate.networks.sanity import clean_url
from affiliate.networks.top_reading import from_epoch
from affiliate.networks.types import AffiliateLink, ItemRef

EXIT_HOSTS = (".ele.me", ".taobao.com")
"""Since Ele.me became 淘宝闪购, its pages stand on either."""
LIFE = timedelta(days=29)
"""The 口令 of a link lasts thirty days."""
SHORTEST_LIFE = timedelta(hours=1)


def affiliate_link(ref: ItemRef, sub_id: str | None, pid: str, data: Mapping[str, Any], now: datetime) -> AffiliateLink:
    """The link in every form. Raises ProtocolError where none of them opens in a browser."""
    link = part(data, "link")
    page, app, wechat = part(link, "h5_promotion"), part(link, "app_promotion"), part(link, "wx_promotion")
    long_url = ours(link.get("h5_url")) or ours(page.get("h5_url"))
    short_url = ours(link.get("h5_short_link")) or ours(page.get("short_link"))
    if not (long_url or short_url):
        raise ProtocolError(
            "Ele.me's answer holds no link that opens in a browser.",
            network=SLUG,
            code="h5_url",
            detail=str(dict(link))[:200],
        )
    return AffiliateLink(
        ref=ref,
        url=long_url or short_url,
        sub_id=sub_id,
        short_url=short_url,
        deeplink=_scheme(link.get("ele_scheme_url") or app.get("deep_link")),
        token_text=_word(link, app),
        mini_program=_mini_program(link, wechat),
        ad_slot="" if sub_id is not None else pid,
        expires_at=_end(data, now),
    )


def ours(value: Any) -> str:
    """The address with https in front, where it leads to a host of the house and every browser reads it as we do."""
    url = clean_url(value)
    return url if url and host_allowed(urlsplit(url).hostname or "", EXIT_HOSTS) else ""


def _scheme(value: Any) -> str:
    """A link of the app itself; every other scheme is dropped."""
    text = str(value or "").strip()
    return text if text.startswith("eleme://") and text.isprintable() and " " not in text and len(text) <= 2000 else ""


def _word(link: Mapping[str, Any], app: Mapping[str, Any]) -> str:
    """The 口令: Ele.me's own, else the one for Taobao's app."""
    words = (link.get("eleme_word"), app.get("eleme_word"), link.get("full_taobao_word"), link.get("taobao_word"))
    return next((str(word)[:300] for word in words if word), "")


def _mini_program(link: Mapping[str, Any], wechat: Mapping[str, Any]) -> str:
    """`<app id>:<path>` of WeChat's mini-program."""
    app_id = str(link.get("wx_appid") or wechat.get("wx_app_id") or "").strip()
    path = str(link.get("wx_path") or wechat.get("wx_path") or "").strip().lstrip("/")
    return f"{app_id}:{path}"[:500] if app_id.isalnum() and path.isprintable() and path else ""


def _end(data: Mapping[str, Any], now: datetime) -> datetime:
    """When the link must be made anew: with its activity's end, or before the 口令 runs out."""
    ends = from_epoch(data.get("end_time"))
    return max(min(now + LIFE, ends), now + SHORTEST_LIFE) if ends else now + LIFE
