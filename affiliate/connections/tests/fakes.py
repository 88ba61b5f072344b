"""A network for the tests of the rooms around it: it answers from memory and counts what it is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import ClassVar

from affiliate.networks import registry
from affiliate.networks.adapter import Adapter, Capabilities
from affiliate.networks.errors import NetworkError, NotFound
from affiliate.networks.types import AffiliateLink, Coupon, ItemRef, ItemSnapshot


class FakeAdapter(Adapter):
    """`fake:<id>` and https://s.fake.test/<code> (short). Set `answers` and `error` on the class."""

    slug: ClassVar[str] = "fake"
    name: ClassVar[str] = "假店"
    capabilities: ClassVar[Capabilities] = Capabilities(
        lookup=True, search=True, link=True, sub_id_pattern=r"[a-z0-9]{1,20}", calls_per_second=1000
    )
    credential_keys: ClassVar[tuple[str, ...]] = ("APP_KEY", "APP_SECRET")
    optional_keys: ClassVar[tuple[str, ...]] = ("TOKEN",)
    exit_hosts: ClassVar[tuple[str, ...]] = ("fake.test",)
    short_link_hosts: ClassVar[tuple[str, ...]] = ("s.fake.test",)
    answers: ClassVar[dict[str, ItemSnapshot]] = {}
    error: ClassVar[NetworkError | None] = None
    asked: ClassVar[list[str]] = []

    def recognise(self, text: str) -> list[ItemRef]:
        found = []
        for match in re.finditer(r"fake:(\w+)|https://s\.fake\.test/(\w+)|https://fake\.test/(\w+)", text):
            item_id = match.group(1) or match.group(3)
            if item_id:
                found.append(ItemRef("fake", item_id, url=f"https://fake.test/{item_id}", hints=_hints(text)))
            else:
                found.append(ItemRef("fake", "", url=match.group(), needs_expansion=True, hints=_hints(text)))
        return found

    def item_url(self, ref: ItemRef) -> str:
        return f"https://fake.test/{ref.item_id}"

    def lookup(self, ref: ItemRef) -> ItemSnapshot:
        self.asked.append(ref.item_id)
        if self.error is not None:
            raise self.error
        if ref.item_id not in self.answers:
            raise NotFound("no such item", network="fake")
        return self.answers[ref.item_id]

    def search(self, query: str, *, page: int = 1, page_size: int = 20) -> list[ItemSnapshot]:
        if self.error is not None:
            raise self.error
        return [found for found in self.answers.values() if query in found.title]

    def link(self, ref: ItemRef, sub_id: str | None, *, coupon: Coupon | None = None) -> AffiliateLink:
        return AffiliateLink(ref, f"https://fake.test/go/{ref.item_id}?s={sub_id}", sub_id)

    def check(self) -> None:
        self.require_credentials()
        if self.error is not None:
            raise self.error


class DumbAdapter(FakeAdapter):
    """A merchant without an interface: `dumb:<id>`."""

    slug: ClassVar[str] = "dumb"
    name: ClassVar[str] = "小店"
    capabilities: ClassVar[Capabilities] = Capabilities(link=True)
    credential_keys: ClassVar[tuple[str, ...]] = ()

    def recognise(self, text: str) -> list[ItemRef]:
        return [ItemRef("dumb", item_id, hints=_hints(text)) for item_id in re.findall(r"dumb:(\w+)", text)]


def snapshot(item_id: str = "1", **changes: object) -> ItemSnapshot:
    """What the fake network says of an item."""
    values: dict[str, object] = {
        "ref": ItemRef("fake", item_id, url=f"https://fake.test/{item_id}"),
        "title": "降噪耳机",
        "url": f"https://fake.test/{item_id}",
        "seen_at": datetime.now(UTC),
        "image_url": "https://img.fake.test/1.jpg",
        "shop": "假店旗舰店",
        "price_minor": 19900,
        "final_price_minor": 15900,
        "coupon": Coupon(4000, 19900),
        "commission_rate_bp": 500,
        "commission_minor": 795,
    }
    return ItemSnapshot(**{**values, **changes})  # type: ignore[arg-type]


@contextmanager
def only_fakes(settings: object) -> Iterator[type[FakeAdapter]]:
    """Register the two fakes in place of the real networks, with credentials in the environment."""
    real = dict(registry.ADAPTERS)
    registry.ADAPTERS.clear()
    registry.ADAPTERS.update(fake=f"{__name__}:FakeAdapter", dumb=f"{__name__}:DumbAdapter")
    registry.adapter_class.cache_clear()
    settings.NETWORK_ENVIRONMENT = {"NETWORK_FAKE_APP_KEY": "key", "NETWORK_FAKE_APP_SECRET": "fake-secret-7731"}  # type: ignore[attr-defined]
    FakeAdapter.answers, FakeAdapter.error, FakeAdapter.asked = {}, None, []
    try:
        yield FakeAdapter
    finally:
        registry.ADAPTERS.clear()
        registry.ADAPTERS.update(real)
        registry.adapter_class.cache_clear()


def _hints(text: str) -> dict[str, str]:
    from affiliate.networks.text import share_hints

    return share_hints(text)
