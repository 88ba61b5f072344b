"""Where an adapter's configuration comes from: the environment first, then the account kept in the admin."""

from __future__ import annotations

import json

from django.conf import settings

from affiliate.connections.fields import Unreadable
from affiliate.connections.models import Account, Merchant
from affiliate.networks.api import Adapter, Reauthorise, registry

DIRECT = "direct"
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


def from_account(slug: str) -> dict[str, str]:
    """The credentials that an operator entered in the admin. Raises Reauthorise where no key reads them."""
    account = Account.objects.filter(network=slug).order_by("-is_default", "pk").first()
    if account is not None and isinstance(account.credentials, Unreadable):
        raise Reauthorise(
            "The credentials of the account %(account)s cannot be read with any of ENCRYPTION_KEYS; nothing was "
            "deleted. Put the key back that they were written with, or enter the credentials again.",
            network=slug,
            code="unreadable",
            values={"account": str(account)},
        )
    return dict(account.credentials or {}) if account is not None else {}


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


def configuration(slug: str) -> dict[str, str]:
    """Everything an adapter is made with. The environment wins over the admin, key by key."""
    return {**from_account(slug), **from_environment(slug), **addresses(slug)}


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
    """Keep what was entered, encrypted. An empty value leaves the kept one; keys in `forget` are removed."""
    account, _created = Account.objects.get_or_create(network=slug, name="default")
    kept = {key: value for key, value in (account.credentials or {}).items() if key not in forget}
    account.credentials = kept | {key: value for key, value in entered.items() if value}
    account.save(update_fields=["credentials"])
    return account
