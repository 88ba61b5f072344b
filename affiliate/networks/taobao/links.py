"""Makes links that earn: by 万能转链 where the account may, else out of the search's own click address.

Sources: open.taobao.com docIds 65409 (link.convert), 64759 (search), tpwd.create, spread.get. The answer names the ad
slot, for Taobao carries no sub-ID.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from affiliate.networks.addresses import host_allowed
from affiliate.networks.errors import NetworkError, NotFound, NotPromotable, PermissionNeeded, ProtocolError
from affiliate.networks.reading import part
from affiliate.networks.sanity import clean_url
from affiliate.networks.taobao.codes import MEANINGS
from affiliate.networks.taobao.parsing import same_item
from affiliate.networks.taobao.recognise import SLUG, item_address
from affiliate.networks.taobao.slots import Slot
from affiliate.networks.top import TopClient
from affiliate.networks.top_errors import business_error
from affiliate.networks.top_reading import beijing_time, rows_of
from affiliate.networks.types import AffiliateLink, ItemRef

EXIT_HOSTS = (".taobao.com", ".tmall.com", ".tmall.hk")
LIFE = timedelta(days=26)
"""Taobao names no life of its links and 口令; thirty days is what everybody reckons with."""
SHORTEST_LIFE = timedelta(hours=1)


def convert(client: TopClient, ref: ItemRef, slot: Slot, now: datetime) -> AffiliateLink:
    """One item through 万能转链. Raises PermissionNeeded where the account was not invited to it."""
    if item_address(ref.item_id):
        material: dict[str, Any] = {"item_dto": [{"item_id": ref.item_id}]}
    else:
        material = {"material_dto": [{"material_url": ref.url}]}
    root = client.call("taobao.tbk.dg.general.link.convert", where(slot) | scene(ref, slot) | material)
    data = client.inside(root, "data")
    rows = rows_of(part(data, "item_url_list")) or rows_of(part(data, "material_url_list"))
    if not rows:
        raise client.strange(root)
    row = rows[0]
    if (code := str(row.get("code") or "0")) not in ("0", "200"):
        raise business_error(SLUG, code, str(row.get("msg") or ""), MEANINGS)
    return _affiliate_link(ref, slot, row, now)


def where(slot: Slot) -> dict[str, Any]:
    """The parameters that say through which slot the link goes."""
    return {"adzone_id": int(slot.adzone)} | ({"relation_id": int(slot.relation)} if slot.relation else {})


def scene(ref: ItemRef, slot: Slot) -> dict[str, Any]:
    """biz_scene_id 2 (比价): old item numbers and channel relations are taken in it alone."""
    return {"biz_scene_id": 2} if ref.item_id.isdecimal() or slot.relation else {"biz_scene_id": 1}


def _affiliate_link(ref: ItemRef, slot: Slot, row: Mapping[str, Any], now: datetime) -> AffiliateLink:
    link, coupon = part(row, "link_info_dto"), part(row, "coupon_info_dto")
    ends = _coupon_end(coupon)
    with_coupon = bool(ours(link.get("coupon_long_url"))) and (ends is None or ends > now)
    kind = "coupon" if with_coupon else "cps"
    url = ours(link.get(f"{kind}_long_url")) or ours(link.get(f"{kind}_short_url"))
    if not url:
        raise no_link(str(link))
    text = str(link.get(f"{kind}_full_tpwd") or link.get(f"{kind}_short_tpwd") or "")
    expires_at = now + LIFE
    if with_coupon and ends is not None:
        expires_at = max(min(expires_at, ends), now + SHORTEST_LIFE)
    return AffiliateLink(
        ref=ref,
        url=url,
        sub_id=None,
        short_url=ours(link.get(f"{kind}_short_url")),
        deeplink=app_link(url),
        token_text=text[:300],
        ad_slot=str(slot),
        expires_at=expires_at,
    )


def _coupon_end(coupon: Mapping[str, Any]) -> datetime | None:
    try:
        return beijing_time(coupon.get("coupon_end_time"))
    except ValueError:
        return None


def by_search(
    client: TopClient,
    ref: ItemRef,
    slot: Slot,
    now: datetime,
    *,
    title_of: Callable[[ItemRef], str],
    search: Callable[[str], list[dict[str, Any]]],
) -> AffiliateLink:
    """The way open to every account: look the item's title up, search for it, and take the search's own address.

    Raises NotFound where the search does not show the item: another one's link would pay for another thing.
    """
    found = next((row for row in search(title_of(ref)) if same_item(str(row.get("item_id") or ""), ref.item_id)), None)
    publish = part(found, "publish_info") if found else {}
    url = ours(publish.get("coupon_share_url")) or ours(publish.get("click_url"))
    if not found or not url:
        raise NotFound(
            "Taobao's search does not show this item, so no link could be made.", network=SLUG, code="search"
        )
    return AffiliateLink(
        ref=ref,
        url=url,
        sub_id=None,
        short_url=_short(client, url),
        deeplink=app_link(url),
        token_text=_password(client, url),
        ad_slot=str(slot),
        expires_at=now + LIFE,
    )


def _password(client: TopClient, url: str) -> str:
    """The 口令 of a link: the long text, which phones of Apple need. None costs the link nothing else."""
    try:
        data = part(client.call("taobao.tbk.tpwd.create", {"url": url}), "data")
    except (NotPromotable, PermissionNeeded, ProtocolError):
        return ""
    return str(data.get("model") or data.get("password_simple") or "")[:300]


def _short(client: TopClient, url: str) -> str:
    """The short form of a link, "" where there is none to be had."""
    try:
        root = client.call("taobao.tbk.spread.get", {"requests": [{"url": url}]})
    except NetworkError as error:
        if error.retryable:
            raise
        return ""
    rows = rows_of(root.get("results"))
    return ours(rows[0].get("content")) if rows and str(rows[0].get("err_msg") or "OK").upper() == "OK" else ""


def ours(value: Any) -> str:
    """The address with https in front, where it leads to a host of the house and every browser reads it as we do."""
    url = clean_url(value)
    return url if url and host_allowed(urlsplit(url).hostname or "", EXIT_HOSTS) else ""


def app_link(url: str) -> str:
    """The address that opens the Taobao app on this link; Taobao gives none, the form is that of its own pages."""
    inner = quote(url, safe="")
    return f"tbopen://m.taobao.com/tbopen/index.html?h5Url={inner}&action=ali.open.nav&module=h5&source=auto"


def no_link(seen: str) -> ProtocolError:
    """The error for an answer without a link that can be used."""
    return ProtocolError(
        "Taobao's answer holds no link that can be used.", network=SLUG, code="click_url", detail=seen[:200]
    )
