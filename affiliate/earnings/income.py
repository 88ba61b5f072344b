"""Quarter totals for the tax report of platforms (State Council Order 810), taken from the book.

Income is what became payable: an estimate that a shop still may refuse is none. What is taken back counts in the
quarter in which it was taken back. The book is never changed, so the same quarter asked again gives the same totals; a
record gets a next version where the author's identity was corrected.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from affiliate.earnings.income_models import IncomeKind, IncomeRecord, TaxIdentity
from affiliate.earnings.models import AccountKind, LedgerEntry

QUARTER = re.compile(r"([0-9]{4})Q([1-4])", re.ASCII)
IDENTITY_KEPT = timedelta(days=3653)
"""Ten years after the last quarter with income."""


class NotAQuarter(ValueError):
    """What was asked for is no quarter, or one that is not over."""


@dataclass(slots=True)
class Totals:
    """Of one author in one currency."""

    gross_minor: int = 0
    refunds_minor: int = 0
    lines: set[int] = field(default_factory=set)


def bounds(quarter: str) -> tuple[datetime, datetime]:
    """First instant of the quarter and of the next, in the site's time zone. Raises NotAQuarter."""
    found = QUARTER.fullmatch(quarter)
    if found is None or not 2000 <= int(found[1]) <= 2999:
        raise NotAQuarter(quarter)
    year, number = int(found[1]), int(found[2])
    after = date(year + number // 4, number % 4 * 3 + 1, 1)
    return _midnight(date(year, number * 3 - 2, 1)), _midnight(after)


def quarter_of(day: date) -> str:
    """The quarter that a day lies in."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def quarter_before(day: date) -> str:
    """The last quarter that is over on a day."""
    return quarter_of(date(day.year, (day.month - 1) // 3 * 3 + 1, 1) - timedelta(days=1))


def totals_of(quarter: str) -> dict[tuple[int, str], Totals]:
    """By author and currency; authors without any movement are left out."""
    start, end = bounds(quarter)
    found: dict[tuple[int, str], Totals] = defaultdict(Totals)
    payable, paid = AccountKind.AUTHOR_PAYABLE, AccountKind.AUTHOR_PAID
    entries = LedgerEntry.objects.filter(posted_at__gte=start, posted_at__lt=end)
    touching = entries.filter(Q(credit__kind=payable) | Q(debit__kind=payable)).exclude(
        Q(credit__kind=paid) | Q(debit__kind=paid)  # a payment is not income, nor is one that came back
    )
    fields = ("debit__kind", "debit__author_id", "credit__kind", "credit__author_id", "amount_minor", "currency")
    for debit, debtor, credit, creditor, minor, currency, order in touching.values_list(*fields, "order_id").iterator():
        if credit == payable and creditor is not None:
            totals = found[creditor, currency]
            totals.gross_minor += minor
            totals.lines |= {order} if order else set()
        if debit == payable and debtor is not None:
            totals = found[debtor, currency]
            totals.refunds_minor += minor
            totals.lines |= {order} if order else set()
    return dict(found)


def record_quarter(quarter: str) -> int:
    """Write the records of a quarter that is over, and next versions of those that are no longer true.

    Returns how many were written. Raises NotAQuarter where it is not over.
    """
    if bounds(quarter)[1] > timezone.now():
        raise NotAQuarter(quarter)
    standing = latest(quarter)
    found = totals_of(quarter)
    identities = dict(TaxIdentity.objects.values_list("author_id", "version"))
    written = 0
    for key in sorted(found.keys() | standing.keys()):
        author_id, currency = key
        totals, before = found.get(key, Totals()), standing.get(key)
        values = {
            "gross_minor": totals.gross_minor,
            "refunds_minor": totals.refunds_minor,
            "net_minor": totals.gross_minor - totals.refunds_minor,
            "lines": len(totals.lines),
            "identity_version": identities.get(author_id, 0),
        }
        if before is None or any(getattr(before, name) != value for name, value in values.items()):
            written += _write(author_id, quarter, currency, before.version + 1 if before else 1, values)
    return written


@transaction.atomic
def _write(author_id: int, quarter: str, currency: str, version: int, values: dict[str, int]) -> bool:
    """Two that count the same quarter at once write each version once."""
    return IncomeRecord.objects.get_or_create(
        author_id=author_id,
        quarter=quarter,
        kind=IncomeKind.COMMISSION,
        currency=currency,
        version=version,
        defaults=values,
    )[1]


def latest(quarter: str) -> dict[tuple[int, str], IncomeRecord]:
    """The newest version of each record, by author and currency."""
    records = IncomeRecord.objects.filter(quarter=quarter, kind=IncomeKind.COMMISSION).select_related("author")
    return {(record.author_id, record.currency): record for record in records.order_by("version")}


def record_last_quarter() -> int:
    """For the schedule: the quarter that ended last."""
    return record_quarter(quarter_before(timezone.localdate()))


def drop_old_identities() -> int:
    """Forget the identity of authors who have left, once no record obliges us to know it. Returns how many."""
    oldest = quarter_of(timezone.localdate() - IDENTITY_KEPT)
    gone = TaxIdentity.objects.filter(Q(author__user=None) | Q(author__user__is_active=False))
    gone = gone.annotate(last=Max("author__income_records__quarter"))
    rows = gone.filter(Q(last=None) | Q(last__lt=oldest)).values_list("pk", flat=True)
    return TaxIdentity.objects.filter(pk__in=list(rows)).delete()[0]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
