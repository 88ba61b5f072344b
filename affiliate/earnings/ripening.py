"""Reads kept order rows again where the calendar alone changes what they mean: a network that names a pay day in the
row need not report it once more when the day has passed.
"""

from __future__ import annotations

import logging

from affiliate.earnings.ingest import ingest_many
from affiliate.earnings.models import Channel, LineStateChoice, NetworkEvent, Order
from affiliate.earnings.reports import Tally
from affiliate.networks.api import Adapter, OrderLine, registry

logger = logging.getLogger("zhongcao.earnings")


def ripen() -> list[Tally]:
    """One turn over the confirmed lines of every network whose orders ripen. Makes no call to any network."""
    kinds = [registry.adapter_class(slug) for slug in registry.slugs()]
    return [_ripen(kind({})) for kind in kinds if kind.capabilities.orders_ripen]


def _ripen(adapter: Adapter) -> Tally:
    tally = Tally(adapter.slug)
    confirmed = Order.objects.filter(network=adapter.slug, state=LineStateChoice.CONFIRMED)
    events = NetworkEvent.objects.filter(
        network=adapter.slug,
        channel=Channel.PULL,
        reading__state=LineStateChoice.CONFIRMED.value,
        line_id__in=confirmed.values("line_id"),
    )
    changed = [line for event in events.order_by("pk").iterator() if (line := _changed(adapter, event)) is not None]
    ingest_many(changed, Channel.PULL, tally)
    return tally


def _changed(adapter: Adapter, event: NetworkEvent) -> OrderLine | None:
    """The row's line where it is no longer what was read before."""
    try:
        line = adapter.reread(event.raw)
    except ValueError as exc:
        logger.warning("%s:%s cannot be read again: %s", event.network, event.line_id, exc)
        return None
    return line if line.state != event.reading["state"] else None
