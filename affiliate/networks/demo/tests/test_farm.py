"""The farm in the shop's corner: its pages, and how it tells the site about orders."""

from __future__ import annotations

import threading
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from affiliate.networks.demo.adapter import DemoAdapter
from affiliate.networks.demo.shop.catalogue import PICTURES, farm_goods, products
from affiliate.networks.demo.shop.customers import Customers
from affiliate.networks.demo.shop.farm import SECRET_FILE, SECRET_VARIABLE, FarmOffice, post
from affiliate.networks.demo.shop.server import ShopServer
from affiliate.networks.demo.shop.store import Store
from affiliate.networks.demo.tests.conftest import Clock
from affiliate.networks.types import Window

SECRET = "the-farms-own"


class Site:
    """Takes messages as the site does, or refuses them."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.down = False

    def __call__(self, request: urllib.request.Request) -> None:
        if self.down:
            raise ConnectionRefusedError("down")
        assert isinstance(request.data, bytes)
        self.taken.append((dict(request.header_items()), request.data))


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def office(store: Store, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FarmOffice:
    monkeypatch.delenv(SECRET_VARIABLE, raising=False)
    (tmp_path / SECRET_FILE).write_text(SECRET)
    return FarmOffice(store, "http://site.test", tmp_path, site)


def test_a_farm_visitor_with_a_ref_buys_and_the_network_never_hears_of_it(
    shop: ShopServer, address: str, adapter: DemoAdapter
) -> None:
    with httpx.Client(base_url=address, trust_env=False) as browser:
        page = browser.get("/farm/honey?ref=abcdefgh1")
        assert "椴树蜜" in page.text and "<code>abcdefgh1</code>" in page.text
        assert browser.post("/farm/honey/buy").status_code == 303
        assert browser.get("/farm/nothing").status_code == 404
        assert browser.get("/farm").text.count('href="/farm/') == 4
        assert browser.get("/picture/farm-honey.webp").status_code == 200
    (order,) = shop.shop.store.recent_orders(10)
    assert (order.item_id, order.sub, order.amount_minor) == ("farm-honey", "abcdefgh1", 7_000)
    now = datetime.now(UTC)
    assert [page.lines for page in adapter.orders(Window(now - timedelta(hours=1), now + timedelta(seconds=1)))] == [()]


def test_what_the_site_did_not_take_is_told_again(
    store: Store, customers: Customers, office: FarmOffice, site: Site, clock: Clock
) -> None:
    for _ in range(3):
        customers.buy(farm_goods()["farm-eggs"], 1, None)
        clock.now += 1
    site.down = True
    with pytest.raises(OSError, match="down"):
        office.report()
    site.down = False
    office.report()
    assert len(site.taken) == 3


def test_without_a_secret_nothing_is_sent(
    store: Store, customers: Customers, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(SECRET_VARIABLE, raising=False)
    customers.buy(farm_goods()["farm-eggs"], 1, None)
    office = FarmOffice(store, "http://site.test", tmp_path / "elsewhere", site)
    office.report()
    assert site.taken == []
    monkeypatch.setenv(SECRET_VARIABLE, SECRET)
    office.report()
    assert len(site.taken) == 1


def test_orders_of_the_network_are_none_of_the_farms_business(
    store: Store, customers: Customers, office: FarmOffice, site: Site
) -> None:
    customers.buy(products()["demo-1003"], 1, None)
    office.report()
    assert site.taken == []


def test_a_failure_is_said_once(
    store: Store,
    customers: Customers,
    office: FarmOffice,
    site: Site,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("affiliate.networks.demo.shop.farm.LOOK_EVERY", 0.01)
    monkeypatch.setattr("affiliate.networks.demo.shop.farm.AFTER_FAILURE", 0.01)
    customers.buy(farm_goods()["farm-eggs"], 1, None)
    site.down, stop = True, threading.Event()
    thread = threading.Thread(target=office.run, args=(stop,))
    thread.start()
    stop.wait(0.3)
    stop.set()
    thread.join(timeout=5)
    assert capsys.readouterr().err.count("cannot tell the site") == 1


def test_an_answer_that_is_an_error_is_an_oserror(address: str) -> None:
    with pytest.raises(OSError, match="404"):
        post(urllib.request.Request(f"{address}/postback/direct/"))


@pytest.mark.parametrize("product", farm_goods().values(), ids=lambda product: product.id)
def test_a_farm_article_is_complete(product) -> None:
    assert product.of_farm and product.path == f"/farm/{product.id[5:]}"
    assert (PICTURES / f"{product.id}.webp").is_file()
