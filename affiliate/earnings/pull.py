"""Reads order reports window by window: by hand for a given stretch, on schedule from where the last pull got to.

Every connected account of a network has a report and a cursor of its own. An order that two of them show is one order.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from affiliate.connections import api as connections
from affiliate.earnings.ingest import READ_AT_ONCE, ingest_many
from affiliate.earnings.models import Channel, PullCursor
from affiliate.earnings.reports import PullReport, together
from affiliate.networks.api import Adapter, BadInput, NetworkError, OrderLine, TimeType, Window, registry

logger = logging.getLogger("zhongcao.earnings")

FIRST_LOOK_BACK = timedelta(days=1)
LONGEST_STRETCH = timedelta(days=400)
CLAIM = timedelta(minutes=10)
"""How long a claim lasts without a sign of life: longer than any one window takes, retries included."""
AT_ONCE = timedelta(seconds=5)
"""A network whose reports lag no more than this is read more often: the newcomer's order shows within a minute."""
MARGIN = timedelta(hours=1)
"""So much inside of a network's history a pull begins, which goes on ending while it reads."""
DEMO = "demo"
WINDOWS_A_TURN = 48
"""Scheduled windows a turn: after a long rest the pull catches up turn by turn, and other jobs have theirs."""


def pull(network: str, start: datetime, end: datetime, *, account: str = "", force: bool = True) -> PullReport:
    """Read the stretch [start, end) of one account now, of the default one without its name. Never raises NetworkError:
    what broke it off stands in the report, with where to go on from; what came before is kept. `force` passes an open
    circuit breaker, as a person may.
    """
    report = PullReport(network, account or connections.account_names(network)[0])
    try:
        adapter = _ready(network, account, force=force)
        if start >= end or end - start > LONGEST_STRETCH:
            raise BadInput(f"The stretch must be longer than nothing and at most {LONGEST_STRETCH.days} days.")
        if start > timezone.now():
            raise BadInput("The stretch lies in the future.")
    except NetworkError as exc:
        report.error = exc
        return report
    until = min(end, timezone.now() + timedelta(minutes=1))
    for window in windows(start, until, adapter):
        if not _read(adapter, window, report):
            break
    return report


def pull_every(network: str, start: datetime, end: datetime) -> PullReport:
    """The same for each account that is connected; for the default one in any case, so that it says what it lacks."""
    first, *others = connections.account_names(network)
    names = [first, *(name for name in others if connections.is_configured(network, name))]
    return together([pull(network, start, end, account=name) for name in names])


def pull_due(*, quick: bool = False) -> list[PullReport]:
    """One turn of the schedule: every account of the networks that are on and have an order report, one after the
    other; networks that report at once (`quick`) apart from the others, for they have turns more often.
    """
    chosen = [slug for slug in registry.slugs() if _takes_part(slug) and _reports_at_once(slug) == quick]
    reports = (_guarded(slug, account) for slug in chosen for account in connections.account_names(slug))
    return [report for report in reports if report is not None]


def _guarded(network: str, account: str) -> PullReport | None:
    """One account's turn; what nobody foresaw in one of them is logged and keeps the others from nothing."""
    try:
        return pull_scheduled(network, account)
    except Exception:
        source = connections.source_name(network, account)
        logger.exception("The pull of %s failed; it goes on at its next turn.", source)
        return None


def _takes_part(slug: str) -> bool:
    if slug == DEMO and not settings.DEMO:
        return False  # nobody runs the demo shop then
    return registry.adapter_class(slug).capabilities.orders and connections.is_on(slug)


def _reports_at_once(slug: str) -> bool:
    return registry.adapter_class(slug).capabilities.order_lag <= AT_ONCE


def pull_scheduled(network: str, account: str) -> PullReport | None:
    """Go on from the account's cursor. None where it is not connected, or another worker is reading it."""
    adapter = connections.adapter(network, account=account)
    if not adapter.configured:
        return None
    now = timezone.now()
    until = now - adapter.capabilities.order_lag
    cursor = _cursor(network, account, time_type_of(adapter), until)
    if not _claim(cursor, now):
        return None
    report = PullReport(network, account)
    try:
        _catch_up(adapter, cursor, until, report)
    finally:
        PullCursor.objects.filter(pk=cursor.pk, claimed_until=cursor.claimed_until).update(claimed_until=None)
    if report.error:
        level = logging.INFO if report.error.kind == "off" else logging.WARNING
        logger.log(level, "Orders of %s: %s It goes on from %s.", report.source, report.error, report.goes_on_from)
    return report


