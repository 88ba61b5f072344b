"""What breaks on the wire, run over every live network: each fault ends as the error that says what to do, what passes
is tried again, what lasts is not, and no answer is waited for longer than the deadline. Faults that a network tells in
its own words are tested beside its adapter.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from affiliate.networks.adapter import Adapter
from affiliate.networks.errors import NetworkError, ProtocolError, Unavailable, Wait
from affiliate.networks.registry import adapter_class, slugs
from affiliate.networks.tests.gateways import SECOND_WAYS, network_of, start
from affiliate.networks.transport import Transport
from affiliate.networks.types import ItemRef, ItemSnapshot

LIVE = [slug for slug in slugs() if adapter_class(slug).capabilities.lookup and slug != "demo"] + [*SECOND_WAYS]
"""The demo is served by the demo shop, which has no faults."""


class Case:
    """An adapter, the pretended platform it is connected to, and an item of it."""

    def __init__(self, slug: str, gateway: Any) -> None:
        self.slug, self.gateway = slug, gateway

    def look_up(self, *, deadline: float = 5) -> ItemSnapshot:
        made = adapter_class(self.slug)
        adapter: Adapter = made(self.gateway.config, Transport(self.slug, deadline=deadline, calls_per_second=1000))
        ref: ItemRef = adapter.recognise(self.gateway.text)[0]
        return adapter.lookup(ref)


@pytest.fixture(params=LIVE)
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    with start(request.param) as gateway:
        yield Case(network_of(request.param), gateway)


@pytest.mark.parametrize(
    ("fault", "expected", "code"),
    [
        ("truncated", ProtocolError, "not_json"),
        ("html", ProtocolError, "html"),
        ("empty", ProtocolError, "empty"),
        ("gbk", ProtocolError, "encoding"),
        ("huge", ProtocolError, "too_large"),
        ("not_object", ProtocolError, "envelope"),
        ("http_302", ProtocolError, "http_302"),
        ("http_429_later", Wait, "http_429"),
    ],
)
def test_a_lasting_fault_is_told_for_what_it_is_and_not_asked_again(
    case: Case, fault: str, expected: type[NetworkError], code: str
) -> None:
    case.gateway.misbehave(fault, times=2)
    with pytest.raises(expected) as caught:
        case.look_up()
    assert (caught.value.code, caught.value.network) == (code, case.slug)
    assert caught.value.message.endswith(".")
    assert case.gateway.faults == [fault]


@pytest.mark.parametrize(
    ("fault", "expected", "code"),
    [
        ("http_500", Unavailable, "http_500"),
        ("http_503", Unavailable, "http_503"),
        ("http_429", Wait, "http_429"),
        ("reset", Unavailable, "broken_off"),
        ("cut_connection", Unavailable, "broken_off"),
    ],
)
def test_a_passing_fault_is_tried_again_and_told_where_it_stays(
    case: Case, fault: str, expected: type[NetworkError], code: str
) -> None:
    case.gateway.misbehave(fault, times=1)
    assert case.look_up().title
    case.gateway.misbehave(fault)
    with pytest.raises(expected) as caught:
        case.look_up(deadline=1)
    assert (caught.value.code, caught.value.network) == (code, case.slug)
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize("fault", ["slow", "drip", "drip_head"])
def test_a_slow_answer_ends_at_the_deadline(case: Case, fault: str) -> None:
    case.gateway.slow_seconds = 5
    case.gateway.misbehave(fault)
    started = time.monotonic()
    with pytest.raises(Unavailable):
        case.look_up(deadline=0.4)
    assert time.monotonic() - started < 2
