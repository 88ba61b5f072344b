"""Where an adapter's configuration comes from: the environment first, then the account kept in the admin."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from affiliate.connections.fields import Unreadable
from affiliate.connections.models import Account, Merchant
from affiliate.networks.api import Adapter, NetworkError, Reauthorise, registry

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


def account_of(slug: str) -> Account | None:
    """The account that this network is called with; None where nothing was entered."""
    return Account.objects.filter(network=slug).order_by("-is_default", "pk").first()


def by_network() -> dict[str, Account]:
    """The account that each network is called with, in one query; an empty unsaved one where nothing was entered."""
    found = {account.network: account for account in Account.objects.order_by("is_default", "-pk")}
    return {slug: found.get(slug) or Account(network=slug) for slug in registry.slugs()}


def is_complete(account: Account) -> bool:
    """Whether account and environment together hold every needed credential."""
    try:
        return registry.adapter_class(account.network)(configuration(account.network, account)).configured
    except NetworkError:
        return False


def from_account(slug: str) -> dict[str, str]:
    """The credentials that an operator entered in the admin. Raises Reauthorise where no key reads them."""
    account = account_of(slug)
    return kept_by(account) if account is not None else {}


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


def is_unreadable(slug: str) -> bool:
    """Whether credentials are kept that no key reads."""
    try:
        from_account(slug)
    except Reauthorise:
        return True
    return False


def addresses(slug: str) -> dict[str, str]:
    """The part of the configuration that recognition needs: addresses and merchants, no secret."""
    found = {key: value for key, value in from_environment(slug).items() if key in ADDRESS_KEYS}
    if slug == DIRECT:
        found["MERCHANTS"] = json.dumps(merchants(), ensure_ascii=False)
    return found


def configuration(slug: str, account: Account | None = None) -> dict[str, str]:
    """Everything an adapter is made with. The environment wins over the admin, key by key."""
    kept = from_account(slug) if account is None else kept_by(account)
    return {**kept, **from_environment(slug), **addresses(slug)}


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


def save_credentials(slug: str, entered: dict[str, str], *, forget: tuple[str, ...] = ()) -> Account:
    """Keep what was entered, encrypted. An empty value leaves the kept one; keys in `forget` are removed.

    Whatever a person changes lets the renewal begin anew; tokens that he entered run out nobody knows when.
    """
    entered = {key: value for key, value in entered.items() if value}
    Account.objects.get_or_create(network=slug, name="default")
    with transaction.atomic():
        account = Account.objects.select_for_update().get(network=slug, name="default")
        kept = {key: value for key, value in (account.credentials or {}).items() if key not in forget}
        account.credentials = kept | entered
        if entered or forget:
            forget_trouble(account)
        if set(TOKENS) & (entered.keys() | set(forget)):
            account.expires_at = account.authorised_until = account.renewed_at = None
        account.save()
    return account


def set_end(slug: str, day: date | None) -> None:
    """The day on which the credentials run out, as an operator read it; None where nobody knows."""
    account, _created = Account.objects.get_or_create(network=slug, name="default")
    ends = timezone.make_aware(datetime.combine(day, datetime.min.time())) if day else None
    Account.objects.filter(pk=account.pk).update(authorised_until=ends)


def keep_tokens(account: Account, values: Mapping[str, str], expires_at: datetime, until: datetime | None) -> None:
    """Put fresh tokens into a locked account and save it. An unknown end of the authorisation leaves the known one."""
    account.credentials = dict(account.credentials or {}) | dict(values)
    account.expires_at, account.renewed_at = expires_at, timezone.now()
    account.authorised_until = until or account.authorised_until
    forget_trouble(account)
    account.save()


def forget_trouble(account: Account) -> None:
    """The renewal may begin anew."""
    account.lease_until, account.spent, account.renewal_kind, account.renewal_error = None, "", "", ""