def windows(start: datetime, end: datetime, adapter: Adapter) -> Iterator[Window]:
    """The stretch cut into windows no longer than the network accepts."""
    length = adapter.capabilities.order_window
    while start < end:
        stop = min(start + length, end)
        yield Window(start, stop, time_type_of(adapter))
        start = stop


def time_type_of(adapter: Adapter) -> TimeType:
    """The clock to read by: that of the last change where the network has it, for nothing is missed by it."""
    known = adapter.capabilities.order_time_types
    return TimeType.UPDATED if TimeType.UPDATED in known else known[0]


def _ready(network: str, account: str, *, force: bool) -> Adapter:
    adapter = connections.adapter(network, account=account, force=force)
    if not adapter.capabilities.orders:
        raise BadInput(f"{network} has no order report to pull. Upload its order file instead.", network=network)
    adapter.require_credentials()
    return adapter


def _read(adapter: Adapter, window: Window, report: PullReport) -> bool:
    """Read one window, page by page; False where it broke off."""
    waiting: list[OrderLine] = []
    seen = 0
    try:
        for page in adapter.orders(window):
            report.reject_all(page.rejected)
            waiting += page.lines
            if len(waiting) >= READ_AT_ONCE:
                seen = _store(waiting, report, seen)
    except NetworkError as exc:
        report.error, report.goes_on_from = exc, window.start
    _store(waiting, report, seen)
    return report.error is None


def _store(waiting: list[OrderLine], report: PullReport, seen: int) -> int:
    """Ingest and empty the list. Returns how many lines of the window were taken so far."""
    ingest_many(waiting, Channel.PULL, report, first_line=seen + 1)
    seen += len(waiting)
    waiting.clear()
    return seen


def _cursor(network: str, account: str, time_type: TimeType, until: datetime) -> PullCursor:
    return PullCursor.objects.get_or_create(
        network=network,
        account=account,
        time_type=time_type.value,
        defaults={"read_until": until - FIRST_LOOK_BACK},
    )[0]


def _claim(cursor: PullCursor, now: datetime) -> bool:
    """Become the one worker that reads this account; a claim that ran out belongs to nobody."""
    free = PullCursor.objects.filter(pk=cursor.pk).filter(Q(claimed_until=None) | Q(claimed_until__lt=now))
    if free.update(claimed_until=now + CLAIM) != 1:
        return False
    cursor.refresh_from_db()
    return True


def _within_history(adapter: Adapter, start: datetime, report: PullReport) -> datetime:
    """The start, or where the network's history begins: it refuses older windows, and after a rest of months the pull
    would stand still for good.
    """
    history = adapter.capabilities.order_history
    if history is None or start >= (oldest := timezone.now() - history + MARGIN):
        return start
    words = "Orders of %s between %s and %s are too old to be pulled: import its order file."
    logger.error(words, report.source, start, oldest)
    return oldest


def _catch_up(adapter: Adapter, cursor: PullCursor, until: datetime, report: PullReport) -> None:
    """Read from a little before the cursor and move it on after every whole window, so that a crash loses none."""
    start = _within_history(adapter, cursor.read_until - adapter.capabilities.order_overlap, report)
    for turn, window in enumerate(windows(start, until, adapter)):
        if turn >= WINDOWS_A_TURN or not _read(adapter, window, report):
            return
        claimed_until = timezone.now() + CLAIM
        ours = PullCursor.objects.filter(pk=cursor.pk, claimed_until=cursor.claimed_until)
        reached = max(window.end, cursor.read_until)
        if ours.update(read_until=reached, claimed_until=claimed_until) != 1:
            return  # the claim ran out, and another worker has taken over
        cursor.claimed_until, cursor.read_until = claimed_until, reached
