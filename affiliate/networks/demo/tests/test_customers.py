"""How the shop moves by itself: who buys, when, how often, and what becomes of orders."""

from __future__ import annotations

from affiliate.networks.demo.shop.catalogue import instead_of, products
from affiliate.networks.demo.shop.customers import Customers, Pace
from affiliate.networks.demo.shop.store import Store
from affiliate.networks.demo.tests.conftest import Clock

ITEM = "demo-1003"
SOLD_OUT = "demo-1010"


def test_the_newest_visitor_with_a_sub_id_surely_buys_within_half_a_minute(
    store: Store, customers: Customers, clock: Clock
) -> None:
    store.arrive(ITEM, "abcdefgh1", "http://site.test", customers.pace.waits())
    clock.now += 19
    customers.tick()
    assert store.recent_orders(10) == []
    clock.now += 10
    customers.tick()
    (order,) = store.recent_orders(10)
    assert (order.sub, order.item_id, order.status, order.by_itself) == ("abcdefgh1", ITEM, "PAID", 1)


def test_an_arrival_never_buys_by_itself_twice(store: Store, customers: Customers, clock: Clock) -> None:
    store.arrive(ITEM, "abcdefgh1", "", 20)
    for _ in range(50):
        clock.now += 30
        customers.tick()
        store.arrive(ITEM, "abcdefgh1", "", 20) if clock.now < 1_790_000_000 + 1500 else None
    assert len(store.recent_orders(10)) == 1


def test_a_visitor_who_bought_is_left_alone(store: Store, customers: Customers, clock: Clock) -> None:
    arrival = store.arrive(ITEM, "abcdefgh1", "", 20)
    customers.buy(products()[ITEM], 2, arrival)
    clock.now += 60
    customers.tick()
    (order,) = store.recent_orders(10)
    assert (order.quantity, order.by_itself) == (2, 0)


def test_an_older_visitor_buys_only_by_chance(store: Store, clock: Clock) -> None:
    for sub in ("older", "newer"):
        store.arrive(ITEM, sub, "", 20)
    clock.now += 60
    Customers(store, Pace(), chance=lambda: 0.99).tick()
    assert [order.sub for order in store.recent_orders(10)] == ["newer"]
    store.arrive(ITEM, "again", "", 20)
    store.arrive(ITEM, "newest", "", 20)
    clock.now += 60
    Customers(store, Pace(), chance=lambda: 0.0).tick()
    assert {order.sub for order in store.recent_orders(10)} == {"newer", "again", "newest"}


def test_a_visitor_without_a_sub_id_never_buys_by_itself(store: Store, customers: Customers, clock: Clock) -> None:
    store.arrive(ITEM, "", "http://elsewhere.test", 20)
    clock.now += 600
    customers.tick()
    assert store.recent_orders(10) == []


def test_where_an_article_is_sold_out_a_visitor_takes_another_of_its_channel(
    store: Store, customers: Customers, clock: Clock
) -> None:
    store.arrive(SOLD_OUT, "abcdefgh1", "", 20)
    clock.now += 30
    customers.tick()
    (order,) = store.recent_orders(10)
    bought = products()[order.item_id]
    assert bought.in_stock and bought.channel == products()[SOLD_OUT].channel
    assert instead_of(bought) is bought


def test_an_order_goes_from_paid_to_confirmed_to_settled(store: Store, customers: Customers, clock: Clock) -> None:
    customers.buy(products()[ITEM], 1, None)
    seen = []
    for seconds in (60, 65, 100, 80):
        clock.now += seconds
        customers.tick()
        (order,) = store.recent_orders(10)
        seen.append(order.status)
        assert order.updated_ms <= clock.now * 1000
    assert seen == ["PAID", "CONFIRMED", "CONFIRMED", "SETTLED"]


def test_a_refunded_order_stays_refunded(store: Store, customers: Customers, clock: Clock) -> None:
    order = customers.buy(products()[ITEM], 1, None)
    assert order is not None
    assert store.move("REFUNDED", order_id=order.order_id) == 1
    clock.now += 4000
    customers.tick()
    again = store.order(order.order_id)
    assert again is not None and again.status == "REFUNDED" and again.settled_ms is None
    assert store.move("CONFIRMED", order_id=order.order_id) == 0


def test_the_pace_makes_everything_quicker() -> None:
    quick = Pace(0.1)
    assert 2.0 <= quick.waits() <= 2.8
    assert (quick.kept_after, quick.settled_after) == (12, 30)


def test_old_arrivals_are_forgotten(store: Store, clock: Clock) -> None:
    for number in range(5_020):
        store.arrive(ITEM, f"s{number}", "", 20)
    store.prune()
    assert len(store.recent_arrivals(10_000)) == 5_000
    assert store.newest_arrival_id() == 5_020


def test_a_shop_opened_again_remembers(store: Store, customers: Customers, clock: Clock, tmp_path) -> None:
    order = customers.buy(products()[ITEM], 1, None)
    assert order is not None
    clock.now += 10_000
    again = Store(tmp_path / "shop.sqlite3", clock)
    assert again.order(order.order_id) == order
    assert again.opened_at == store.opened_at
    again.close()
