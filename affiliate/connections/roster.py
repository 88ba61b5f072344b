"""Which accounts there are at a network: one more, another default, one less. Each locks the network's rows first."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from affiliate.connections import accounts
from affiliate.connections.models import Account
from affiliate.connections.signals import accounts_changed
from affiliate.networks.api import BadInput, registry


def add(slug: str, name: str) -> Account:
    """One more account, without credentials yet. Raises BadInput where the name is taken, or the network knows none."""
    if not registry.adapter_class(slug).credential_keys:
        raise BadInput("This network needs no account.", network=slug, code="no_capability")
    accounts.saved(slug)  # the first is there first, even where the environment alone spoke of it
    try:
        with transaction.atomic():
            return Account.objects.create(network=slug, name=name, is_default=False)
    except IntegrityError as exc:
        raise BadInput("An account of this name is there already.", network=slug, code="account_name") from exc


def make_default(slug: str, name: str) -> Account:
    """Make links with this account from now on; those of the former default are fetched anew, its orders still read.

    Raises BadInput where the environment speaks of the former default, whose credentials would win over this one's,
    where this one lacks credentials, and where it is gone.
    """
    with transaction.atomic():
        chosen, others = _locked(slug, name)
        if not chosen.is_default:
            _may_lead(chosen, others)
            Account.objects.filter(network=slug, is_default=True).update(is_default=False)
            chosen.is_default = True
            chosen.save(update_fields=["is_default"])
            _tell(slug)
    return chosen


def remove(slug: str, name: str) -> Account:
    """Forget an account and its credentials; its orders stay. Raises BadInput for the default, and where it is gone."""
    with transaction.atomic():
        chosen, _others = _locked(slug, name)
        if chosen.is_default:
            raise BadInput("Links are made with this account. Make another the default first.", network=slug)
        Account.objects.filter(pk=chosen.pk).delete()
        _tell(slug)
    return chosen


def _locked(slug: str, name: str) -> tuple[Account, list[Account]]:
    """The account, and the network's others. Raises BadInput where somebody removed it meanwhile."""
    rows = list(Account.objects.select_for_update().filter(network=slug).order_by("pk"))
    chosen = next((one for one in rows if one.name == name), None)
    if chosen is None:
        raise BadInput("This account is not there any more.", network=slug, code="unknown_account")
    return chosen, [one for one in rows if one is not chosen]


def _may_lead(chosen: Account, others: list[Account]) -> None:
    """Raises BadInput where links could not be made with it."""
    if any(accounts.said_by_environment(one) for one in others):
        raise BadInput(
            "The environment names credentials of the default account, and would name them for this one. Take them out "
            "there first.",
            network=chosen.network,
            code="credentials_in_environment",
        )
    if not accounts.is_complete(chosen):
        raise BadInput("Credentials of this account are missing. Enter them first.", network=chosen.network)


def _tell(slug: str) -> None:
    transaction.on_commit(lambda: accounts_changed.send_robust(sender=Account, network=slug))
