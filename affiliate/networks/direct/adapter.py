"""Merchants who pay us directly: links by template, orders by signed postback or file, products by hand."""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import urlsplit

from affiliate.networks.adapter import Adapter, Capabilities
from affiliate.networks.direct import merchants
from affiliate.networks.direct.exports import PROFILES
from affiliate.networks.direct.merchants import SLUG, Merchant
from affiliate.networks.errors import BadInput
from affiliate.networks.exports import ExportProfile
from affiliate.networks.text import find_urls, normalised, share_hints
from affiliate.networks.types import AffiliateLink, Coupon, ItemRef

_PLAIN = re.compile(r"(?<![\w:/.-])direct[:：]([a-z0-9][a-z0-9-]{0,29})[:：]([\w-]{1,100})", re.ASCII | re.I)


class DirectAdapter(Adapter):
    """One adapter for all merchants; `MERCHANTS` in its config holds their terms as JSON."""

    slug: ClassVar[str] = SLUG
    name: ClassVar[str] = "直营商家"
    capabilities: ClassVar[Capabilities] = Capabilities(
        link=True, postback=True, file_import=True, sub_id_pattern=r"[a-z0-9]{1,20}", click_token=True
    )

    @property
    def merchants(self) -> dict[str, Merchant]:
        return merchants.read(self.config.get("MERCHANTS", ""))

    def exit_allowed_hosts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(host for merchant in self.merchants.values() for host in merchant.hosts))

    def recognise(self, text: str) -> list[ItemRef]:
        known = self.merchants
        plain = normalised(text)
        places: dict[str, int] = {}
        if known:
            for url in find_urls(text):
                if item_id := _item_of(url, known):
                    places.setdefault(item_id, plain.find(url.split("://", 1)[-1]))
        for match in _PLAIN.finditer(plain):
            places.setdefault(f"{match.group(1).lower()}:{match.group(2)}", match.start())
        found = sorted(places, key=lambda item_id: places[item_id])
        hints = share_hints(text) if len(found) == 1 else {}
        return [ItemRef(SLUG, one, url=self.item_url(ItemRef(SLUG, one)), hints=hints) for one in found]

    def item_url(self, ref: ItemRef) -> str:
        slug, _, item = ref.item_id.partition(":")
        merchant = self.merchants.get(slug)
        try:
            return merchant.plain_url(item) if merchant else ""
        except BadInput:
            return ""

    def link(self, ref: ItemRef, sub_id: str | None, *, coupon: Coupon | None = None) -> AffiliateLink:
        if sub_id is not None and not re.fullmatch(self.capabilities.sub_id_pattern, sub_id):
            raise BadInput("Direct merchants carry sub-IDs of 1 to 20 of a-z and 0-9.", network=SLUG)
        slug, _, item = ref.item_id.partition(":")
        merchant = self.merchants.get(slug)
        if merchant is None:
            raise BadInput("This merchant is not registered, or no longer active.", network=SLUG, detail=slug[:40])
        return AffiliateLink(ref, merchant.earning_url(item), sub_id, carries_click_token=True)

    def export_profiles(self) -> tuple[ExportProfile, ...]:
        return PROFILES


def _item_of(url: str, known: dict[str, Merchant]) -> str:
    """`<merchant>:<item>` where the address is on one of the merchants' hosts and its path names an item."""
    try:
        parts = urlsplit(url)
        here = {parts.netloc.lower(), parts.hostname or ""}
    except ValueError:
        return ""
    for merchant in known.values():
        if here & set(merchant.hosts) and (item := merchant.item_of(parts.path)):
            return f"{merchant.slug}:{item}"
    return ""
