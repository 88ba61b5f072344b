"""The pretended 饿了么联盟 and an adapter connected to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from affiliate.networks.eleme.adapter import ElemeAdapter
from affiliate.networks.tests.gateways import eleme as gateways
from affiliate.networks.tests.gateways.eleme import ElemeGateway
from affiliate.networks.transport import Transport


@pytest.fixture
def gateway() -> Iterator[ElemeGateway]:
    with gateways.running() as running:
        yield running


@pytest.fixture
def eleme(gateway: ElemeGateway) -> ElemeAdapter:
    """An adapter with all permissions; patient for two seconds."""
    return ElemeAdapter(gateway.config, Transport("eleme", deadline=2, calls_per_second=1000))


@pytest.fixture
def eleme_with(gateway: ElemeGateway) -> Callable[..., ElemeAdapter]:
    """Adapters with a changed configuration; None takes a key away."""

    def make(deadline: float = 2, **changes: str | None) -> ElemeAdapter:
        config = {key: value for key, value in (gateway.config | changes).items() if value is not None}
        return ElemeAdapter(config, Transport("eleme", deadline=deadline, calls_per_second=1000))

    return make
