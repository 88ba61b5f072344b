"""`manage.py link NETWORK ITEM_ID --sub-id X`: make the link of one item that earns."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from affiliate.catalog.models import Coupon, Item
from affiliate.catalog.reading_out import iso
from affiliate.connections import api as connections
from affiliate.networks.api import AffiliateLink, BadInput, ItemRef, NetworkError, Off, types


class Command(BaseCommand):
    help = "Make an affiliate link. A sub-ID that the network cannot carry is refused as bad_input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("network", help="slug of the network, such as jd")
        parser.add_argument("item_id", help="the item's id on that network, with or without '<network>:' in front")
        parser.add_argument("--sub-id", help="the value that comes back on the order")
        parser.add_argument("--slot", help="the ad slot the link goes through, where the network has no sub-IDs")
        parser.add_argument("--deadline", type=float, default=30.0, help="seconds for everything (%(default)s)")
        parser.add_argument("--json", action="store_true", help="one JSON document on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        slug = options["network"]
        item_id = options["item_id"].removeprefix(f"{slug}:")  # as resolve and people write it
        try:
            link = make_link(slug, item_id, options["sub_id"], options["deadline"], ad_slot=options["slot"])
        except NetworkError as error:
            self._fail(error, as_json=options["json"])
        if options["json"]:
            self.stdout.write(json.dumps(link_json(link), ensure_ascii=False, indent=2))
        else:
            for name, value in link_json(link).items():
                self.stdout.write(f"{name}: {'-' if value is None else value}")

    def _fail(self, error: NetworkError, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"error": connections.error_json(error)}, ensure_ascii=False, indent=2))
        else:
            self.stderr.write(f"{error.kind}: {error.message}")
        raise SystemExit(1)


def make_link(
    slug: str, item_id: str, sub_id: str | None, seconds: float, *, ad_slot: str | None = None
) -> AffiliateLink:
    """Ask the network for the link. Raises NetworkError."""
    adapter = connections.adapter(slug, force=True, deadline=seconds)
    if not connections.is_on(slug):
        raise Off("This network is switched off.", network=slug, code="switched_off")
    if sub_id is not None and not adapter.capabilities.sub_id_pattern:
        raise BadInput("This network carries no sub-ID.", network=slug, code="sub_id")
    item = Item.objects.filter(network=slug, item_id=item_id).first()
    ref = ItemRef(slug, item_id, url=item.url if item else "")
    if not ref.url:
        ref = ItemRef(slug, item_id, url=adapter.item_url(ref))
    adapter.require_credentials()
    if ad_slot is not None:
        account = connections.account_with_slot(slug, ad_slot)
        adapter = connections.adapter(slug, account=account, force=True, deadline=seconds).at_slot(ad_slot)
    return adapter.link(ref, sub_id, coupon=_coupon(item))


def link_json(link: AffiliateLink) -> dict[str, Any]:
    """The link as the command prints it; forms that the network did not give are null."""
    found: dict[str, Any] = {
        "network": link.ref.network,
        "item_id": link.ref.item_id,
        "sub_id": link.sub_id,
        # No click stands behind this link: the sub-ID takes the place of its token.
        "url": link.url.replace("{token}", link.sub_id or "") or None,
        "short_url": link.short_url or None,
        "deeplink": link.deeplink or None,
        "token_text": link.token_text or None,
        "mini_program": link.mini_program or None,
        "expires_at": iso(link.expires_at),
    }
    return found | ({"ad_slot": link.ad_slot} if link.ad_slot else {})


def _coupon(item: Item | None) -> types.Coupon | None:
    """The item's current coupon, so that one link does both."""
    row = Coupon.objects.filter(item=item, current=True).first() if item is not None else None
    if row is None:
        return None
    return types.Coupon(
        row.amount_minor, row.threshold_minor, starts_at=row.starts_at, ends_at=row.ends_at, url=row.url, code=row.code
    )
