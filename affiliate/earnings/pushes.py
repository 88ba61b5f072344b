"""What networks tell us by themselves: proved, noted once, and believed only after the network's own report was read.

A message costs one short transaction; the report is read by a worker, at once where one is free. Orders that the
report does not show yet are asked for again for two days; the regular pull would bring them too.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from affiliate.connections import api as connections
from affiliate.earnings.ingest import ingest_many
from affiliate.earnings.models import Channel
from affiliate.earnings.push_models import PushedOrder, PushState
from affiliate.earnings.reports import Tally
from affiliate.networks.api import Adapter, NetworkError, Pushed

logger = logging.getLogger("zhongcao.postback")

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 720, 1_440))
"""After each try that found nothing; after the last of them it is given up."""
NOT_ASKED = {"off": timedelta(minutes=15), "wait": timedelta(minutes=1)}
"""Kinds of errors that say nothing of the order, and how long to leave the network alone then."""
CLAIM = timedelta(minutes=10)
"""How long whoever reads has it alone: longer than any one call takes, retries included."""
MOST_A_TURN = 50
KEPT = timedelta(days=90)


def note(network: str, pushed: Pushed, account: str = connections.FIRST) -> list[int]:
    """Note the orders of a message that this account proved. Returns the rows that are new: none for a message that
    came before, which the database decides.
    """
    now = timezone.now()
    rows = [
        PushedOrder(network=network, account=account, message=pushed.key, order_id=order_id, next_try_at=now)
        for order_id in pushed.order_ids
    ]
    known = PushedOrder.objects.filter(network=network, message=pushed.key)
    with transaction.atomic():
        before = set(known.values_list("pk", flat=True))
        PushedOrder.objects.bulk_create(rows, ignore_conflicts=True)
        return [pk for pk in known.order_by("pk").values_list("pk", flat=True) if pk not in before]


def read_due() -> int:
    """One turn of the schedule over what waits: what no task has read, and what is asked for again."""
    due = PushedOrder.objects.filter(state=PushState.WAITING, next_try_at__lte=timezone.now())
    return read(due.order_by("next_try_at").values_list("pk", flat=True)[:MOST_A_TURN])


def read(pks: Iterable[int]) -> int:
    """Read these now where they are due. Returns how many the network's report showed."""
    return sum(_read(pk) for pk in list(pks))


def try_now(pk: int) -> bool:
    """A person wants one that waits or is missing to be read at once. True where the report showed it; one that was
    given up is given up again unless it is found. Should a worker read it just then, it is read twice, which changes
    nothing.
    """
    unread = PushedOrder.objects.filter(pk=pk).exclude(state=PushState.READ)
    unread.update(state=PushState.WAITING, next_try_at=timezone.now())
    return _read(pk)


def _read(pk: int) -> bool:
    now = timezone.now()
    due = PushedOrder.objects.filter(pk=pk, state=PushState.WAITING, next_try_at__lte=now)
    if due.update(next_try_at=now + CLAIM) != 1:
        return False  # read already, or in another's hands
    row = PushedOrder.objects.get(pk=pk)
    try:
        tally = _take(connections.adapter(row.network, account=row.account), row)
    except NetworkError as error:
        _later(row, error.kind, str(error), max(now, error.retry_at or now))
        return False
    except Exception as error:
        logger.exception("Pushed order %s could not be taken.", row)
        _later(row, "failed", type(error).__name__, now)
        return False
    problem = "rejected" if tally.rejected else ""
    PushedOrder.objects.filter(pk=pk).update(state=PushState.READ, tries=row.tries + 1, problem=problem)
    logger.info("Pushed order %s was read: %s new, %s changed.", row, tally.created, tally.updated)
    return True


def _take(adapter: Adapter, row: PushedOrder) -> Tally:
    """What the report says of the order, taken like any pulled report: that is what it is."""
    tally = Tally(row.network)
    page = adapter.order(row.order_id)
    tally.reject_all(page.rejected)
    ingest_many(page.lines, Channel.PULL, tally)
    for rejected in tally.rejected:
        logger.warning("Pushed order %s: a line cannot be read: %s", row, rejected.reason)
    return tally


def _later(row: PushedOrder, problem: str, words: str, earliest: datetime) -> None:
    """Ask again later, or give up. While the network is off or asked too often it costs no try."""
    tries = row.tries + (problem not in NOT_ASKED)
    given_up = tries > len(WAITS)
    wait = NOT_ASKED.get(problem) or WAITS[min(tries, len(WAITS)) - 1]
    PushedOrder.objects.filter(pk=row.pk, state=PushState.WAITING).update(
        tries=tries,
        problem=problem,
        state=PushState.MISSING if given_up else PushState.WAITING,
        next_try_at=earliest + wait,
    )
    if given_up:
        logger.warning("Pushed order %s was asked for %s times in vain: %s", row, tries, words)
    else:
        logger.info("Pushed order %s is asked for again in %s: %s", row, wait, words)


def old(now: datetime) -> QuerySet[PushedOrder]:
    """Notes whose message arrived 90 days ago: the networks' reports go back no further."""
    return PushedOrder.objects.filter(received_at__lt=now - KEPT)


def by_state() -> dict[str, int]:
    """How many of them are in each state, each state named."""
    counts = dict(PushedOrder.objects.values_list("state").annotate(number=Count("pk")))
    return {state: counts.get(state, 0) for state in PushState.values}
