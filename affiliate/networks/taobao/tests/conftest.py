"""The pretended 淘宝联盟 and an adapter connected to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from affiliate.networks.taobao.adapter import TaobaoAdapter
from affiliate.networks.tests.gateways import taobao as gateways
from affiliate.networks.tests.gateways.taobao import TaobaoGateway
from affiliate.networks.transport import Transport


@pytest.fixture
def gateway() -> Iterator[TaobaoGateway]:
    with gateways.running() as running:
        yield running


@pytest.fixture
def taobao(gateway: TaobaoGateway) -> TaobaoAdapter:
    """An adapter with all permissions; patient for two seconds."""
    return TaobaoAdapter(gateway.config, Transport("taobao", deadline=2, calls_per_second=1000))


@pytest.fixture
def taobao_with(gateway: TaobaoGateway) -> Callable[..., TaobaoAdapter]:
    """Adapters with a changed configuration; None takes a key away."""

    def make(deadline: float = 2, **changes: str | None) -> TaobaoAdapter:
        config = {key: value for key, value in (gateway.config | changes).items() if value is not None}
        return TaobaoAdapter(config, Transport("taobao", deadline=deadline, calls_per_second=1000))

    return make
