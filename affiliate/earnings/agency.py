"""What an agency may see of the book: lines credited to its authors while they were under it, and its part of each.

The agency of a line is the one that stood above the author when the line was credited. So a line goes on showing what
the book holds, whoever the author writes under today, and no agency sees what an author earned under another.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from affiliate.earnings import ledger
from affiliate.earnings.amounts import shown_amount
from affiliate.earnings.lines import lines_of, shares_in_book
from affiliate.earnings.models import AccountKind, LedgerEntry, LineStateChoice, Order
from affiliate.earnings.shown import ShownLine
from affiliate.earnings.targets import stage_of
from affiliate.people.api import Agency

MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Line(ShownLine):
    """One order line as an agency sees it. It shows no order number: with that a shop would find the buyer."""

    agency_reversed_minor: int

    @property
    def author(self) -> str:
        return self.order.conversion.author.name

    @property
    def authors_share(self) -> str:
        return shown_amount(self.shares.author, self.order.currency)

    @property
    def agencys_share(self) -> str:
        return shown_amount(self.shares.agency, self.order.currency)

    @property
    def taken_back(self) -> str:
        """From the agency, empty for nothing."""
        minor = self.agency_reversed_minor
        return shown_amount(-minor, self.order.currency) if minor else ""

    @property
    def state_key(self) -> str:
        """`pending`, `confirmed`, `payable`, `held` or `invalid`: where its money stands in the book."""
        if self.order.held_reason:
            return "held"
        return stage_of(self.order) or LineStateChoice.INVALID.value

    @property
    def state(self) -> str:
        return states()[self.state_key]


def states() -> dict[str, str]:
    """What a line's money can be, in words."""
    return {
        "pending": _("waiting for the shop"),
        "confirmed": _("confirmed"),
        "payable": _("ready to be paid"),
        "held": _("held"),
        "invalid": _("returned or refused"),
    }


def in_state(state: str) -> Q:
    """The condition of each of `states`; an unknown one filters nothing. Says the same as `targets.stage_of`."""
    free = Q(held_reason="")
    released = Q(state=LineStateChoice.SETTLED, settled_commission_minor__isnull=False, released_at__isnull=False)
    confirmed = Q(state__in=(LineStateChoice.CONFIRMED, LineStateChoice.SETTLED)) & ~released
    return {
        "pending": free & Q(state=LineStateChoice.PENDING),
        "confirmed": free & confirmed,
        "payable": free & released,
        "held": ~free,
        "invalid": free & Q(state=LineStateChoice.INVALID),
    }.get(state, Q())


def lines(agency: Agency, *, month: str = "", state: str = "") -> QuerySet[Order]:
    """The agency's lines, the newest first; of those placed in a month such as `2026-11`, or all."""
    return lines_of().filter(_placed_in(month), in_state(state), conversion__agency=agency)


def read(agency: Agency, orders: Iterable[Order]) -> list[Line]:
    """The lines with what the book holds of each; three queries however many."""
    found = list(orders)
    shares = shares_in_book(order.pk for order in found)
    reversed_ = dict(
        LedgerEntry.objects.filter(order__in=list(shares), debit__agency=agency, note="reversal")
        .values_list("order_id")
        .annotate(total=Sum("amount_minor"))
    )
    return [Line(order, shares[order.pk], reversed_.get(order.pk, 0)) for order in found]


@dataclass(frozen=True, slots=True)
class Figure:
    """What one account of the agency holds now, over all time."""

    kind: str
    """`pending`, `confirmed`, `payable` or `paid`."""
    label: str
    amount: str


def standing(agency: Agency) -> dict[str, list[Figure]]:
    """The agency's accounts by currency, yuan always; three queries. A negative payable one is carried forward."""
    held: dict[str, dict[str, int]] = {"CNY": {}}
    for account, minor in ledger.balances_by_account(Q(agency=agency)).items():
        held.setdefault(account.currency, {})[account.kind] = minor
    words = {
        AccountKind.AGENCY_PENDING: ("pending", _("Waiting")),
        AccountKind.AGENCY_CONFIRMED: ("confirmed", _("Confirmed")),
        AccountKind.AGENCY_PAYABLE: ("payable", _("Ready to be paid")),
        AccountKind.AGENCY_PAID: ("paid", _("Paid")),
    }
    return {
        currency: [Figure(*names, shown_amount(minors.get(kind, 0), currency)) for kind, names in words.items()]
        for currency, minors in held.items()
    }


@dataclass(slots=True)
class AuthorTotal:
    """What one author's lines of a period hold in one currency."""

    name: str
    currency: str
    lines: int = 0
    author_minor: int = 0
    agency_minor: int = 0

    @property
    def authors_share(self) -> str:
        return shown_amount(self.author_minor, self.currency)

    @property
    def agencys_share(self) -> str:
        return shown_amount(self.agency_minor, self.currency)


def totals(agency: Agency, *, month: str = "") -> list[AuthorTotal]:
    """By author and currency, in the order of names; three queries. Lines that earn nothing count as lines."""
    chosen = Order.objects.filter(_placed_in(month), conversion__agency=agency)
    counts = chosen.order_by("conversion__author__name").values_list(
        "conversion__author_id", "conversion__author__name", "currency"
    )
    found = {(pk, cur): AuthorTotal(name, cur, n) for pk, name, cur, n in counts.annotate(n=Count("pk"))}
    sums: dict[tuple[int, str], dict[str, int]] = defaultdict(lambda: {"author": 0, "agency": 0})
    entries = LedgerEntry.objects.filter(order__in=chosen)
    for side, sign in (("credit", 1), ("debit", -1)):
        columns = ("order__conversion__author_id", "currency", f"{side}__kind")
        for pk, currency, kind, minor in entries.values_list(*columns).annotate(total=Sum("amount_minor")):
            party = kind.partition("_")[0]
            if party in ("author", "agency"):
                sums[pk, currency][party] += sign * minor
    for key, parties in sums.items():
        if key in found:
            found[key].author_minor, found[key].agency_minor = parties["author"], parties["agency"]
    return list(found.values())


def months(today: date, number: int = 12) -> list[str]:
    """This month and those before it, as `2026-11`."""
    count = today.year * 12 + today.month - 1
    return [f"{(count - back) // 12}-{(count - back) % 12 + 1:02d}" for back in range(number)]


def _placed_in(month: str) -> Q:
    found = MONTH.fullmatch(month)
    if found is None:
        return Q()
    year, number = int(found[1]), int(found[2])
    if not 2000 <= year <= 2999:
        return Q()
    return Q(placed_at__gte=_first(year, number), placed_at__lt=_first(year + number // 12, number % 12 + 1))


def _first(year: int, month: int) -> datetime:
    return timezone.make_aware(datetime.combine(date(year, month, 1), time.min))
