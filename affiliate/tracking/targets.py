"""The table the exit reads, and the version by which it notices changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import F

from affiliate.catalog.api import Item
from affiliate.connections import api as connections
from affiliate.networks.api import ItemRef
from affiliate.tracking.exit.addresses import safe_app_link, safe_url
from affiliate.tracking.models import ExitTarget, ExitVersion, LinkState, Placement

CHANGED = ["placement_id", "url", "earns", "app_link", "network", "gone", "version"]
COMPARED = ["url", "earns", "app_link", "network", "gone"]


def lock() -> None:
    """Make every other writer of placements wait until the caller's transaction is over."""
    if not ExitVersion.objects.select_for_update().filter(pk=1).exists():
        ExitVersion.objects.get_or_create(pk=1)
        ExitVersion.objects.select_for_update().get(pk=1)


def next_version() -> int:
    """A version above all others. Its row stays locked until the end of the transaction, so commits keep the order."""
    lock()
    ExitVersion.objects.filter(pk=1).update(version=F("version") + 1)
    return ExitVersion.objects.get(pk=1).version


def announce() -> None:
    """Something beside the targets changed (a rule, a network's hosts or switch): running exits read anew within a
    second.
    """
    with transaction.atomic():
        next_version()


def follow_item(item_pk: int) -> None:
    """Tell the exit whether the shop still has the item."""
    with transaction.atomic():
        lock()
        write(list(Placement.objects.filter(item=item_pk).select_related("item", "link")))


class Addresses:
    """Plain addresses of items, and whether a link of a network may lead to them. Made for one batch of work."""

    def __init__(self) -> None:
        self._adapters = {adapter.slug: adapter for adapter in connections.recognisers()}
        self._hosts: dict[str, tuple[str, ...]] = {}

    def safe(self, url: str, network: str) -> str:
        """The address, or "" where a link of this network may not lead there."""
        if network not in self._hosts:
            self._hosts[network] = connections.exit_hosts(network)
        return safe_url(url, self._hosts[network])

    def plain(self, item: Item) -> str:
        """The item's own address, which earns nothing; "" where there is none that is allowed.

        A short link that was not followed yet is none: it may earn for whoever made it.
        """
        adapter = self._adapters.get(item.network)
        if adapter is not None:
            if clean := self.safe(adapter.item_url(ItemRef(item.network, item.item_id, url=item.url)), item.network):
                return clean
            if any(ref.needs_expansion for ref in adapter.recognise(item.url)):
                return ""
        return self.safe(item.url, item.network)

    def best(self, placement: Placement) -> tuple[str, bool]:
        """Where a placement leads now, and whether that earns."""
        link = getattr(placement, "link", None)
        if link is not None and link.state == LinkState.READY:
            safe = self.safe(link.url, placement.item.network)
            if safe:
                return safe, True
        return self.plain(placement.item), False


def app_link(placement: Placement) -> str:
    """The link that opens the shop's app on this placement; "" where there is none with a scheme of that app."""
    link = getattr(placement, "link", None)
    if link is None or link.state != LinkState.READY or not link.deeplink:
        return ""
    return safe_app_link(link.deeplink, connections.app_schemes(placement.item.network))


def write(placements: Sequence[Placement], addresses: Addresses | None = None) -> int:
    """Bring the exit's rows of these placements (with `item` and `link`) up to date. Returns how many changed.

    Inside the caller's transaction; nothing is written where nothing is different.
    """
    addresses = addresses or Addresses()
    known = ExitTarget.objects.in_bulk([placement.code for placement in placements])
    changed = []
    for placement in placements:
        row = _row(placement, addresses)
        old = known.get(placement.code)
        if old is None or any(getattr(old, name) != getattr(row, name) for name in COMPARED):
            changed.append(row)
    if changed:
        _save(changed)
    return len(changed)


def _row(placement: Placement, addresses: Addresses) -> ExitTarget:
    url, earns = addresses.best(placement)
    return ExitTarget(
        code=placement.code,
        placement_id=placement.pk,
        url=url,
        earns=earns,
        app_link=bool(app_link(placement)),
        network=placement.item.network,
        gone=not placement.item.available,
        version=0,
    )


def _save(rows: Iterable[ExitTarget]) -> None:
    rows = list(rows)
    version = next_version()
    for row in rows:
        row.version = version
    ExitTarget.objects.bulk_create(rows, update_conflicts=True, unique_fields=["code"], update_fields=CHANGED)
