"""The switch and the breaker of every network, shared by all processes and noticed by each within a second."""

from __future__ import annotations

from django.core.cache import cache

from affiliate.connections.models import NetworkState
from affiliate.networks.api import registry

NOTICED_WITHIN = 1
"""Seconds that a process may go on with what it read."""


def state(slug: str) -> NetworkState:
    """The shared state, at most a second old. A network without a row is on and well."""
    found: NetworkState | None = cache.get(_key(slug))
    if found is None:
        found = NetworkState.objects.filter(network=slug).first() or NetworkState(network=slug)
        cache.set(_key(slug), found, NOTICED_WITHIN)
    return found


def states() -> list[NetworkState]:
    """The state of every registered network, in the registry's order, in one query."""
    rows = NetworkState.objects.in_bulk(list(registry.slugs()))
    return [rows.get(slug) or NetworkState(network=slug) for slug in registry.slugs()]


def is_on(slug: str) -> bool:
    """Whether the network's kill switch is on. An unregistered network is off."""
    return slug in registry.ADAPTERS and state(slug).switched_on


def switch(slug: str, on: bool) -> None:
    """Turn the network on or off for every process. Turning it on also closes its breaker."""
    values: dict[str, object] = {"switched_on": on}
    if on:
        values |= {"failures": 0, "trips": 0, "probing": False, "open_until": None}
    NetworkState.objects.update_or_create(network=slug, defaults=values)
    forget(slug)


def set_calls_a_day(slug: str, calls: int | None) -> None:
    """Calls that the network allows in a day, as an operator read it in its console; None where it tells nothing."""
    NetworkState.objects.update_or_create(network=slug, defaults={"calls_a_day": calls})
    forget(slug)


def forget(slug: str) -> None:
    """Read the state anew at the next question."""
    cache.delete(_key(slug))


def _key(slug: str) -> str:
    return f"network-state:{slug}"
