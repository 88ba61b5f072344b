"""Sums of clicks by day, and what may be thrown away in time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Count, Max, Min, QuerySet, Sum
from django.utils import timezone

from affiliate.tracking.models import Click, ClickClass, ClickDay, VisitorSalt

BOTS_KEPT = timedelta(days=7)
CLICKS_KEPT = timedelta(days=400)
AT_ONCE = 500
"""No transaction longer than this on SQLite: readers' clicks wait for it."""


def roll_up() -> int:
    """Sum up the days that may have changed since the last time. Returns how many days."""
    today = timezone.now().astimezone(UTC).date()
    newest = ClickDay.objects.aggregate(day=Max("day"))["day"]
    oldest = newest - timedelta(days=1) if newest else _first_day(today)
    days = [oldest + timedelta(days=n) for n in range((today - oldest).days + 1)]
    for day in days:
        roll_up_day(day)
    return len(days)


def roll_up_day(day: date) -> None:
    """Make the sums of one day (UTC) anew. Only for days whose clicks are all still kept."""
    start = _midnight(day)
    found = Click.objects.filter(at__gte=start, at__lt=start + timedelta(days=1)).values_list("code", "kind")
    counted = {(code, kind): count for code, kind, count in found.annotate(count=Count("pk")).order_by()}
    rows = [ClickDay(day=day, code=code, kind=kind, count=count) for (code, kind), count in counted.items()]
    for begin in range(0, len(rows), AT_ONCE):
        ClickDay.objects.bulk_create(
            rows[begin : begin + AT_ONCE],
            update_conflicts=True,
            unique_fields=["day", "code", "kind"],
            update_fields=["count"],
        )
    standing = ClickDay.objects.filter(day=day).values_list("pk", "code", "kind")
    _delete(ClickDay.objects.all(), [pk for pk, code, kind in standing if (code, kind) not in counted])


def old_bots(now: datetime) -> QuerySet[Click]:
    """Clicks of bots and prefetches whose time is over."""
    return _summed_up(now - BOTS_KEPT).filter(kind__in=[ClickClass.BOT, ClickClass.PREFETCH])


def old_clicks(now: datetime) -> QuerySet[Click]:
    """Clicks of any class whose time is over."""
    return _summed_up(now - CLICKS_KEPT)


def old_salts(now: datetime) -> QuerySet[VisitorSalt]:
    """With yesterday's salt gone, nobody can tie yesterday's hashes to anybody."""
    return VisitorSalt.objects.filter(day__lt=now.astimezone(UTC).date())


def click_counts(codes: Iterable[str], since: datetime) -> dict[str, int]:
    """Readers' clicks by code since a time: whole days from their sums, the rest one by one. Codes without any are left
    out.
    """
    wanted = set(codes)
    border = _border()
    counts: Counter[str] = Counter()
    first_whole = since.astimezone(UTC).date() + timedelta(days=1)
    single = Click.objects.filter(kind=ClickClass.HUMAN, at__gte=since)
    if border is not None and first_whole < border:
        days = ClickDay.objects.filter(day__gte=first_whole, day__lt=border, kind=ClickClass.HUMAN, code__in=wanted)
        counts.update(dict(days.values_list("code").annotate(n=Sum("count")).order_by()))
        single = single.exclude(at__gte=_midnight(first_whole), at__lt=_midnight(border))
    for code, count in single.values_list("code").annotate(n=Count("pk")).order_by():
        if code in wanted:
            counts[code] += count
    return dict(counts)


def totals_by_kind() -> dict[str, int]:
    """All clicks ever by class: whole days from their sums, what came since from the clicks themselves."""
    totals = dict.fromkeys(ClickClass.values, 0)
    recent = Click.objects.all()
    if (border := _border()) is not None:
        recent = recent.filter(at__gte=_midnight(border))
        for kind, count in ClickDay.objects.filter(day__lt=border).values_list("kind").annotate(n=Sum("count")):
            totals[kind] += count
    for kind, count in recent.values_list("kind").annotate(n=Count("pk")).order_by():
        totals[kind] += count
    return totals


def _border() -> date | None:
    """The first day whose sums may not be complete; None where nothing has been summed up yet."""
    newest: date | None = ClickDay.objects.aggregate(day=Max("day"))["day"]
    return newest - timedelta(days=1) if newest else None


def _first_day(today: date) -> date:
    first: datetime | None = Click.objects.aggregate(at=Min("at"))["at"]
    return first.astimezone(UTC).date() if first else today


def _summed_up(until: datetime) -> QuerySet[Click]:
    """Clicks of whole days before a time, so that a day is either complete or gone; and only of days whose sums are
    complete: what is thrown away stays counted.
    """
    border = _border()
    if border is None:
        return Click.objects.none()
    return Click.objects.filter(at__lt=min(_midnight(until.astimezone(UTC).date()), _midnight(border)))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)


def _delete(rows: QuerySet[ClickDay], keys: list[int]) -> None:
    for begin in range(0, len(keys), AT_ONCE):
        rows.filter(pk__in=keys[begin : begin + AT_ONCE]).delete()
