"""The demo adapter against the real demo shop."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from affiliate.networks.demo import parsing
from affiliate.networks.demo.adapter import DemoAdapter
from affiliate.networks.demo.shop.catalogue import products
from affiliate.networks.demo.shop.server import ShopServer
from affiliate.networks.errors import BadInput, NotFound, ProtocolError, Reauthorise
from affiliate.networks.transport import Transport
from affiliate.networks.types import ItemRef, LineState, TimeType, Window

REF = ItemRef("demo", "demo-1003")


def last_hour() -> Window:
    now = datetime.now(UTC)
    return Window(now - timedelta(hours=1), now + timedelta(seconds=1))


@pytest.mark.parametrize(
    "text",
    [
        "http://127.0.0.1:8001/item/demo-1003",
        "http://localhost:8001/item/demo-1003?sub=x",
        "快看【充电头】http://127.0.0.1:8001/item/demo-1003，真不错",
        "127.0.0.1:8001/item/demo-1003",
        "demo:demo-1003",
        "看这个 demo：demo-1003 吧",
    ],
)
def test_an_item_is_recognised_however_it_is_pasted(text: str) -> None:
    (ref,) = DemoAdapter({}).recognise(text)
    assert (ref.item_id, ref.url) == ("demo-1003", "http://127.0.0.1:8001/item/demo-1003")


@pytest.mark.parametrize(
    "text",
    [
        "http://127.0.0.1:8002/item/demo-1003",
        "http://127.0.0.1:8001@evil.test/item/demo-1003",
        "http://evil.test/item/demo-1003",
        "http://127.0.0.1:8001/orders",
        "nodemo:demo-1003",
        "demo:demo-",
    ],
)
def test_what_is_not_of_the_shop_is_not_recognised(text: str) -> None:
    assert DemoAdapter({}).recognise(text) == []


def test_two_items_come_in_the_order_of_the_text() -> None:
    found = DemoAdapter({}).recognise("demo:demo-1005 和 http://127.0.0.1:8001/item/demo-1003 和 demo:demo-1005")
    assert [ref.item_id for ref in found] == ["demo-1005", "demo-1003"]


def test_a_look_up_tells_what_the_catalogue_says(adapter: DemoAdapter, address: str) -> None:
    product, seen = products()["demo-1003"], adapter.lookup(REF)
    assert (seen.title, seen.price_minor, seen.commission_rate_bp) == (product.title, 12_900, 550)
    assert seen.coupon is not None and seen.coupon.amount_minor == 2_000
    assert seen.final_price_minor == 10_900
    assert seen.commission_minor == 599
    assert seen.image_url == f"{address}/picture/demo-1003.webp"
    assert httpx.get(seen.image_url, trust_env=False).headers["Content-Type"] == "image/webp"


def test_an_expired_coupon_changes_no_price(adapter: DemoAdapter) -> None:
    seen = adapter.lookup(ItemRef("demo", "demo-1009"))
    assert seen.coupon is not None and seen.coupon.ends_at is not None
    assert seen.coupon.ends_at < datetime.now(UTC)
    assert seen.final_price_minor == seen.price_minor


def test_an_unknown_item_is_not_found(adapter: DemoAdapter) -> None:
    with pytest.raises(NotFound):
        adapter.lookup(ItemRef("demo", "demo-9999"))


def test_a_search_is_paged(adapter: DemoAdapter) -> None:
    first, second = adapter.search("家居", page_size=4), adapter.search("家居", page=2, page_size=4)
    assert len(first) == len(second) == 4
    assert {shot.ref.item_id for shot in first}.isdisjoint({shot.ref.item_id for shot in second})


def test_a_link_takes_the_click_in_its_token(adapter: DemoAdapter, address: str) -> None:
    link = adapter.link(REF, "abcdefgh")
    assert link.url == f"{address}/item/demo-1003?placement=abcdefgh&sub={{token}}"
    assert link.carries_click_token and link.sub_id == "abcdefgh"


def test_readers_get_the_public_address(address: str) -> None:
    config = {"GATEWAY": address, "PUBLIC_URL": "https://shop.example.org"}
    adapter = DemoAdapter(config, Transport("demo", deadline=10, attempts=1, calls_per_second=1000))
    assert adapter.exit_allowed_hosts() == ("shop.example.org",)
    assert adapter.link(REF, None).url == "https://shop.example.org/item/demo-1003?sub={token}"
    assert adapter.lookup(REF).image_url == "https://shop.example.org/picture/demo-1003.webp"
    assert [ref.item_id for ref in adapter.recognise(f"{address}/item/demo-1003")] == ["demo-1003"]


def test_a_link_to_somebody_else_is_refused(adapter: DemoAdapter, shop: ShopServer) -> None:
    shop.shop.api.public_url = "https://evil.test"
    with pytest.raises(ProtocolError):
        adapter.link(REF, None)
    assert adapter.lookup(REF).image_url == ""


def test_a_wrong_secret_is_refused(adapter: DemoAdapter, shop: ShopServer) -> None:
    shop.shop.api.secret = "another"
    with pytest.raises(Reauthorise) as caught:
        adapter.check()
    assert caught.value.code == "4001"


def test_a_clock_far_off_is_refused(adapter: DemoAdapter, shop: ShopServer) -> None:
    shop.shop.store.clock = lambda: time.time() + 3600
    with pytest.raises(Reauthorise) as caught:
        adapter.check()
    assert caught.value.code == "4002"


def test_an_order_goes_through_its_states_and_names_no_buyer(adapter: DemoAdapter, shop: ShopServer) -> None:
    store, customers = shop.shop.store, shop.shop.customers
    arrival = store.arrive("demo-1003", "abcdefghtoken1", "", 60)
    order = customers.buy(products()["demo-1003"], 3, arrival)
    assert order is not None

    def now():
        (page,) = adapter.orders(last_hour())
        (line,) = page.lines
        return line

    line = now()
    assert (line.state, line.network_state, line.sub_id) == (LineState.PENDING, "PAID", "abcdefghtoken1")
    assert (line.amount_minor, line.estimated_commission_minor, line.quantity) == (36_700, 2_018, 3)
    assert line.settled_commission_minor is None and line.line_id == f"{order.order_id}-1"
    assert not [name for name in line.raw if "buyer" in name]
    store.move("CONFIRMED", order_id=order.order_id)
    assert now().state is LineState.CONFIRMED and now().finished_at is not None
    store.move("SETTLED", order_id=order.order_id)
    assert (now().state, now().settled_commission_minor) == (LineState.SETTLED, 2_018)
    store.move("REFUNDED", order_id=order.order_id)
    assert (now().state, now().refunded_minor) == (LineState.INVALID, 36_700)


def test_pages_of_orders_lose_and_double_nothing(adapter: DemoAdapter, shop: ShopServer) -> None:
    made = {shop.shop.customers.buy(products()["demo-1003"], 1, None).order_id for _ in range(120)}  # type: ignore[union-attr]
    pages = list(adapter.orders(last_hour()))
    assert len(pages) == 3
    assert sorted(line.order_id for page in pages for line in page.lines) == sorted(made)


def test_an_order_that_moves_while_pages_are_read_hides_no_other(adapter: DemoAdapter, shop: ShopServer) -> None:
    made = [shop.shop.customers.buy(products()["demo-1003"], 1, None) for _ in range(60)]
    pages = adapter.orders(last_hour())
    first = next(pages)
    time.sleep(0.002)
    shop.shop.store.move("CONFIRMED", order_id=first.lines[0].order_id)
    seen = {line.order_id for page in (first, *pages) for line in page.lines}
    assert seen == {order.order_id for order in made if order}


def test_a_window_is_half_open(adapter: DemoAdapter, shop: ShopServer) -> None:
    order = shop.shop.customers.buy(products()["demo-1003"], 1, None)
    assert order is not None
    at = datetime.fromtimestamp(order.updated_ms / 1000, UTC)
    before, after = Window(at - timedelta(seconds=1), at), Window(at, at + timedelta(milliseconds=1))
    assert [len(page.lines) for page in adapter.orders(before)] == [0]
    assert [len(page.lines) for page in adapter.orders(after)] == [1]
    created = Window(at, at + timedelta(milliseconds=1), TimeType.CREATED)
    assert [len(page.lines) for page in adapter.orders(created)] == [1]


def test_a_window_longer_than_a_day_is_refused(adapter: DemoAdapter) -> None:
    now = datetime.now(UTC)
    with pytest.raises(BadInput):
        list(adapter.orders(Window(now - timedelta(days=2), now)))


def test_a_row_that_cannot_be_read_hides_no_other() -> None:
    good = {"order_id": "1", "line_id": "1-1", "status": "FLOATING", "paid_amount": "1.00"}
    good |= {"estimated_commission": "0.10", "created_at": "2026-11-01T00:00:00Z", "updated_at": "2026-11-01T00:00:00Z"}
    page = parsing.order_page([{"order_id": "2"}, good, None, good | {"paid_amount": "NaN"}])
    line, odd = page.lines
    assert (odd.doubt, odd.amount_minor) == ("amount", 0)
    assert line.state is LineState.PENDING and line.unknown_state and line.network_state == "FLOATING"
    assert [row.line for row in page.rejected] == [1, 3]
