"""The pretended Kuaishou and an adapter connected to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from affiliate.networks.kuaishou.adapter import KuaishouAdapter
from affiliate.networks.tests.gateways.kuaishou import KuaishouGateway, running
from affiliate.networks.transport import Transport


@pytest.fixture
def gateway() -> Iterator[KuaishouGateway]:
    with running() as found:
        yield found


@pytest.fixture
def kuaishou(gateway: KuaishouGateway) -> KuaishouAdapter:
    return KuaishouAdapter(gateway.config, Transport("kuaishou", deadline=2, calls_per_second=1000))
