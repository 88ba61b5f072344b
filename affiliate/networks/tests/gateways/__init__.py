"""Loopback gateways that play the networks: `GATEWAYS` maps every registered slug to what starts its gateway.

A gateway shares no signing or parsing code with its adapter, so that one mistake cannot hide in both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from importlib import import_module
from typing import Protocol

from affiliate.networks.types import Window


class Gateway(Protocol):
    """What the contract suite needs of a gateway. Parts a network has no capability for are never called."""

    @property
    def config(self) -> Mapping[str, str]:
        """Credentials and GATEWAY for the adapter."""

    @property
    def text(self) -> str:
        """A pasted text with one item that the gateway knows and can promote."""

    @property
    def query(self) -> str:
        """Words that find that item."""

    def buy(self, sub_id: str) -> Window:
        """Somebody buys the item through a link with this sub-ID; the window of update time that reports it."""


GATEWAYS: dict[str, str] = {
    "jd": "affiliate.networks.tests.gateways.jd:running",
    "direct": "affiliate.networks.tests.gateways.direct:running",
    "demo": "affiliate.networks.tests.gateways.demo:running",
}
"""Where each network's gateway is started: a function without arguments that gives a context manager."""


def start(slug: str) -> AbstractContextManager[Gateway]:
    """A running gateway of the network, stopped at the end of the `with`."""
    module, name = GATEWAYS[slug].split(":")
    starter: Callable[[], AbstractContextManager[Gateway]] = getattr(import_module(module), name)
    return starter()
