"""Hands out configured adapters."""

from __future__ import annotations

from affiliate.connections import accounts
from affiliate.connections.guard import SharedGuard
from affiliate.connections.models import Account
from affiliate.networks.api import Adapter, BadInput, Transport, registry


def adapter(slug: str, *, force: bool = False, deadline: float = 30.0, account: Account | None = None) -> Adapter:
    """The network's adapter with its account, calling through the shared guard. Makes no call by itself.

    Without `account` it is the one that links are made with.

    `force` lets a command typed by a person pass an open breaker; `deadline` is in seconds for each call with its
    retries. Raises BadInput for a network that this house does not speak, Reauthorise for credentials that cannot be
    read with any key.
    """
    kind = kind_of(slug)
    transport = Transport(
        slug,
        guard=SharedGuard(force=force),
        deadline=deadline,
        calls_per_second=kind.capabilities.calls_per_second,
    )
    return kind(accounts.configuration(slug, account), transport)


def kind_of(slug: str) -> type[Adapter]:
    """The network's class. Raises BadInput for a network that this house does not speak."""
    if slug not in registry.ADAPTERS:
        raise BadInput(
            f"There is no network {slug[:40]!r}. Known are: {', '.join(registry.slugs())}.", code="unknown_network"
        )
    return registry.adapter_class(slug)
