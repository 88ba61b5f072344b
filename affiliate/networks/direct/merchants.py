"""A direct merchant's terms, as the adapter gets them in its configuration."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from affiliate.networks.errors import BadInput

SLUG = "direct"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,29}", re.ASCII)
ITEM = re.compile(r"[\w-]{1,100}", re.ASCII)
PLAIN_PLACEHOLDERS = ("{token}", "{sub_id}")


@dataclass(frozen=True, slots=True)
class Merchant:
    """One merchant. `hosts` may carry a port; a link never leaves them."""

    slug: str
    name: str
    hosts: tuple[str, ...]
    link_template: str
    item_url_pattern: str
    currency: str
    commission_rate_bp: int

    def item_of(self, path: str) -> str:
        """The item a path names: by the merchant's pattern, or else its last part; "" for none."""
        if self.item_url_pattern:
            try:
                match = re.search(self.item_url_pattern, path[:500])
            except re.error:
                return ""
            found = match.groupdict().get("id") or "" if match else ""
        else:
            found = path.rstrip("/").rsplit("/", 1)[-1].removesuffix(".html")
        return found if ITEM.fullmatch(found) else ""

    def plain_url(self, item_id: str) -> str:
        """The item's address without a sub-ID: the template with its tracking parameter taken out."""
        url = self._fill(item_id)
        base, _, query = url.partition("?")
        kept = "&".join(part for part in query.split("&") if part and not any(p in part for p in PLAIN_PLACEHOLDERS))
        return self.checked(f"{base}?{kept}" if kept else base)

    def earning_url(self, item_id: str) -> str:
        """The template with `{token}` left standing. Raises BadInput where the template has no place for it."""
        url = self._fill(item_id).replace("{sub_id}", "{token}")
        if "{token}" not in url:
            raise BadInput("The merchant's link template has no {token}.", network=SLUG)
        return self.checked(url)

    def _fill(self, item_id: str) -> str:
        url = self.link_template.replace("{item_id}", quote(item_id, safe=""))
        return url.replace("{url}", quote(f"https://{self.hosts[0]}/{item_id}", safe="")) if self.hosts else url

    def checked(self, url: str) -> str:
        """The address, when it is http(s) and stays on the merchant's hosts. Raises BadInput otherwise."""
        try:
            parts = urlsplit(url.replace("{token}", "t"))
            here = (parts.netloc.lower(), parts.hostname or "")
        except ValueError:
            here = ("", "")
            parts = urlsplit("")
        if parts.scheme not in ("http", "https") or "@" in here[0] or not set(here) & set(self.hosts):
            raise BadInput("The merchant's link template leads away from the merchant's hosts.", network=SLUG)
        return url


def read(text: str) -> dict[str, Merchant]:
    """Merchants by slug from the JSON in the configuration; rows that cannot be a merchant are left out."""
    try:
        rows = json.loads(text or "[]")
    except ValueError:
        return {}
    found = (_merchant(row) for row in rows if isinstance(row, dict))
    return {merchant.slug: merchant for merchant in found if NAME.fullmatch(merchant.slug) and merchant.hosts}


def _merchant(row: dict[str, Any]) -> Merchant:
    return Merchant(
        slug=str(row.get("slug") or ""),
        name=str(row.get("name") or ""),
        hosts=tuple(str(host).lower() for host in row.get("hosts") or ()),
        link_template=str(row.get("link_template") or ""),
        item_url_pattern=str(row.get("item_url_pattern") or ""),
        currency=str(row.get("currency") or "CNY"),
        commission_rate_bp=int(row.get("commission_rate_bp") or 0),
    )
