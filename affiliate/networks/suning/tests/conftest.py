"""The pretended Suning and an adapter connected to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from affiliate.networks.suning.adapter import SuningAdapter
from affiliate.networks.tests.gateways import suning as gateways
from affiliate.networks.tests.gateways.suning import SuningGateway
from affiliate.networks.transport import Transport


@pytest.fixture
def suning_gateway() -> Iterator[SuningGateway]:
    """A pretended platform on loopback; its `config` is what the adapter needs."""
    with gateways.running() as gateway:
        yield gateway


@pytest.fixture
def suning(suning_gateway: SuningGateway) -> SuningAdapter:
    """An adapter with all permissions; patient for two seconds."""
    return SuningAdapter(suning_gateway.config, Transport("suning", deadline=2, calls_per_second=1000))


@pytest.fixture
def suning_with(suning_gateway: SuningGateway) -> Callable[..., SuningAdapter]:
    """Adapters with a changed configuration; None takes a key away."""

    def make(deadline: float = 2, **changes: str | None) -> SuningAdapter:
        config = {key: value for key, value in (suning_gateway.config | changes).items() if value is not None}
        return SuningAdapter(config, Transport("suning", deadline=deadline, calls_per_second=1000))

    return make
