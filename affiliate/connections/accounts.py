"""Where an adapter's configuration comes from: the account kept in the admin, over which the environment wins.

A network may have several accounts (sites, pids). The environment speaks of the default one alone, addresses apart.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from affiliate.connections.fields import Unreadable
from affiliate.connections.models import FIRST, Account, Merchant
from affiliate.networks.api import Adapter, BadInput, NetworkError, Reauthorise, registry

DIRECT = "direct"
ACCESS, REFRESH = TOKENS = ("ACCESS_TOKEN", "REFRESH_TOKEN")
"""What a network that renews or authorises calls its tokens in an account."""
ADDRESS_KEYS = ("GATEWAY", "PUBLIC_URL")
"""Addresses rather than secrets: an operator sets them in the environment alone."""


def keys_of(adapter: type[Adapter]) -> tuple[str, ...]:
    """Every credential an account at this network may hold, the needed ones first."""
    return tuple(dict.fromkeys((*adapter.credential_keys, *adapter.optional_keys)))


def from_environment(slug: str) -> dict[str, str]:
    """What NETWORK_<SLUG>_<KEY> says, as key → value; empty variables count as absent."""
    wanted = (*keys_of(registry.adapter_class(slug)), *ADDRESS_KEYS)
    found = {key: settings.NETWORK_ENVIRONMENT.get(f"NETWORK_{slug.upper()}_{key}", "").strip() for key in wanted}
    return {key: value for key, value in found.items() if value}


def of_network(slug: str) -> list[Account]:
    """The accounts at a network, the default first; an empty unsaved one where nothing was entered."""
    return list(Account.objects.filter(network=slug).order_by("-is_default", "pk")) or [Account(network=slug)]


def by_network() -> dict[str, list[Account]]:
    """The same for every network, in one query."""
    found: dict[str, list[Account]] = {slug: [] for slug in registry.slugs()}
    for account in Account.objects.order_by("-is_default", "pk"):
        found.setdefault(account.network, []).append(account)
    return {slug: rows or [Account(network=slug)] for slug, rows in found.items()}


def account_of(slug: str, name: str = "") -> Account:
    """The account of this name; without one the default. Raises BadInput where there is no such account."""
    found = of_network(slug)
    account = next((one for one in found if name in ("", one.name)), None)
    if account is None:
        raise BadInput(
            "There is no account %(account)s at %(network)s. There are: %(names)s.",
            network=slug,
            code="unknown_account",
            values={"account": name[:60], "network": slug, "names": ", ".join(one.name for one in found)},
        )
    return account


def saved(slug: str, name: str = "") -> Account:
    """The same, made where nothing was entered yet."""
    account = account_of(slug, name)
    return account if account.pk else Account.objects.get_or_create(network=slug, name=FIRST)[0]


def is_complete(account: Account) -> bool:
    """Whether the account, with the environment where that speaks of it, holds every needed credential."""
    try:
        return registry.adapter_class(account.network)(configuration(account)).configured
    except NetworkError:
        return False


def from_account(slug: str) -> dict[str, str]:
    """The credentials of the default account that an operator entered. Raises Reauthorise where no key reads them."""
    return kept_by(account_of(slug))


def kept_by(account: Account) -> dict[str, str]:
    """The credentials of one account. Raises Reauthorise where no key reads them."""
    if isinstance(account.credentials, Unreadable):
        raise Reauthorise(
            "The credentials of the account %(account)s cannot be read with any of ENCRYPTION_KEYS; nothing was "
            "deleted. Put the key back that they were written with, or enter the credentials again.",
            network=account.network,
            code="unreadable",
            values={"account": str(account)},
        )
    return dict(account.credentials or {})


def addresses(slug: str) -> dict[str, str]:
    """The part of the configuration that recognition needs: addresses and merchants, no secret."""
    found = {key: value for key, value in from_environment(slug).items() if key in ADDRESS_KEYS}
    if slug == DIRECT:
        found["MERCHANTS"] = json.dumps(merchants(), ensure_ascii=False)
    return found


def said_by_environment(account: Account) -> dict[str, str]:
    """The credentials that the environment names for this account: it speaks of the default one alone."""
    found = from_environment(account.network) if account.is_default else {}
    return {key: value for key, value in found.items() if key not in ADDRESS_KEYS}


def configuration(account: Account) -> dict[str, str]:
    """Everything an adapter is made with. The environment wins over the admin, key by key."""
    return {**kept_by(account), **said_by_environment(account), **addresses(account.network)}


def merchants() -> list[dict[str, object]]:
    """The active direct merchants in the form that the adapter `direct` takes; their secrets stay behind."""
    return [merchant_row(merchant) for merchant in Merchant.objects.filter(active=True).order_by("slug")]


def merchant_row(merchant: Merchant) -> dict[str, object]:
    """One merchant in that form."""
    return {
        "slug": merchant.slug,
        "name": merchant.name,
        "hosts": [host.strip().lower() for host in merchant.hosts.split(",") if host.strip()],
        "link_template": merchant.link_template,
        "item_url_pattern": merchant.item_url_pattern,
        "currency": merchant.currency,
        "commission_rate_bp": merchant.commission_rate_bp,
    }


def save_credentials(slug: str, entered: dict[str, str], *, forget: tuple[str, ...] = (), account: str = "") -> Account:
    """Keep what was entered, encrypted. An empty value leaves the kept one; keys in `forget` are removed.

    Whatever a person changes lets the renewal begin anew; tokens that he entered run out nobody knows when.
    """
    entered = {key: value for key, value in entered.items() if value}
    pk = saved(slug, account).pk
    with transaction.atomic():
        row = Account.objects.select_for_update().get(pk=pk)
        kept = {key: value for key, value in (row.credentials or {}).items() if key not in forget}
        row.credentials = kept | entered
        if entered or forget:
            forget_trouble(row)
        if set(TOKENS) & (entered.keys() | set(forget)):
            row.expires_at = row.authorised_until = row.renewed_at = None
        row.save()
    return row


def set_end(slug: str, day: date | None, *, account: str = "") -> None:
    """The day on which the credentials run out, as an operator read it; None where nobody knows."""
    ends = timezone.make_aware(datetime.combine(day, datetime.min.time())) if day else None
    Account.objects.filter(pk=saved(slug, account).pk).update(authorised_until=ends)


def keep_tokens(account: Account, values: Mapping[str, str], expires_at: datetime, until: datetime | None) -> None:
    """Put fresh tokens into a locked account and save it. An unknown end of the authorisation leaves the known one."""
    account.credentials = dict(account.credentials or {}) | dict(values)
    account.expires_at, account.renewed_at = expires_at, timezone.now()
    account.authorised_until = until or account.authorised_until
    forget_trouble(account)
    account.save()


def forget_trouble(account: Account) -> None:
    """The renewal may begin anew, and whether the credentials are good is to be seen."""
    account.lease_until, account.spent, account.renewal_kind, account.renewal_error = None, "", "", ""
    account.refused_at = None
