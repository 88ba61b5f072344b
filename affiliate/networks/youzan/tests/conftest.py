"""The pretended Youzan and an adapter connected to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from affiliate.networks.tests.gateways.youzan import YouzanGateway, running
from affiliate.networks.transport import Transport
from affiliate.networks.youzan.adapter import YouzanAdapter


@pytest.fixture
def gateway() -> Iterator[YouzanGateway]:
    with running() as found:
        yield found


@pytest.fixture
def youzan(gateway: YouzanGateway) -> YouzanAdapter:
    return YouzanAdapter(gateway.config, Transport("youzan", deadline=2, calls_per_second=1000))
