"""What other rooms may use of connections: configured adapters, switches, states, and the secrets of merchants."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from affiliate.connections import accounts, adapters, expiry
from affiliate.connections.accounts import merchant_row
from affiliate.connections.adapters import adapter
from affiliate.connections.fields import EncryptedJSONField, Unreadable, renewed
from affiliate.connections.merchants import (
    keep_message,
    merchant_secret,
    merchant_secrets,
    overlap_ends,
    terms_at,
    use_nonce,
)
from affiliate.connections.models import CodeRule, Merchant, MerchantMessage, MerchantTerms, MessageKind, NetworkState
from affiliate.connections.signals import call_ended
from affiliate.connections.states import is_on, state, states, switch
from affiliate.networks.api import Adapter, NetworkError, Wait, registry

__all__ = [
    "EncryptedJSONField",
    "CodeRule",
    "Merchant",
    "MerchantMessage",
    "MerchantTerms",
    "MessageKind",
    "NetworkState",
    "Unreadable",
    "adapter",
    "app_schemes",
    "call_ended",
    "error_json",
    "expiry_warnings",
    "exit_hosts",
    "in_words",
    "is_configured",
    "is_on",
    "keep_message",
    "merchant_row",
    "merchant_secret",
    "merchant_secrets",
    "network_name",
    "overlap_ends",
    "recognisers",
    "renewed",
    "state",
    "states",
    "switch",
    "terms_at",
    "use_nonce",
]

expiry_warnings = expiry.warnings
UNTOLD_WAIT = timedelta(minutes=1)


def is_configured(slug: str) -> bool:
    """Whether every needed credential is there."""
    try:
        return adapters.kind_of(slug)(accounts.configuration(slug)).configured
    except NetworkError:
        return False


def recognisers() -> list[Adapter]:
    """Every registered adapter, made for recognition only, whether switched on or not."""
    return [registry.adapter_class(slug)(accounts.addresses(slug)) for slug in registry.slugs()]


def exit_hosts(slug: str) -> tuple[str, ...]:
    """Hosts that tracked links of this network may lead to; none for a network that is not registered."""
    if slug not in registry.ADAPTERS:
        return ()
    return registry.adapter_class(slug)(accounts.addresses(slug)).exit_allowed_hosts()


def app_schemes(slug: str) -> tuple[str, ...]:
    """Schemes of this network's links that open its app; none for a network that is not registered."""
    return registry.adapter_class(slug).app_schemes if slug in registry.ADAPTERS else ()


def network_name(slug: str) -> str:
    """What readers call the network; the slug itself for one that is not registered."""
    return registry.adapter_class(slug).name if slug in registry.ADAPTERS else slug


def in_words(error: NetworkError) -> str:
    """What went wrong, for an operator: in the language in force, with the network's own code and words behind it."""
    sentence = str(_(error.template)) % error.values if error.values else str(_(error.template))
    return " ".join(f"{sentence} {error.code} {error.detail}".split())


def error_json(error: NetworkError) -> dict[str, Any]:
    """The error as every command prints it. `wait` always tells until when: a minute, where nobody said."""
    retry_at = error.retry_at
    if retry_at is None and isinstance(error, Wait):
        retry_at = timezone.now() + UNTOLD_WAIT
    return {"kind": error.kind, "message": error.message, "retry_at": retry_at.isoformat() if retry_at else None}
