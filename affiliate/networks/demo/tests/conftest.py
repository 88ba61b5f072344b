"""A demo shop with a clock that the test moves, and an adapter connected to it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from affiliate.networks.demo.adapter import DemoAdapter
from affiliate.networks.demo.shop.__main__ import open_shop
from affiliate.networks.demo.shop.customers import Customers, Pace
from affiliate.networks.demo.shop.server import ShopServer
from affiliate.networks.demo.shop.store import Store
from affiliate.networks.transport import Transport


@dataclass
class Clock:
    """Seconds since 1970, moved by hand."""

    now: float = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    store = Store(tmp_path / "shop.sqlite3", clock)
    yield store
    store.close()


@pytest.fixture
def customers(store: Store) -> Customers:
    """Visitors of whom only the newest ever buys."""
    return Customers(store, Pace(), chance=lambda: 1.0)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[ShopServer]:
    """A shop that answers on a free port, with the real clock."""
    server = open_shop("127.0.0.1", 0, tmp_path, site_url="http://127.0.0.1:8000")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join(timeout=5)
    server.server_close()
    server.shop.store.close()


@pytest.fixture
def address(shop: ShopServer) -> str:
    return f"http://127.0.0.1:{shop.server_port}"


@pytest.fixture
def adapter(address: str) -> DemoAdapter:
    return DemoAdapter({"GATEWAY": address}, Transport("demo", deadline=10, attempts=1, calls_per_second=1000))
