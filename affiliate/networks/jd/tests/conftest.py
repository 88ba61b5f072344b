"""The pretended JD and an adapter connected to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from affiliate.networks.jd.adapter import JdAdapter
from affiliate.networks.tests.fixtures import jd_gateway
from affiliate.networks.tests.gateways.jd import JdGateway
from affiliate.networks.transport import Transport

__all__ = ["jd_gateway"]


@pytest.fixture
def jd(jd_gateway: JdGateway) -> JdAdapter:
    """An adapter with all permissions; patient for two seconds."""
    return JdAdapter(jd_gateway.config, Transport("jd", deadline=2, calls_per_second=1000))


@pytest.fixture
def jd_with(jd_gateway: JdGateway) -> Callable[..., JdAdapter]:
    """Adapters with a changed configuration; None takes a key away."""

    def make(deadline: float = 2, **changes: str | None) -> JdAdapter:
        config = {key: value for key, value in (jd_gateway.config | changes).items() if value is not None}
        return JdAdapter(config, Transport("jd", deadline=deadline, calls_per_second=1000))

    return make
