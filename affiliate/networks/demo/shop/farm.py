"""The farm in the shop's corner: a merchant that tells the site about its orders by signed postback, as documented."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import os
import secrets
import sys
import threading
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from affiliate.networks.demo.shop.catalogue import FARM
from affiliate.networks.demo.shop.store import Order, Store

MERCHANT = "xiaomai-farm"
SECRET_FILE = "demo-farm-secret"  # noqa: S105  a file's name; the site keeps the secret in it for the shop
SECRET_VARIABLE = "NETWORK_DIRECT_XIAOMAI_FARM_SECRET"  # noqa: S105  likewise
STATES = {"PAID": "pending", "CONFIRMED": "confirmed", "SETTLED": "settled", "REFUNDED": "invalid"}
LOOK_EVERY = 1.0
AFTER_FAILURE = 15.0
TOLD_FOR_MS = 24 * 3600 * 1000
"""A change that could not be told within a day is let go."""


class FarmOffice:
    """Sends every new state of the farm's orders until the site has taken it."""

    def __init__(self, store: Store, site_url: str, data: Path, send: Callable[[urllib.request.Request], None]) -> None:
        self.store = store
        self.address = (
            f"{site_url.rstrip('/')}/postback/direct/" if site_url.startswith(("http://", "https://")) else ""
        )
        self._data = data
        self._send = send

    @property
    def secret(self) -> str:
        """What the site gave us to sign with; "" while there is none."""
        if given := os.environ.get(SECRET_VARIABLE, ""):
            return given
        try:
            return (self._data / SECRET_FILE).read_text(encoding="utf-8").strip()
        except OSError:
            return ""

    def report(self) -> None:
        """Tell what is untold. Raises OSError where the site does not take it: the rest waits."""
        secret = self.secret
        if not secret or not self.address:
            return
        for order in self.store.untold(int(self.store.clock() * 1000) - TOLD_FOR_MS):
            self._send(self.message(order, secret))
            self.store.tell(order)

    def message(self, order: Order, secret: str) -> urllib.request.Request:
        """One order as the signed request that the site's documentation asks for."""
        body = json.dumps(
            {
                "order_id": order.order_id,
                "line_id": "1",
                "state": STATES[order.status],
                "currency": "CNY",
                "amount_minor": order.amount_minor,
                "commission_minor": order.commission_minor,
                "refunded_minor": order.amount_minor if order.refunded_ms else 0,
                "quantity": order.quantity,
                "sub_id": order.sub,
                "item_id": order.item_id.removeprefix(FARM),
                "item_title": order.title,
                "placed_at": _iso(order.created_ms),
                "updated_at": _iso(order.updated_ms),
            },
            ensure_ascii=False,
        ).encode()
        stamp, nonce = str(int(self.store.clock())), secrets.token_hex(12)
        signature = hmac.new(secret.encode(), f"{stamp}\n{nonce}\n".encode() + body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "X-Zhongcao-Merchant": MERCHANT,
            "X-Zhongcao-Timestamp": stamp,
            "X-Zhongcao-Nonce": nonce,
            "X-Zhongcao-Signature": signature,
        }
        return urllib.request.Request(self.address, body, headers)  # noqa: S310  http(s), checked above

    def run(self, stop: threading.Event) -> None:
        """Report until told to stop. A failure is said once, not every time."""
        said, pause = "", LOOK_EVERY
        while not stop.wait(pause):
            try:
                self.report()
                said, pause = "", LOOK_EVERY
            except OSError as error:
                pause = AFTER_FAILURE
                if str(error) != said:
                    said = str(error)
                    print(f"The farm cannot tell the site about an order yet: {error}.", file=sys.stderr)  # noqa: T201


def post(request: urllib.request.Request) -> None:
    """Send it straight, by no proxy. Raises OSError (urllib's errors are) for anything but a 2xx answer."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=5) as answer:
            answer.read(1000)
    except http.client.HTTPException as error:
        raise OSError(f"the answer is not HTTP ({type(error).__name__})") from error


def _iso(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds")
