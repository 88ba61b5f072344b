"""What the demo's farm tells is what the network `direct` takes: two rooms that may not know each other, met here."""

from __future__ import annotations

import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest

from affiliate.networks.demo.shop.catalogue import farm_goods
from affiliate.networks.demo.shop.customers import Customers, Pace
from affiliate.networks.demo.shop.farm import SECRET_VARIABLE, FarmOffice
from affiliate.networks.demo.shop.store import Store
from affiliate.networks.direct import postback
from affiliate.networks.types import LineState

SECRET = "the-farms-own"


def test_every_state_is_told_once_in_a_form_the_site_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SECRET_VARIABLE, SECRET)
    now = [1_790_000_000.0]
    sent: list[urllib.request.Request] = []
    store = Store(tmp_path / "shop.sqlite3", lambda: now[0])
    office = FarmOffice(store, "http://site.test", tmp_path, sent.append)
    arrival = store.arrive("farm-honey", "abcdefgh1", "", 20)
    order = Customers(store, Pace()).buy(farm_goods()["farm-honey"], 1, arrival)
    assert order is not None
    for state in ("CONFIRMED", "SETTLED", "REFUNDED", ""):
        office.report()
        office.report()
        now[0] += 60
        if state:
            store.move(state, order_id=order.order_id)
    store.close()
    lines = []
    for request in sent:
        assert request.full_url == "http://site.test/postback/direct/" and isinstance(request.data, bytes)
        postback.verify(dict(request.header_items()), request.data, SECRET, datetime.fromtimestamp(now[0], UTC))
        lines.append(postback.parse(request.data, "xiaomai-farm"))
    assert [line.state for line in lines] == [
        LineState.PENDING,
        LineState.CONFIRMED,
        LineState.SETTLED,
        LineState.INVALID,
    ]
    assert {line.line_id for line in lines} == {f"xiaomai-farm:{order.order_id}:1"}
    assert {(line.sub_id, line.item_id) for line in lines} == {("abcdefgh1", "xiaomai-farm:honey")}
    assert (lines[2].settled_commission_minor, lines[3].refunded_minor) == (560, 7_000)
