"""A small cast for the room's tests: an author, items, and networks that never leave the machine."""

from __future__ import annotations

import pytest

from affiliate.catalog.api import Item
from affiliate.connections import api as connections
from affiliate.networks.adapter import Adapter, Capabilities
from affiliate.networks.types import AffiliateLink, ItemRef
from affiliate.people.api import Author
from affiliate.tracking.api import BlockRef, PageRef, sync_placements


class Shop(Adapter):
    """A network that answers what the test tells it to."""

    slug = "shop"
    name = "小店"
    capabilities = Capabilities(link=True, sub_id_pattern=r"[a-z0-9]{1,20}")
    exit_hosts = ("shop.example", ".shop.example")
    app_schemes = ("shopapp",)

    def __init__(self) -> None:
        super().__init__({})
        self.asked: list[tuple[ItemRef, str | None]] = []
        self.answer: AffiliateLink | Exception | None = None

    def recognise(self, text):
        return []

    def item_url(self, ref):
        return f"https://shop.example/item/{ref.item_id}" if ref.item_id else ""

    def link(self, ref, sub_id, *, coupon=None):
        self.asked.append((ref, sub_id))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer or AffiliateLink(ref=ref, url=f"https://s.shop.example/{sub_id}?t={{token}}", sub_id=sub_id)


@pytest.fixture
def shop(monkeypatch):
    """The only network there is."""
    adapter = Shop()
    monkeypatch.setattr(connections, "recognisers", lambda: [adapter])
    monkeypatch.setattr(connections, "exit_hosts", lambda slug: adapter.exit_hosts if slug == "shop" else ())
    monkeypatch.setattr(connections, "app_schemes", lambda slug: adapter.app_schemes if slug == "shop" else ())
    monkeypatch.setattr(connections, "adapter", lambda slug, **_kwargs: adapter)
    return adapter


@pytest.fixture
def author(db):
    return Author.objects.create(handle="lin", name="林")


@pytest.fixture
def items(db):
    return [
        Item.objects.create(network="shop", item_id=str(n), title=f"商品 {n}", url=f"https://shop.example/item/{n}")
        for n in range(12)
    ]


@pytest.fixture
def page():
    return PageRef(id=7, title="一篇评测", url="/digital/one/")


@pytest.fixture
def place(shop, author, items, page):
    """Publish the page with the first so many items."""

    def publish(count=1, *, by=None, on=None):
        blocks = [BlockRef(f"block-{n}", items[n].pk, f"第 {n} 款", n) for n in range(count)]
        return sync_placements(on or page, by or author, blocks)

    return publish
