"""The three figures on top of the earnings page, and sentences that say why they moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from affiliate.earnings import ledger
from affiliate.earnings.amounts import shown_amount
from affiliate.earnings.models import AccountKind, HeldReason, LedgerEntry, LineStateChoice, Order
from affiliate.people.api import Author

WEEK = timedelta(days=7)
CONFIRMED = (AccountKind.AUTHOR_CONFIRMED, AccountKind.AUTHOR_PAYABLE)


@dataclass(frozen=True, slots=True)
class Summary:
    """Money of one author, or of all, in one currency."""

    currency: str
    confirmed_minor: int
    payable_minor: int
    pending_minor: int
    returned_minor: int

    @property
    def confirmed(self) -> str:
        return shown_amount(self.confirmed_minor, self.currency)

    @property
    def payable(self) -> str:
        return shown_amount(self.payable_minor, self.currency)

    @property
    def pending(self) -> str:
        return shown_amount(self.pending_minor, self.currency)

    @property
    def returned(self) -> str:
        return shown_amount(self.returned_minor, self.currency)


def summaries(author: Author | None) -> list[Summary]:
    """One for each currency, the house's own first; four queries."""
    owned = Q(author=author) if author else Q(author__isnull=False)
    kinds = (AccountKind.AUTHOR_PENDING, *CONFIRMED)
    sums: dict[str, dict[str, int]] = {"CNY": {}}
    for account, minor in ledger.balances_by_account(owned & Q(kind__in=kinds)).items():
        of_currency = sums.setdefault(account.currency, {})
        of_currency[account.kind] = of_currency.get(account.kind, 0) + minor
    returned = dict(_reversals(author).filter(order__state=LineStateChoice.INVALID).values_list("currency", "total"))
    return [
        Summary(
            currency,
            confirmed_minor=sum(held.get(kind, 0) for kind in CONFIRMED),
            payable_minor=held.get(AccountKind.AUTHOR_PAYABLE, 0),
            pending_minor=held.get(AccountKind.AUTHOR_PENDING, 0),
            returned_minor=returned.get(currency, 0),
        )
        for currency, held in sums.items()
        if held or currency == "CNY"
    ]


def why(author: Author | None, found: list[Summary]) -> list[str]:
    """What moved lately, in sentences; never empty."""
    sentences = [*_returns(author), *_held(author)]
    for one in found:
        if one.payable_minor < 0:
            sentences.append(
                _("%(amount)s more was taken back than is there. It is carried forward to the next payment.")
                % {"amount": shown_amount(-one.payable_minor, one.currency)}
            )
        elif one.payable_minor:
            sentences.append(_("Of what is confirmed, %(amount)s is ready to be paid.") % {"amount": one.payable})
    return sentences or [_("Nothing was returned or held in the last seven days.")]


def _reversals(author: Author | None):  # type: ignore[no-untyped-def]  # a values() query set has no name
    owned = Q(debit__author=author) if author else Q(debit__author__isnull=False)
    entries = LedgerEntry.objects.filter(owned, note="reversal", order__isnull=False)
    return entries.values("currency").annotate(total=Sum("amount_minor"), lines=Count("order", distinct=True))


def _returns(author: Author | None) -> list[str]:
    lately = _reversals(author).filter(order__state=LineStateChoice.INVALID, posted_at__gte=timezone.now() - WEEK)
    return [
        ngettext(
            "In the last seven days %(number)s order line was returned or refused: %(amount)s taken back.",
            "In the last seven days %(number)s order lines were returned or refused: %(amount)s taken back.",
            row["lines"],
        )
        % {"number": row["lines"], "amount": shown_amount(row["total"], row["currency"])}
        for row in lately
    ]


def _held(author: Author | None) -> list[str]:
    held = Order.objects.exclude(held_reason="")
    if author:
        held = held.filter(conversion__author=author)
    counts = held.values_list("held_reason").annotate(number=Count("pk"))
    return [
        ngettext("%(number)s order line is held: %(why)s", "%(number)s order lines are held: %(why)s", number)
        % {"number": number, "why": HeldReason(reason).label}
        for reason, number in counts
    ]
