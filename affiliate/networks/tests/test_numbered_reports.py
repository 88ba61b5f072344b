"""The order reports that come in numbered pages: read whole from the last page to the first, whatever their pages do.
What one network alone does with its report is tested beside its adapter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from affiliate.networks.adapter import Adapter
from affiliate.networks.errors import PermissionNeeded, ProtocolError, Unavailable
from affiliate.networks.registry import adapter_class
from affiliate.networks.tests.gateways import start
from affiliate.networks.transport import Transport
from affiliate.networks.types import OrderPage, Window

LONGEST = {"pdd": (timedelta(days=1), 50), "suning": (timedelta(days=1), 50), "vip": (timedelta(days=10), 100)}
"""How long one query may be, and how many orders stand on a page."""


@dataclass
class Case:
    slug: str
    adapter: Adapter
    gateway: Any
    window: Window
    size: int

    def fill(self, pages: float) -> int:
        """Orders for so many pages, spread over the window; their number."""
        count = int(pages * self.size)
        step = (self.window.end - self.window.start - timedelta(minutes=5)) / count
        for index in range(count):
            self.gateway.add_order(at=(self.window.start + timedelta(seconds=1) + index * step).replace(microsecond=0))
        return count

    def pages(self) -> Iterator[OrderPage]:
        return self.adapter.orders(self.window)


@pytest.fixture(params=LONGEST)
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    slug = request.param
    span, size = LONGEST[slug]
    end = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    with start(slug) as gateway:
        adapter = adapter_class(slug)(gateway.config, Transport(slug, deadline=2, calls_per_second=1000))
        yield Case(slug, adapter, gateway, Window(end - span, end), size)


def ids(pages: list[OrderPage]) -> list[str]:
    return [line.line_id for page in pages for line in page.lines]


def test_every_order_comes_once_from_the_last_page_to_the_first(case: Case) -> None:
    count = case.fill(2.4)
    pages = list(case.pages())
    assert [len(page.lines) for page in pages] == [count - 2 * case.size, case.size, case.size]
    assert len(set(ids(pages))) == count


@pytest.mark.parametrize("fault", ["reordered", "uncounted"])
def test_reordered_pages_and_a_missing_count_change_nothing(case: Case, fault: str) -> None:
    count = case.fill(2.4)
    case.gateway.misbehave(fault)
    found = ids(list(case.pages()))
    assert len(found) == len(set(found)) == count


@pytest.mark.parametrize("fault", ["same_page", "doubled_page", "endless"])
def test_pages_that_repeat_are_no_whole_report_and_what_came_is_kept(case: Case, fault: str) -> None:
    case.fill(3)
    case.gateway.misbehave(fault)
    kept: list[OrderPage] = []
    with pytest.raises(ProtocolError) as caught:
        for page in case.pages():
            kept.append(page)
    assert (caught.value.code, caught.value.network) == ("endless", case.slug)
    assert kept or fault == "endless"
    assert len(case.gateway.calls) < 40


def test_an_empty_window_is_one_empty_page(case: Case) -> None:
    assert list(case.pages()) == [OrderPage(())]


def test_pages_that_came_before_a_break_are_kept(case: Case) -> None:
    count = case.fill(2.4)
    pages = case.pages()
    first = next(pages)
    case.gateway.misbehave("http_500")
    with pytest.raises(Unavailable):
        next(pages)
    assert len(first.lines) == count - 2 * case.size


def test_no_permission_for_orders_is_said(case: Case) -> None:
    case.gateway.permissions.discard("orders")
    with pytest.raises(PermissionNeeded):
        next(case.pages())


def test_the_check_is_one_call(case: Case) -> None:
    case.adapter.check()
    assert len(case.gateway.calls) == 1
