"""Merchants who pay us directly: links by template, orders by signed postback or file, products by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from affiliate.networks.adapter import Adapter, Capabilities
from affiliate.networks.direct import merchants
from affiliate.networks.direct.exports import PROFILES
from affiliate.networks.direct.merchants import ITEM, SLUG, TOKEN, Merchant, split
from affiliate.networks.errors import BadInput
from affiliate.networks.exports import ExportProfile
from affiliate.networks.text import find_urls, mentions, normalised, share_hints
from affiliate.networks.types import AffiliateLink, Coupon, ItemRef

_PLAIN = re.compile(
    r"(?<![\w:/.-])direct[:：]([a-z0-9][a-z0-9-]{0,29})[:：]([\w~%-](?:[\w.~%/-]{0,148}[\w~%-])?)", re.ASCII | re.I
)


class DirectAdapter(Adapter):
    """One adapter for all merchants; `MERCHANTS` in its config holds their terms as JSON."""

    slug: ClassVar[str] = SLUG
    name: ClassVar[str] = "直连商家"
    capabilities: ClassVar[Capabilities] = Capabilities(
        link=True, postback=True, file_import=True, sub_id_pattern=r"[a-z0-9]{1,20}", click_token=True
    )

    @property
    def merchants(self) -> Mapping[str, Merchant]:
        return merchants.read(self.config.get("MERCHANTS", ""))

    def exit_allowed_hosts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(host for merchant in self.merchants.values() for host in merchant.hosts))

    def recognise(self, text: str) -> list[ItemRef]:
        known = self.merchants
        if not known and not mentions(text, (SLUG,)):
            return []
        plain = normalised(text)
        found: dict[str, tuple[int, str]] = {}
        for url in find_urls(text) if known else ():
            item_id, page = _item_of(url, known)
            if item_id:
                found.setdefault(item_id, (plain.find(url.split("://", 1)[-1]), page))
        for match in _PLAIN.finditer(plain):
            if ITEM.fullmatch(match.group(2)):
                found.setdefault(f"{match.group(1).lower()}:{match.group(2)}", (match.start(), ""))
        hints = share_hints(text) if len(found) == 1 else {}
        refs = {item_id: ItemRef(SLUG, item_id, url=page, hints=hints) for item_id, (_place, page) in found.items()}
        ordered = sorted(found, key=lambda item_id: found[item_id][0])
        return [replace(refs[item_id], url=self.item_url(refs[item_id])) for item_id in ordered]

    def item_url(self, ref: ItemRef) -> str:
        """The page the item was seen at; for a bare id what the merchant's terms make of it."""
        merchant, item = self._merchant_of(ref)
        if merchant is None or not ITEM.fullmatch(item):
            return ""
        if ref.url and merchant.owns(split(ref.url)):
            return ref.url
        try:
            return merchant.plain_url(item)
        except BadInput:
            return ""

    def link(self, ref: ItemRef, sub_id: str | None, *, coupon: Coupon | None = None) -> AffiliateLink:
        if sub_id is not None and not re.fullmatch(self.capabilities.sub_id_pattern, sub_id):
            raise BadInput("Direct merchants carry sub-IDs of 1 to 20 of a-z and 0-9.", network=SLUG, code="sub_id")
        merchant, item = self._merchant_of(ref)
        if merchant is None:
            raise BadInput(
                "This merchant is not registered, or no longer active.", network=SLUG, code="merchant", detail=item[:40]
            )
        if not ITEM.fullmatch(item):
            raise BadInput("This is not an item of a direct merchant.", network=SLUG, code="item_id", detail=item[:80])
        url = merchant.earning_url(item, sub_id, ref.url)
        return AffiliateLink(ref, url, sub_id, carries_click_token=TOKEN in url)

    def _merchant_of(self, ref: ItemRef) -> tuple[Merchant | None, str]:
        slug, _, item = ref.item_id.partition(":")
        return self.merchants.get(slug), item

    def export_profiles(self) -> tuple[ExportProfile, ...]:
        return PROFILES


def _item_of(url: str, known: Mapping[str, Merchant]) -> tuple[str, str]:
    """`<merchant>:<item>` and the bare page, where an address is on a merchant's host and names an item.

    The query goes, somebody's tracking with it, unless it is what names the item.
    """
    parts = split(url)
    for merchant in known.values():
        if merchant.owns(parts) and (item := merchant.item_of(parts)):
            bare = parts._replace(query="", fragment="")
            kept = bare if merchant.item_of(bare) == item else parts._replace(fragment="")
            return f"{merchant.slug}:{item}", kept.geturl()
    return "", ""
