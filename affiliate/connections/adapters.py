"""Hands out configured adapters."""

from __future__ import annotations

from affiliate.connections import accounts
from affiliate.connections.guard import SharedGuard, bucket_of
from affiliate.connections.models import Account
from affiliate.networks.api import Adapter, BadInput, Transport, registry


def adapter(slug: str, *, account: str = "", force: bool = False, deadline: float = 30.0) -> Adapter:
    """The network's adapter with one of its accounts, calling through the shared guard. Makes no call by itself.

    Without the name of an `account` it is the default one, which links are made with.

    `force` lets a command typed by a person pass an open breaker; `deadline` is in seconds for each call with its
    retries. Raises BadInput for a network or an account that this house does not have, Reauthorise for credentials
    that cannot be read with any key.
    """
    kind_of(slug)
    return adapter_with(accounts.account_of(slug, account), force=force, deadline=deadline)


def adapter_with(account: Account, *, force: bool = False, deadline: float = 30.0) -> Adapter:
    """The same for an account as it was read: what it holds now is what is sent."""
    kind, config = kind_of(account.network), accounts.configuration(account)
    transport = Transport(
        account.network,
        guard=SharedGuard(force=force, bucket=bucket_of(kind, config), account=account.pk),
        deadline=deadline,
        calls_per_second=kind.capabilities.calls_per_second,
    )
    return kind(config, transport)


def kind_of(slug: str) -> type[Adapter]:
    """The network's class. Raises BadInput for a network that this house does not speak."""
    if slug not in registry.ADAPTERS:
        raise BadInput(
            f"There is no network {slug[:40]!r}. Known are: {', '.join(registry.slugs())}.", code="unknown_network"
        )
    return registry.adapter_class(slug)
