"""The pretended Pinduoduo and an adapter connected to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from affiliate.networks.pdd.adapter import PddAdapter
from affiliate.networks.tests.gateways import pdd as gateways
from affiliate.networks.tests.gateways.pdd import PddGateway
from affiliate.networks.transport import Transport


@pytest.fixture
def pdd_gateway() -> Iterator[PddGateway]:
    """A pretended platform on loopback; its `config` is what the adapter needs."""
    with gateways.running() as gateway:
        yield gateway


@pytest.fixture
def pdd(pdd_gateway: PddGateway) -> PddAdapter:
    """An adapter whose pid is on record; patient for two seconds."""
    return PddAdapter(pdd_gateway.config, Transport("pdd", deadline=2, calls_per_second=1000))


@pytest.fixture
def pdd_with(pdd_gateway: PddGateway) -> Callable[..., PddAdapter]:
    """Adapters with a changed configuration; None takes a key away."""

    def make(deadline: float = 2, **changes: str | None) -> PddAdapter:
        config = {key: value for key, value in (pdd_gateway.config | changes).items() if value is not None}
        return PddAdapter(config, Transport("pdd", deadline=deadline, calls_per_second=1000))

    return make
