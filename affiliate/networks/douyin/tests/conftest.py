"""The pretended Pangle and an adapter connected to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from affiliate.networks.douyin.adapter import DouyinAdapter
from affiliate.networks.tests.gateways.douyin import DouyinGateway, running
from affiliate.networks.transport import Transport


@pytest.fixture
def gateway() -> Iterator[DouyinGateway]:
    with running() as found:
        yield found


@pytest.fixture
def douyin(gateway: DouyinGateway) -> DouyinAdapter:
    return DouyinAdapter(gateway.config, Transport("douyin", deadline=2, calls_per_second=1000))
