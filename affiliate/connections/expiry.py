"""What operators must know of accounts in time: what runs out in a week, is not renewed any more, or is refused."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from affiliate.connections import renewal
from affiliate.connections.models import FIRST, Account
from affiliate.networks.api import registry

AHEAD = timedelta(days=7)


def warnings(now: datetime | None = None) -> dict[str, list[str]]:
    """Sentences in the language in force, by network; networks without any are left out."""
    now = now or timezone.now()
    found: dict[str, list[str]] = {}
    for account in Account.objects.order_by("network", "pk"):
        if account.network in registry.ADAPTERS and (sentences := of_account(account, now)):
            found.setdefault(account.network, []).extend(sentences)
    return found


def of_account(account: Account, now: datetime) -> list[str]:
    """What is to be said of one account."""
    words = {"name": spoken_name(account)}
    if account.authorised_until is not None and account.authorised_until <= now:
        return [_("The authorisation of %(name)s has ended. Authorise the account again.") % words]
    said = []
    if account.refused_at is not None:
        said.append(_("%(name)s does not accept our credentials. Enter them again.") % words)
    if renewal.is_stuck(account):
        said.append(_("The tokens of %(name)s are not renewed any more. Authorise the account again.") % words)
    if account.authorised_until is not None and account.authorised_until - now <= AHEAD:
        words["at"] = _local(account.authorised_until)
        said.append(_("The authorisation of %(name)s ends on %(at)s. Authorise the account again before.") % words)
    elif account.expires_at is not None and _runs_out(account, account.expires_at, now):
        words["at"] = _local(account.expires_at)
        ended = account.expires_at <= now
        sentence = (
            _("The token of %(name)s ran out on %(at)s.") if ended else _("The token of %(name)s ends on %(at)s.")
        )
        said.append(sentence % words)
    return said


def spoken_name(account: Account) -> str:
    """What an operator calls it: the first account of a network by the network's name, others by theirs behind it."""
    network = str(registry.adapter_class(account.network).name)
    return network if account.name == FIRST else f"{network} / {account.name}"


def _runs_out(account: Account, at: datetime, now: datetime) -> bool:
    """Whether the token ends within a week and nothing will be done about it by itself, or it has ended already."""
    return at <= now or (at - now <= AHEAD and (renewal.is_stuck(account) or not renewal.can_renew(account)))


def _local(at: datetime) -> str:
    return date_format(timezone.localtime(at), "Y-m-d H:i")
