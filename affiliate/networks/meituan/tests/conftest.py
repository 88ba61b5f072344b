"""The pretended Meituan and an adapter connected to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from affiliate.networks.meituan.adapter import MeituanAdapter
from affiliate.networks.tests.gateways.meituan import MeituanGateway, running
from affiliate.networks.transport import Transport


@pytest.fixture
def gateway() -> Iterator[MeituanGateway]:
    with running() as found:
        yield found


@pytest.fixture
def meituan(gateway: MeituanGateway) -> MeituanAdapter:
    return MeituanAdapter(gateway.config, Transport("meituan", deadline=2, calls_per_second=1000))
