"""The resolver: from any pasted text to items, and from networks' answers into the catalogue.

Whatever fails becomes the match's error, beside an item that holds what the text itself told us.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from affiliate.catalog import incomplete
from affiliate.catalog.models import Item
from affiliate.catalog.recognise import recognise
from affiliate.catalog.record import record_snapshot
from affiliate.connections import api as connections
from affiliate.networks.api import (
    Adapter,
    Expander,
    ItemRef,
    ItemSnapshot,
    NetworkError,
    Off,
    ProtocolError,
    Unavailable,
    expand_ref,
)

log = logging.getLogger("zhongcao.catalog")

ASKED_ENOUGH = frozenset({"unavailable", "wait", "off", "reauthorise", "protocol"})
"""After one of these the same network is not asked again in the same breath."""

make_expander: Callable[[], Expander] = Expander
"""Tests put an expander of their own here; no setting does."""


@dataclass(frozen=True, slots=True)
class Match:
    """One item that a text names. With an error, `item` holds what could be kept."""

    ref: ItemRef
    item: Item | None
    error: NetworkError | None = None


@dataclass(frozen=True, slots=True)
class _Errand:
    """How one resolving is done: until when, and whether a person insists."""

    ends: float
    force: bool

    @property
    def left(self) -> float:
        return self.ends - time.monotonic()


def resolve(
    text: str,
    *,
    lookup: bool,
    deadline_seconds: float | None = None,
    network: str | None = None,
    force: bool = False,
) -> list[Match]:
    """Every item the text names, in its order. Without `lookup` nothing is asked and nothing is written.

    Never raises NetworkError. Never takes much longer than the deadline (settings.RESOLVE_DEADLINE_SECONDS).
    `network` narrows it to one; `force` passes open circuit breakers, for commands typed by a person.
    """
    found = recognise(text, network)
    if not lookup:
        return [Match(ref, known(ref)) for _adapter, ref in found]
    seconds = deadline_seconds if deadline_seconds is not None else float(settings.RESOLVE_DEADLINE_SECONDS)
    errand = _Errand(time.monotonic() + seconds, force)
    matches = [_match(adapter, ref, errand) for adapter, ref in found]
    seen: set[int] = set()
    return [m for m in matches if m.item is None or not (m.item.pk in seen or seen.add(m.item.pk))]  # type: ignore[func-returns-value]


def known(ref: ItemRef) -> Item | None:
    """The item as the catalogue has it."""
    return Item.objects.filter(network=ref.network, item_id=incomplete.stand_in_id(ref)).first()


def look(adapter: Adapter, ref: ItemRef, *, seconds: float, force: bool = False) -> ItemSnapshot:
    """What the network says of an item, short links followed. Raises NetworkError alone."""
    return _look(adapter, ref, _Errand(time.monotonic() + seconds, force))[1]


def _match(adapter: Adapter, ref: ItemRef, errand: _Errand) -> Match:
    trace = [ref]
    try:
        ref, snapshot = _look(adapter, ref, errand, trace)
        item = record_snapshot(snapshot)
    except NetworkError as error:
        error.network = error.network or adapter.slug
        best = trace[-1]
        item = incomplete.keep(best, error)
        if error.code == "no_lookup" and item.title and item.final_price_minor is not None:
            return Match(best, item)  # filled by hand before: nothing is missing
        return Match(best, item, error)
    item.wanted_at = timezone.now()
    item.save(update_fields=["wanted_at"])
    return Match(ref, item)


def _look(
    adapter: Adapter, ref: ItemRef, errand: _Errand, trace: list[ItemRef] | None = None
) -> tuple[ItemRef, ItemSnapshot]:
    """The real reference and its snapshot. Every better reference on the way is added to `trace`."""
    if not connections.is_on(adapter.slug):
        raise Off("This network is switched off.", network=adapter.slug, code="switched_off")
    trace = trace if trace is not None else []
    if ref.needs_expansion:
        refused: NetworkError | None = None
        host = urlsplit(ref.url).hostname
        if host in adapter.lookup_hosts:
            try:
                snapshot = _ask(adapter, ref, errand)
                return snapshot.ref, snapshot
            except NetworkError as error:
                if host not in adapter.short_link_hosts:
                    raise  # the network alone can read it
                refused = error
        asked_enough = refused is not None and refused.kind in ASKED_ENOUGH
        try:
            ref = _expanded(adapter, ref, errand)
        except NetworkError as error:
            raise (refused if refused is not None and asked_enough else error) from None
        trace.append(ref)
        if refused is not None and asked_enough:
            raise refused
    snapshot = _ask(adapter, ref, errand)
    return snapshot.ref, snapshot


def _ask(adapter: Adapter, ref: ItemRef, errand: _Errand) -> ItemSnapshot:
    """One look-up. A bug in one adapter is an answer that cannot be understood, and breaks nothing else."""
    if not adapter.capabilities.lookup:
        raise Off("This network has no look-up: fill the item in by hand.", network=adapter.slug, code="no_lookup")
    if errand.left <= 0:
        raise _too_late(adapter)
    live = connections.adapter(adapter.slug, force=errand.force, deadline=errand.left)
    live.require_credentials()
    try:
        return live.lookup(ref)
    except NetworkError:
        raise
    except Exception as exc:
        log.exception("The adapter %s failed on an answer.", adapter.slug)
        raise ProtocolError(
            "The network's answer could not be understood.", network=adapter.slug, code="adapter"
        ) from exc


def _expanded(adapter: Adapter, ref: ItemRef, errand: _Errand) -> ItemRef:
    """Follow a short link, as long as there is time."""
    if errand.left <= 0:
        raise _too_late(adapter)
    return expand_ref(adapter, ref, make_expander(), seconds=errand.left)


def _too_late(adapter: Adapter) -> Unavailable:
    return Unavailable("The network did not answer in time. Try again later.", network=adapter.slug, code="deadline")
