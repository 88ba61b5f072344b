"""A direct merchant's terms, as the adapter gets them in its configuration, and the addresses that follow from them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

from affiliate.networks.addresses import host_allowed
from affiliate.networks.errors import BadInput

SLUG = "direct"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,29}", re.ASCII)
ITEM = re.compile(r"(?!.*(?:^|/)\.{1,2}(?:/|$))[\w~%-](?:[\w.~%/-]{0,148}[\w~%-])?", re.ASCII)
"""An id out of a pattern, or a path without its first slash; never one that climbs."""

TOKEN = "{token}"  # noqa: S105  a place to fill in, not a secret
PLACES = (TOKEN, "{sub_id}")
LONGEST_URL = 2000


@dataclass(frozen=True, slots=True)
class Merchant:
    """One merchant. `hosts` may carry a port, or begin with a dot; a link never leaves them."""

    slug: str
    name: str
    hosts: tuple[str, ...]
    link_template: str
    item_url_pattern: str
    currency: str
    commission_rate_bp: int

    def owns(self, parts: SplitResult) -> bool:
        """True where an address is on one of the merchant's hosts. An entry with a port admits that port alone."""
        if parts.scheme not in ("http", "https") or "@" in parts.netloc or "\\" in parts.netloc:
            return False
        plain = [entry for entry in self.hosts if ":" not in entry]
        return parts.netloc.lower() in self.hosts or host_allowed(parts.hostname or "", plain)

    def item_of(self, parts: SplitResult) -> str:
        """The item an address names: by the merchant's pattern over path and query, or else the path; "" for none."""
        if self.item_url_pattern:
            where = f"{parts.path}?{parts.query}" if parts.query else parts.path
            try:
                match = re.search(self.item_url_pattern, where[:500])
            except re.error:
                return ""
            found = match.groupdict().get("id") or "" if match else ""
        else:
            found = quote(parts.path.strip("/"), safe="/%~.-_")
        return found if ITEM.fullmatch(found) else ""

    def plain_url(self, item_id: str) -> str:
        """The item's address without a sub-ID: the template without its tracking parameter, where the template is
        built on the item; the path itself where ids are paths. Raises BadInput where neither tells.
        """
        if "{item_id}" in self.link_template:
            base, _, query = self.link_template.partition("?")
            kept = "&".join(part for part in query.split("&") if part and not any(place in part for place in PLACES))
            bare = f"{base}?{kept}" if kept else base
            if not any(place in bare for place in (*PLACES, "{url}")):
                return self._checked(self._with_item(bare, item_id))
        if not self.item_url_pattern and self.hosts:
            return self._checked(f"{_scheme(self.link_template)}://{self.hosts[0].lstrip('.')}/{item_id}")
        raise BadInput("The merchant's terms do not tell the address of an item.", network=SLUG, code="no_address")

    def earning_url(self, item_id: str, sub_id: str | None, page: str = "") -> str:
        """The template filled in. `{token}` is left standing for the click's own value; `{sub_id}` takes the sub-ID,
        or stands for the click as well where none is given. Raises BadInput where the template has no place for
        either, or leads elsewhere. `page` is the item's address where it is known.
        """
        url = self.link_template.replace("{sub_id}", sub_id or TOKEN)
        if url == self.link_template and TOKEN not in url:
            raise BadInput("The merchant's link template has no {token}.", network=SLUG, code="template")
        if "{url}" in url:
            target = page if page and self.owns(split(page)) else self.plain_url(item_id)
            url = url.replace("{url}", quote(target, safe=""))
        return self._checked(self._with_item(url, item_id))

    @staticmethod
    def _with_item(template: str, item_id: str) -> str:
        path, mark, query = template.partition("?")
        safe = "/%~"  # ids that are paths were encoded when they were recognised
        return path.replace("{item_id}", quote(item_id, safe=safe)) + mark + query.replace("{item_id}", quote(item_id))

    def _checked(self, url: str) -> str:
        """The address, when it is http(s) and stays on the merchant's hosts. Raises BadInput otherwise."""
        if len(url) > LONGEST_URL or any(char <= " " or char in '\\"<>\x7f' for char in url) or not self._stays(url):
            raise BadInput(
                "The merchant's link template leads away from the merchant's hosts.", network=SLUG, code="template"
            )
        return url

    def _stays(self, url: str) -> bool:
        parts = split(url)
        return self.owns(parts) and "{" not in parts.netloc


@lru_cache(maxsize=4)
def read(text: str) -> Mapping[str, Merchant]:
    """Merchants by slug from the JSON in the configuration; rows that cannot be a merchant are left out."""
    try:
        rows = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return MappingProxyType({})
    found = [merchant_of(row) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    known = {merchant.slug: merchant for merchant in found if NAME.fullmatch(merchant.slug) and merchant.hosts}
    return MappingProxyType(known)


def merchant_of(row: Mapping[str, Any]) -> Merchant:
    """One merchant out of one row of the configuration."""
    hosts, rate = row.get("hosts"), row.get("commission_rate_bp")
    return Merchant(
        slug=str(row.get("slug") or ""),
        name=str(row.get("name") or ""),
        hosts=tuple(str(host).strip().lower() for host in hosts if str(host).strip())
        if isinstance(hosts, list)
        else (),
        link_template=str(row.get("link_template") or ""),
        item_url_pattern=str(row.get("item_url_pattern") or ""),
        currency=str(row.get("currency") or "CNY"),
        commission_rate_bp=rate if isinstance(rate, int) and 0 <= rate <= 10_000 else 0,
    )


def split(url: str) -> SplitResult:
    """An address in its parts; one that cannot be read has none."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  raises where it is not a number
    except ValueError:
        return urlsplit("")
    return parts


def _scheme(template: str) -> str:
    return "http" if template.startswith("http://") else "https"
