"""What the demo shop remembers: arrivals and orders, in one SQLite file of its own."""

from __future__ import annotations

import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS shop (opened_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS arrivals (
    id INTEGER PRIMARY KEY AUTOINCREMENT, item_id TEXT NOT NULL, sub TEXT NOT NULL, referer TEXT NOT NULL,
    at REAL NOT NULL, buy_at REAL, order_id TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS arrivals_due ON arrivals (buy_at) WHERE buy_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS orders (
    order_id TEXT PRIMARY KEY, item_id TEXT NOT NULL, title TEXT NOT NULL, shop TEXT NOT NULL, sub TEXT NOT NULL,
    quantity INTEGER NOT NULL, amount_minor INTEGER NOT NULL, commission_minor INTEGER NOT NULL, status TEXT NOT NULL,
    created_ms INTEGER NOT NULL, confirmed_ms INTEGER, settled_ms INTEGER, refunded_ms INTEGER,
    updated_ms INTEGER NOT NULL, by_itself INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS told (order_id TEXT PRIMARY KEY, updated_ms INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS orders_updated ON orders (updated_ms, order_id);
"""

SAME_ARRIVAL_SECONDS = 1800
KEPT_ARRIVALS = 5_000
KEPT_ORDERS = 20_000
TIMES = ("created_ms", "confirmed_ms", "updated_ms")


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who came to a product page. `buy_at` is when the shop decides for them; None once decided."""

    id: int
    item_id: str
    sub: str
    referer: str
    at: float
    buy_at: float | None
    order_id: str


@dataclass(frozen=True, slots=True)
class Order:
    """One order of one article. Times in milliseconds since 1970."""

    order_id: str
    item_id: str
    title: str
    shop: str
    sub: str
    quantity: int
    amount_minor: int
    commission_minor: int
    status: str
    created_ms: int
    confirmed_ms: int | None
    settled_ms: int | None
    refunded_ms: int | None
    updated_ms: int
    by_itself: int


@dataclass(frozen=True, slots=True)
class Purchase:
    """What is bought, priced already."""

    item_id: str
    title: str
    shop: str
    quantity: int
    amount_minor: int
    commission_minor: int


class Store:
    """One connection behind one lock: a demo has few writers, and every change needs its time in order.

    `updated_ms` is taken inside the lock, so that no order can slip in behind a window that was already read.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.clock = clock
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=10)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(SCHEMA)
        with self._changing() as db:
            if not db.execute("SELECT 1 FROM shop").fetchone():
                db.execute("INSERT INTO shop (opened_at) VALUES (?)", (clock(),))
            self.opened_at = float(db.execute("SELECT opened_at FROM shop").fetchone()[0])

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(query, values).fetchall()

    # arrivals

    def arrive(self, item_id: str, sub: str, referer: str, waits_seconds: float) -> Arrival:
        """Record somebody's arrival. The same sub-ID at the same article within half an hour is a reload, not new."""
        now = self.clock()
        with self._changing() as db:
            known = db.execute(
                "SELECT id FROM arrivals WHERE item_id = ? AND sub = ? AND sub != '' AND at > ?"
                " ORDER BY id DESC LIMIT 1",
                (item_id, sub, now - SAME_ARRIVAL_SECONDS),
            ).fetchone()
            if known:
                arrival_id = int(known[0])
            else:
                cursor = db.execute(
                    "INSERT INTO arrivals (item_id, sub, referer, at, buy_at) VALUES (?, ?, ?, ?, ?)",
                    (item_id, sub, referer, now, now + waits_seconds if sub else None),
                )
                arrival_id = int(cursor.lastrowid or 0)
            return self._arrivals("WHERE id = ?", arrival_id)[0]

    def arrival(self, arrival_id: int) -> Arrival | None:
        return next(iter(self._arrivals("WHERE id = ?", arrival_id)), None)

    def undecided(self) -> list[Arrival]:
        """Arrivals whose time to buy has come, oldest first."""
        return self._arrivals("WHERE buy_at IS NOT NULL AND buy_at <= ? ORDER BY id LIMIT 200", self.clock())

    def newest_arrival_id(self) -> int:
        """The last arrival with a sub-ID, 0 for none."""
        return int(self._rows("SELECT COALESCE(MAX(id), 0) FROM arrivals WHERE sub != ''")[0][0])

    def recent_arrivals(self, limit: int) -> list[Arrival]:
        return self._arrivals("ORDER BY id DESC LIMIT ?", limit)

    def _arrivals(self, rest: str, *values: object) -> list[Arrival]:
        return [Arrival(*row) for row in self._rows(f"SELECT {_ARRIVAL} FROM arrivals {rest}", *values)]  # noqa: S608

    def decide(self, arrival_id: int) -> None:
        """The arrival leaves without buying."""
        with self._changing() as db:
            db.execute("UPDATE arrivals SET buy_at = NULL WHERE id = ?", (arrival_id,))

    # orders

    def buy(self, purchase: Purchase, arrival: Arrival | None, *, by_itself: bool) -> Order | None:
        """Place an order. By itself an arrival buys once at most: None where it has bought already."""
        with self._changing() as db:
            if arrival is not None:
                claimed = db.execute(
                    "UPDATE arrivals SET buy_at = NULL WHERE id = ? AND (order_id = '' OR ?)",
                    (arrival.id, not by_itself),
                )
                if not claimed.rowcount:
                    return None
            now = self._now_ms()
            order_id = time.strftime("%Y%m%d", time.gmtime(now / 1000)) + f"{secrets.randbelow(10**10):010d}"
            db.execute(
                "INSERT INTO orders (order_id, item_id, title, shop, sub, quantity, amount_minor, commission_minor,"
                " status, created_ms, updated_ms, by_itself) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'PAID', ?, ?, ?)",
                (
                    order_id, purchase.item_id, purchase.title, purchase.shop, arrival.sub if arrival else "",
                    purchase.quantity, purchase.amount_minor, purchase.commission_minor, now, now, int(by_itself),
                ),
            )  # fmt: skip
            if arrival is not None:
                db.execute("UPDATE arrivals SET order_id = ? WHERE id = ?", (order_id, arrival.id))
        return self.order(order_id)

    def order(self, order_id: str) -> Order | None:
        return next(iter(self._orders("WHERE order_id = ?", order_id)), None)

    def recent_orders(self, limit: int) -> list[Order]:
        return self._orders("ORDER BY created_ms DESC, order_id LIMIT ?", limit)

    def _orders(self, rest: str, *values: object) -> list[Order]:
        return [Order(*row) for row in self._rows(f"SELECT {_ORDER} FROM orders {rest}", *values)]  # noqa: S608

    def changed_between(
        self, column: str, start_ms: int, end_ms: int, after: tuple[int, str], limit: int
    ) -> list[Order]:
        """The network's orders whose time lies in [start, end), behind the place `after`. A page never shifts while
        it is read. The farm's are its own business.
        """
        if column not in TIMES:
            raise ValueError(f"{column} is no time of an order")
        return self._orders(
            f"WHERE {column} >= ? AND {column} < ? AND ({column}, order_id) > (?, ?)"
            f" AND item_id NOT LIKE 'farm-%' ORDER BY {column}, order_id LIMIT ?",
            *(start_ms, end_ms, *after, limit),
        )

    def move(self, to: str, *, order_id: str = "", created_before: float | None = None) -> int:
        """Move one order, or all old enough ones, to a status that may follow its own. Returns how many moved."""
        column, may_follow = _MOVES[to]
        marks = ", ".join("?" for _ in may_follow)
        with self._changing() as db:
            now = self._now_ms()
            where, value = ("order_id = ?", order_id) if order_id else ("created_ms <= ?", (created_before or 0) * 1000)
            return db.execute(
                f"UPDATE orders SET status = ?, {column} = ?, updated_ms = ? WHERE status IN ({marks}) AND {where}",  # noqa: S608
                (to, now, now, *may_follow, value),
            ).rowcount

    def untold(self, since_ms: int) -> list[Order]:
        """The farm's orders that changed since the site was told, oldest change first."""
        return self._orders(
            "WHERE item_id LIKE 'farm-%' AND updated_ms > ? AND updated_ms > COALESCE("
            "(SELECT told.updated_ms FROM told WHERE told.order_id = orders.order_id), 0) ORDER BY updated_ms LIMIT 20",
            since_ms,
        )

    def tell(self, order: Order) -> None:
        """The site knows this state of the order."""
        with self._changing() as db:
            db.execute("INSERT OR REPLACE INTO told VALUES (?, ?)", (order.order_id, order.updated_ms))

    def prune(self) -> None:
        """Forget the oldest arrivals and finished orders beyond the bounds."""
        with self._changing() as db:
            db.execute("DELETE FROM arrivals WHERE id <= (SELECT MAX(id) FROM arrivals) - ?", (KEPT_ARRIVALS,))
            db.execute(
                "DELETE FROM orders WHERE status IN ('SETTLED', 'REFUNDED') AND order_id NOT IN"
                " (SELECT order_id FROM orders ORDER BY created_ms DESC LIMIT ?)",
                (KEPT_ORDERS,),
            )
            db.execute("DELETE FROM told WHERE order_id NOT IN (SELECT order_id FROM orders)")

    def _now_ms(self) -> int:
        return int(self.clock() * 1000)


_ARRIVAL = ", ".join(Arrival.__slots__)
_ORDER = ", ".join(Order.__slots__)
_MOVES: dict[str, tuple[str, tuple[str, ...]]] = {
    "CONFIRMED": ("confirmed_ms", ("PAID",)),
    "SETTLED": ("settled_ms", ("CONFIRMED",)),
    "REFUNDED": ("refunded_ms", ("PAID", "CONFIRMED", "SETTLED")),
}
