"""The pretended VIP and an adapter connected to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from affiliate.networks.tests.gateways import vip as gateways
from affiliate.networks.tests.gateways.vip import VipGateway
from affiliate.networks.transport import Transport
from affiliate.networks.vip.adapter import VipAdapter


@pytest.fixture
def vip_gateway() -> Iterator[VipGateway]:
    """A pretended platform on loopback; its `config` is what the adapter needs."""
    with gateways.running() as gateway:
        yield gateway


@pytest.fixture
def vip(vip_gateway: VipGateway) -> VipAdapter:
    """An adapter with all permissions; patient for two seconds."""
    return VipAdapter(vip_gateway.config, Transport("vip", deadline=2, calls_per_second=1000))


@pytest.fixture
def vip_with(vip_gateway: VipGateway) -> Callable[..., VipAdapter]:
    """Adapters with a changed configuration; None takes a key away."""

    def make(deadline: float = 2, **changes: str | None) -> VipAdapter:
        config = {key: value for key, value in (vip_gateway.config | changes).items() if value is not None}
        return VipAdapter(config, Transport("vip", deadline=deadline, calls_per_second=1000))

    return make
