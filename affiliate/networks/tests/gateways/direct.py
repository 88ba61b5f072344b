"""Direct merchants have no API to call: the gateway is a merchant's terms."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from affiliate.networks.types import Window

MERCHANT = {
    "slug": "farm",
    "name": "小麦田农场",
    "hosts": ["shop.farm.example"],
    "link_template": "https://shop.farm.example/p/{item_id}?ref={token}",
    "item_url_pattern": r"/p/(?P<id>[\w-]+)",
    "currency": "CNY",
    "commission_rate_bp": 800,
}


@dataclass(frozen=True, slots=True)
class DirectGateway:
    """What the contract suite asks of any gateway, as far as it applies."""

    @property
    def config(self) -> Mapping[str, str]:
        return {"MERCHANTS": json.dumps([MERCHANT], ensure_ascii=False)}

    @property
    def text(self) -> str:
        return "农场的蜂蜜https://shop.farm.example/p/honey-500?ref=somebodyelse，很香"

    @property
    def query(self) -> str:
        return "蜂蜜"

    def buy(self, sub_id: str) -> Window:
        raise NotImplementedError("orders of direct merchants come by postback")


@contextmanager
def running() -> Iterator[DirectGateway]:
    """Nothing to start."""
    yield DirectGateway()
