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
from affiliate.connections.models import (
    FIRST,
    CodeRule,
    Merchant,
    MerchantMessage,
    MerchantTerms,
    MessageKind,
    NetworkState,
)
from affiliate.connections.signals import accounts_changed, call_ended
from affiliate.connections.states import is_on, state, states, switch
from affiliate.networks.api import Adapter, NetworkError, Wait, registry

__all__ = [
    "EncryptedJSONField",
    "FIRST",
    "CodeRule",
    "Merchant",
    "MerchantMessage",
    "MerchantTerms",
    "MessageKind",
    "NetworkState",
    "Unreadable",
    "account_label",
    "account_names",
    "account_with_slot",
    "accounts_changed",
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
    "source_name",
    "state",
    "states",
    "switch",
    "terms_at",
    "use_nonce",
]

expiry_warnings = expiry.warnings
UNTOLD_WAIT = timedelta(minutes=1)


def is_configured(slug: str, account: str = "") -> bool:
    """Whether every needed credential of an account is there; of the default one without its name."""
    try:
        adapters.kind_of(slug)
        return accounts.is_complete(accounts.account_of(slug, account))
    except NetworkError:
        return False


def account_names(slug: str) -> list[str]:
    """The names of a network's accounts, the default first; one where nothing was entered."""
    return [account.name for account in accounts.of_network(slug)]


def account_with_slot(slug: str, ad_slot: str) -> str:
    """The account that an ad slot belongs to. Raises NetworkError, in the default one's words, where there is none."""
    refused = []
    for name in account_names(slug):
        try:
            adapter(slug, account=name).at_slot(ad_slot)
        except NetworkError as error:
            refused.append(error)
        else:
            return name
    raise refused[0]


def account_label(name: str) -> str:
    """What operators call an account beside its network's name."""
    return _("first account") if name == FIRST else name


def source_name(slug: str, account: str) -> str:
    """An account in commands and logs: the first one by its network's name alone."""
    return slug if account in ("", FIRST) else f"{slug}/{account}"


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
    """What went wrong, for an operator: in the language in force, until when to wait where that is known and worth
    telling, and the network's own code and words.
    """
    sentence = str(_(error.template)) % error.values if error.values else str(_(error.template))
    until = ""
    if error.retry_at is not None and error.retry_at > timezone.now() + UNTOLD_WAIT:
        at = timezone.localtime(error.retry_at)
        until = str(_("It is left alone until %(at)s.")) % {"at": f"{at:%Y-%m-%d %H:%M}"}
    return " ".join(f"{sentence} {until} {error.code} {error.detail}".split())


def error_json(error: NetworkError) -> dict[str, Any]:
    """The error as every command prints it. `wait` always tells until when: a minute, where nobody said."""
    retry_at = error.retry_at
    if retry_at is None and isinstance(error, Wait):
        retry_at = timezone.now() + UNTOLD_WAIT
    return {"kind": error.kind, "message": error.message, "retry_at": retry_at.isoformat() if retry_at else None}
