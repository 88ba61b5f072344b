"""The one way in for every report of an order line, pulled, pushed or from a file: event, order line, credit, book.

The order line is a function of the set of its reports (see `projection`), so that the same reports in any order and
any number end in the same line and the same balances. The row of the order line is the lock: whoever holds it reads
all events, so that the last of two concurrent reports sees the first.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, Literal

from django.db import DataError, IntegrityError, transaction

from affiliate.earnings.crediting import credit
from affiliate.earnings.models import Channel, NetworkEvent, Order
from affiliate.earnings.posting import bring_to_target
from affiliate.earnings.projection import RANK, Report, current, held_reason
from affiliate.earnings.readings import cleaned, digest_of, from_json, problem_of, to_json
from affiliate.earnings.reports import Tally
from affiliate.networks.errors import BadInput
from affiliate.networks.types import LineState, OrderLine

logger = logging.getLogger("zhongcao.earnings")

Result = Literal["created", "updated", "unchanged"]
CHUNK = 200
"""Lines in one transaction: SQLite has one writer, and others wait for it."""

TITLE, SHOP, SHORT, STATE, ITEM, QUANTITY = 300, 100, 80, 60, 200, 2**31 - 1


def ingest(line: OrderLine, channel: Channel | str) -> Result:
    """Take one report. Raises BadInput for a line that cannot be stored (its identity does not fit)."""
    if problem := problem_of(line):
        raise BadInput(problem, network=line.network)
    line = cleaned(line)
    with transaction.atomic():
        if not _record(line, Channel(channel)):
            return "unchanged"
        order, is_new = _locked(line)
        events = NetworkEvent.objects.filter(network=line.network, line_id=line.line_id)
        reports = [Report(from_json(event.reading, event.raw), event.digest) for event in events]
        holds = current(reports)
        if line.state != holds.state and RANK[line.state] < RANK[holds.state]:
            logger.info("%s: a report says %s, but %s holds.", order, line.state, holds.state)
        return _settle_down(order, holds, is_new=is_new)


def ingest_many(lines: Sequence[OrderLine], channel: Channel | str, tally: Tally, first_line: int = 1) -> None:
    """Take many, at most CHUNK in one transaction, counting into `tally`. One bad line rejects only itself."""
    for start in range(0, len(lines), CHUNK):
        chunk = lines[start : start + CHUNK]
        with transaction.atomic():
            known = _known(chunk)
            for number, line in enumerate(chunk, first_line + start):
                _take(line, channel, tally, number, known)


def _take(line: OrderLine, channel: Channel | str, tally: Tally, number: int, known: set[tuple[str, str]]) -> None:
    clean = cleaned(line)
    if (clean.line_id, digest_of([clean.raw, to_json(clean)])) in known:
        tally.count("unchanged")
        return
    try:
        tally.count(ingest(line, channel))
    except BadInput as exc:
        tally.reject(number, exc.message)
    except (DataError, IntegrityError) as exc:
        logger.exception("%s:%s could not be stored.", line.network, line.line_id)
        tally.reject(number, f"The database refused it: {str(exc).splitlines()[0][:120]}")


def _known(chunk: Sequence[OrderLine]) -> set[tuple[str, str]]:
    """What is stored already, word for word and read the same way; one query for the chunk, so that a pull that
    overlaps the last one costs next to nothing.
    """
    ids = {line.line_id for line in chunk}
    networks = {line.network for line in chunk}
    rows = NetworkEvent.objects.filter(network__in=networks, line_id__in=ids).values_list("line_id", "raw", "reading")
    return {(line_id, digest_of([raw, reading])) for line_id, raw, reading in rows}


def _record(line: OrderLine, channel: Channel) -> bool:
    """Keep the report verbatim. False where it is stored already and read the same way."""
    raw, reading = dict(line.raw), to_json(line)
    event, created = NetworkEvent.objects.get_or_create(
        network=line.network,
        line_id=line.line_id,
        digest=digest_of(raw),
        defaults={"channel": channel, "raw": raw, "reading": reading},
    )
    if created or event.reading == reading:
        return created
    if not _tells_more(reading, event.reading):
        return False
    event.reading = reading
    event.save(update_fields=["reading"])
    return True


def _tells_more(new: dict[str, Any], old: dict[str, Any]) -> bool:
    """The same words can mean more later: a payment day has passed, or an adapter has learnt a state word."""
    strength = [(not reading["unknown_state"], RANK[LineState(reading["state"])]) for reading in (old, new)]
    return strength[1] >= strength[0]


def _locked(line: OrderLine) -> tuple[Order, bool]:
    """The row of the order line, locked, and whether this call made it."""
    identity = {"network": line.network, "line_id": line.line_id}
    locked = Order.objects.select_for_update()
    if (order := locked.filter(**identity).first()) is not None:
        return order, False
    try:
        with transaction.atomic():
            return Order.objects.create(**identity, **_fields(line)), True
    except IntegrityError:  # somebody else made it between the two lines above
        return locked.get(**identity), False


def _settle_down(order: Order, line: OrderLine, *, is_new: bool) -> Result:
    """Write what holds onto the row, credit it, and bring the book to what follows."""
    values = _fields(line)
    changed = [name for name, value in values.items() if getattr(order, name) != value]
    for name in changed:
        setattr(order, name, values[name])
    if changed:
        order.save(update_fields=changed)
    if order.held_reason and (is_new or "held_reason" in changed):
        logger.warning("%s is held: %s (state %r).", order, order.held_reason, order.network_state)
    conversion, credited = credit(order, placed_anew="placed_at" in changed)
    posted = bring_to_target(order, conversion)
    if is_new:
        return "created"
    return "updated" if changed or credited or posted else "unchanged"


def _fields(line: OrderLine) -> dict[str, Any]:
    """The columns of the row. Words for people are cut to fit; identities never are (see `problem_of`)."""
    return {
        "merchant": line.merchant,
        "order_id": line.order_id,
        "state": line.state.value,
        "network_state": line.network_state[:STATE],
        "unknown_state": line.unknown_state,
        "currency": line.currency,
        "amount_minor": line.amount_minor,
        "estimated_commission_minor": line.estimated_commission_minor,
        "settled_commission_minor": line.settled_commission_minor,
        "refunded_minor": line.refunded_minor,
        "sub_id": line.sub_id[:SHORT],
        "ad_slot": line.ad_slot[:SHORT],
        "item_id": line.item_id[:ITEM],
        "item_title": line.item_title[:TITLE],
        "shop": line.shop[:SHOP],
        "quantity": min(max(line.quantity, 0), QUANTITY),
        "placed_at": line.placed_at,
        "updated_at": line.updated_at,
        "finished_at": line.finished_at,
        "settled_at": line.settled_at,
        "held_reason": str(held_reason(line)),
    }
