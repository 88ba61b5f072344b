"""The demo shop's web server: product pages for people, the signed API for the adapter, nothing kept in memory."""

from __future__ import annotations

import json
import re
import socket
import sys
from dataclasses import dataclass
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from affiliate.networks.demo.shop import pages
from affiliate.networks.demo.shop.api import SUB_ID, Api
from affiliate.networks.demo.shop.catalogue import FARM, PICTURES, Product, article, farm_goods, products
from affiliate.networks.demo.shop.customers import Customers
from affiliate.networks.demo.shop.store import Arrival, Store

COOKIE = "demo_shop_arrival"
MAX_BODY = 4096
MOST_READ = 256 * 1024
STYLE = Path(__file__).with_name("style.css")
POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Shop:
    """Everything a request needs."""

    store: Store
    customers: Customers
    api: Api
    site_url: str


class ShopServer(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], shop: Shop) -> None:
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, ShopHandler)
        self.shop = shop

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hangs up in the middle is no news; everything else is."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class ShopHandler(BaseHTTPRequestHandler):
    """One request. GET and HEAD for pages, POST for the three buttons."""

    server: ShopServer
    protocol_version = "HTTP/1.1"
    server_version = "DemoShop"
    sys_version = ""
    timeout = 30
    routes: ClassVar[tuple[tuple[str, str], ...]] = (
        (r"/", "home"),
        (r"/healthz", "health"),
        (r"/style\.css", "style"),
        (r"/item/(demo-\d{1,8})", "item"),
        (r"/farm", "farm"),
        (r"/farm/([\w-]{1,40})", "farm_item"),
        (r"/picture/([a-z]+-[\w-]{1,40})\.webp", "picture"),
        (r"/orders", "order_list"),
        (r"/orders/(\d{1,24})", "order_page"),
        (r"/api/[a-z]+", "api"),
    )
    actions: ClassVar[tuple[tuple[str, str], ...]] = (
        (r"/item/(demo-\d{1,8})/buy", "buy"),
        (r"/farm/([\w-]{1,40})/buy", "buy_of_farm"),
        (r"/orders/(\d{1,24})/(confirm|settle|refund)", "move"),
    )

    @property
    def shop(self) -> Shop:
        return self.server.shop

    def do_GET(self) -> None:
        self._dispatch(self.routes, "show_")

    do_HEAD = do_GET

    def do_POST(self) -> None:
        origin = self.headers.get("Origin", "")
        if origin and origin != "null" and urlsplit(origin).netloc != self.headers.get("Host", ""):
            self._form()
            self._page(pages.message("这个按钮只能在本店的页面上按。", self.shop.site_url), HTTPStatus.FORBIDDEN)
            return
        self._dispatch(self.actions, "do_")

    def _dispatch(self, table: tuple[tuple[str, str], ...], prefix: str) -> None:
        parts = urlsplit(self.path)
        self.query = dict(parse_qsl(parts.query, keep_blank_values=True))
        self.route = parts.path
        for pattern, name in table:
            match = re.fullmatch(pattern, parts.path)
            if match:
                getattr(self, prefix + name)(*match.groups())
                return
        self._form()
        self._missing()

    # pages

    def show_home(self) -> None:
        self._page(
            pages.home(list(products().values()), self.shop.store, self.query.get("channel", ""), self.shop.site_url)
        )

    def show_item(self, item_id: str) -> None:
        product = article(item_id)
        if product is None:
            return self._missing()
        arrival = self._arrival(product)
        cookie = f"{COOKIE}={arrival.id}; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax" if arrival else ""
        self._page(pages.item(product, self.shop.store, arrival, self.shop.site_url), cookie=cookie)

    def show_farm(self) -> None:
        self._page(pages.farm(list(farm_goods().values()), self.shop.store, self.shop.site_url))

    def show_farm_item(self, name: str) -> None:
        self.show_item(FARM + name)

    def show_picture(self, item_id: str) -> None:
        file = PICTURES / f"{item_id}.webp"
        if article(item_id) is None or not file.is_file():
            return self._missing()
        self._send(file.read_bytes(), "image/webp", cache="public, max-age=86400")

    def show_style(self) -> None:
        self._send(STYLE.read_bytes(), "text/css; charset=utf-8", cache="public, max-age=300")

    def show_order_list(self) -> None:
        self._page(pages.orders(self.shop.store, self.shop.site_url))

    def show_order_page(self, order_id: str) -> None:
        order = self.shop.store.order(order_id)
        if order is None:
            return self._missing()
        self._page(pages.order(order, self.shop.site_url))

    def show_health(self) -> None:
        self._send(b"ok\n", "text/plain; charset=utf-8")

    def show_api(self) -> None:
        answer = self.shop.api.answer("GET", self.route, self.query, _Headers(self.headers))
        self._send(json.dumps(answer, ensure_ascii=False).encode(), "application/json; charset=utf-8")

    # buttons

    def do_buy_of_farm(self, name: str) -> None:
        self.do_buy(FARM + name)

    def do_buy(self, item_id: str) -> None:
        product, form = article(item_id), self._form()
        if product is None:
            return self._missing()
        if not product.in_stock:
            return self._page(pages.message("这件商品暂时缺货，没有下单。", self.shop.site_url), HTTPStatus.CONFLICT)
        quantity = int(form["quantity"]) if re.fullmatch(r"[1-5]", form.get("quantity", "")) else 1
        known = form.get("arrival") or self._cookie()
        arrival = self.shop.store.arrival(int(known)) if re.fullmatch(r"\d{1,12}", known) else None
        order = self.shop.customers.buy(product, quantity, arrival)
        self._redirect(f"/orders/{order.order_id}" if order else "/orders")

    def do_move(self, order_id: str, action: str) -> None:
        self._form()
        to = {"confirm": "CONFIRMED", "settle": "SETTLED", "refund": "REFUNDED"}[action]
        if self.shop.store.order(order_id) is None:
            return self._missing()
        self.shop.store.move(to, order_id=order_id)
        self._redirect(f"/orders/{order_id}")

    # what a request brings

    def _arrival(self, product: Product) -> Arrival | None:
        """Record who came from outside. A page turned inside the shop keeps the arrival of the visit."""
        names = ("ref",) if product.of_farm else ("sub", "placement")
        sub = next((value for name in names if SUB_ID.fullmatch(value := self.query.get(name, ""))), "")
        referer = _origin(self.headers.get("Referer", ""))
        inside = urlsplit(referer).netloc == self.headers.get("Host", "")
        if self.command == "GET" and (sub or (referer and not inside)):
            return self.shop.store.arrive(product.id, sub, referer, self.shop.customers.pace.waits())
        known = self._cookie()
        return self.shop.store.arrival(int(known)) if known else None

    def _cookie(self) -> str:
        try:
            morsel = SimpleCookie(self.headers.get("Cookie", "")).get(COOKIE)
        except CookieError:
            return ""
        return morsel.value if morsel and re.fullmatch(r"\d{1,12}", morsel.value) else ""

    def _form(self) -> dict[str, str]:
        """The fields sent. What is too large is read to a bound and dropped: an answer that overtakes the question
        would be lost with the connection.
        """
        length = self.headers.get("Content-Length", "0")
        size = int(length) if re.fullmatch(r"\d{1,9}", length) else 0
        body = self.rfile.read(min(size, MOST_READ))
        if size > MAX_BODY or "Transfer-Encoding" in self.headers:
            self.close_connection = True
            return {}
        try:
            return dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=20))
        except ValueError:
            return {}

    # what goes back

    def _missing(self) -> None:
        self._page(pages.message("没有这个页面。", self.shop.site_url), HTTPStatus.NOT_FOUND)

    def _redirect(self, to: str) -> None:
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _page(self, text: str, status: HTTPStatus = HTTPStatus.OK, *, cookie: str = "") -> None:
        self._send(text.encode(), "text/html; charset=utf-8", status=status, cookie=cookie)

    def end_headers(self) -> None:
        """A connection that ends is announced, or the client would send its next question into the void."""
        if self.close_connection:
            self.send_header("Connection", "close")
        super().end_headers()

    def _send(
        self, body: bytes, kind: str, *, status: HTTPStatus = HTTPStatus.OK, cache: str = "no-store", cookie: str = ""
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", cache)
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "same-origin")
        if cookie:
            self.send_header("Set-Cookie", cookie)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class says so)
        """Quiet: the process that starts the shop has a log of its own."""


class _Headers(dict[str, str]):
    """Header look-up without regard to case, as the signature check needs it."""

    def __init__(self, headers: Any) -> None:
        super().__init__({name.lower(): value for name, value in headers.items()})

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        return super().get(name.lower(), default)


def _origin(referer: str) -> str:
    """Scheme and host of a Referer, "" for none that can be read."""
    try:
        parts = urlsplit(referer)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"[:200] if parts.scheme in ("http", "https") and parts.netloc else ""
