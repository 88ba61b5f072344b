"""How the demo shop moves by itself: visitors buy after a while, goods are kept, commission is settled."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from affiliate.networks.demo.shop.catalogue import Product, article, instead_of
from affiliate.networks.demo.shop.store import Arrival, Order, Purchase, Store

PRUNE_EVERY = 600.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How long things take, in seconds. A factor of 0.1 (DEMO_SHOP_PACE) makes everything ten times as fast."""

    factor: float = 1.0

    def waits(self) -> float:
        """How long a visitor looks before buying: 20 to 28 seconds."""
        return random.uniform(20, 28) * self.factor  # noqa: S311 (nothing secret)

    @property
    def kept_after(self) -> float:
        return 120 * self.factor

    @property
    def settled_after(self) -> float:
        return 300 * self.factor


class Customers:
    """Decides for visitors and orders. The newest visitor with a sub-ID surely buys, others with some probability."""

    def __init__(self, store: Store, pace: Pace, chance: Callable[[], float] = random.random) -> None:
        self.store = store
        self.pace = pace
        self._chance = chance

    probability = 0.35

    def tick(self) -> None:
        """Do what is due now."""
        for arrival in self.store.undecided():
            if arrival.order_id or not self._wants(arrival):
                self.store.decide(arrival.id)
                continue
            product = article(arrival.item_id)
            if product is None or self.buy(instead_of(product), 1, arrival, by_itself=True) is None:
                self.store.decide(arrival.id)
        now = self.store.clock()
        self.store.move("CONFIRMED", created_before=now - self.pace.kept_after)
        self.store.move("SETTLED", created_before=now - self.pace.settled_after)

    def buy(self, product: Product, quantity: int, arrival: Arrival | None, *, by_itself: bool = False) -> Order | None:
        """Place an order at today's price."""
        amount = product.amount_minor(quantity, self.store.opened_at, self.store.clock())
        purchase = Purchase(product.id, product.title, product.shop, quantity, amount, product.commission_minor(amount))
        return self.store.buy(purchase, arrival, by_itself=by_itself)

    def _wants(self, arrival: Arrival) -> bool:
        return arrival.id == self.store.newest_arrival_id() or self._chance() < self.probability

    def run(self, stop: threading.Event) -> None:
        """Tick until told to stop."""
        prune_at = time.monotonic()
        every = min(1.0, max(0.05, self.pace.factor))
        while not stop.wait(every):
            self.tick()
            if time.monotonic() >= prune_at:
                prune_at = time.monotonic() + PRUNE_EVERY
                self.store.prune()
