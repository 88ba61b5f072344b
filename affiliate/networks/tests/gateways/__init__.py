"""Loopback gateways that play the networks: for every registered slug a module of its name with a function `running`,
which takes no argument and gives a context manager. A network that can be spoken to in two ways has one more.

A gateway shares no signing or parsing code with its adapter, so that one mistake cannot hide in both.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from importlib import import_module
from typing import Protocol

from affiliate.networks.types import Window

SECOND_WAYS = {"buyin": "douyin"}
"""Gateways of second ways, and the network that each belongs to."""


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


def network_of(gateway: str) -> str:
    """The slug of the network that a gateway plays."""
    return SECOND_WAYS.get(gateway, gateway)


def start(gateway: str) -> AbstractContextManager[Gateway]:
    """A running gateway, stopped at the end of the `with`."""
    running: AbstractContextManager[Gateway] = import_module(f"{__name__}.{gateway}").running()
    return running
