"""The one way in for every report of an order line, pulled, pushed or from a file: event, order line, credit, book.

The order line is a function of the set of its reports (see `projection`), so that the same reports in any order and
any number end in the same line and the same balances. The row of the order line is the lock: whoever holds it reads
all events, so that the last of two concurrent reports sees the first.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db import DataError, IntegrityError, OperationalError, transaction

from affiliate.earnings import turns
from affiliate.earnings.crediting import conversion_of, credit
from affiliate.earnings.models import Channel, NetworkEvent, Order
from affiliate.earnings.posting import bring_to_target, entries_of
from affiliate.earnings.projection import RANK, Report, current, held_reason
from affiliate.earnings.readings import cleaned, digest_of, from_json, problem_of, to_json
from affiliate.earnings.reports import Tally
from affiliate.networks.api import BadInput, LineState, OrderLine

logger = logging.getLogger("zhongcao.earnings")

Result = Literal["created", "updated", "unchanged"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one line of many was not taken."""

    reason: str


READ_AT_ONCE = 200
RETRIES = 4

TITLE, SHOP, SHORT, CODE, STATE, ITEM, QUANTITY = 300, 100, 80, 40, 60, 200, 2**31 - 1


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
    """Take many, in short transactions, counting into `tally`. One bad line rejects only itself."""
    # In the order of their names, so that two who take the same lines do not wait for each other crosswise.
    fresh = sorted(_fresh(lines, tally, first_line), key=lambda numbered: numbered[1].line_id)
    done = 0
    while done < len(fresh):
        if done:
            turns.let_others_write()
        results = _take_some(fresh[done : done + turns.MOST_LINES], channel)
        done += len(results)
        for number, result in results:
            if isinstance(result, Refusal):
                tally.reject(number, result.reason)
            else:
                tally.count(result)


def _fresh(lines: Sequence[OrderLine], tally: Tally, first_line: int) -> Iterator[tuple[int, OrderLine]]:
    """The lines that say something new, with their numbers; the others are counted as unchanged. Outside of any
    transaction of ours: what was once stored stays stored.
    """
    for start in range(0, len(lines), READ_AT_ONCE):
        some = [cleaned(line) for line in lines[start : start + READ_AT_ONCE]]
        known = _known(some)
        for number, line in enumerate(some, first_line + start):
            if (line.line_id, digest_of([line.raw, to_json(line)])) in known:
                tally.count("unchanged")
            else:
                yield number, line


def _take_some(some: Sequence[tuple[int, OrderLine]], channel: Channel | str) -> list[tuple[int, Result | Refusal]]:
    """One transaction for as many as fit into one turn at writing, with what came of each. Where PostgreSQL ended it
    because two processes waited for each other (for a new account, say), it is tried again: the other has finished.
    """
    for _ in range(RETRIES):
        try:
            with transaction.atomic():
                return [(number, _take(line, channel)) for number, line in turns.one_turn(some)]
        except OperationalError as exc:
            if transaction.get_connection().in_atomic_block:
                raise
            logger.warning("Reports are taken again: %s", str(exc).splitlines()[0][:120])
            time.sleep(random.uniform(0.1, 0.5))  # noqa: S311
    with transaction.atomic():
        return [(number, _take(line, channel)) for number, line in turns.one_turn(some)]


def _take(line: OrderLine, channel: Channel | str) -> Result | Refusal:
    try:
        return ingest(line, channel)
    except BadInput as exc:
        return Refusal(exc.message)
    except (DataError, IntegrityError) as exc:
        logger.exception("%s:%s could not be stored.", line.network, line.line_id)
        return Refusal(f"The database refused it: {str(exc).splitlines()[0][:120]}")


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
    return _strength(new) >= _strength(old)


def _strength(reading: dict[str, Any]) -> tuple[bool, int]:
    return not (reading["unknown_state"] or reading.get("doubt")), RANK[LineState(reading["state"])]


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
    # A row that was made a moment ago under our lock has neither a credit nor entries: not asked for.
    standing = None if is_new else conversion_of(order)
    conversion, credited = credit(order, standing, placed_anew="placed_at" in changed)
    posted = bring_to_target(order, conversion, [] if is_new else entries_of(order))
    if is_new:
        return "created"
    return "updated" if changed or credited or posted else "unchanged"


def projected(line: OrderLine) -> Order:
    """The order line that this report alone would make. Not stored."""
    line = cleaned(line)
    return Order(network=line.network, line_id=line.line_id, **_fields(line))


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
        "coupon_code": line.coupon_code[:CODE],
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
