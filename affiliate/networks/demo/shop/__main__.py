"""Runs the demo shop: `python -m affiliate.networks.demo.shop --host H --port P --data DIR --site-url URL`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from affiliate.networks.demo import signing
from affiliate.networks.demo.shop.api import Api
from affiliate.networks.demo.shop.customers import Customers, Pace
from affiliate.networks.demo.shop.farm import FarmOffice, post
from affiliate.networks.demo.shop.server import Shop, ShopServer
from affiliate.networks.demo.shop.store import Store


def open_shop(
    host: str, port: int, data: Path, *, site_url: str = "", public_url: str = "", pace: Pace | None = None
) -> ShopServer:
    """A shop bound to its address (port 0 takes a free one), its API open, nothing running yet."""
    store = Store(data / "demo-shop.sqlite3")
    customers = Customers(store, pace or Pace())
    api = Api(store, public_url, signing.DEMO_KEY, signing.DEMO_SECRET)
    try:
        server = ShopServer((host, port), Shop(store, customers, api, site_url))
    except OSError:
        store.close()
        raise
    if not public_url:
        shown = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104 (compared, not bound)
        api.public_url = f"http://[{shown}]" if ":" in shown else f"http://{shown}"
        api.public_url += f":{server.server_port}"
    return server


def pace_from_environment() -> Pace:
    """DEMO_SHOP_PACE: 1 is normal, 0.1 ten times as fast. Anything else than a sensible number counts as 1."""
    try:
        factor = float(os.environ.get("DEMO_SHOP_PACE", "1"))
    except ValueError:
        return Pace()
    return Pace(factor) if 0.001 <= factor <= 100 else Pace()


def main(arguments: list[str] | None = None) -> int:
    """Serve until TERM or INT, then end at once: answers under way are cut, SQLite is closed cleanly."""
    parser = argparse.ArgumentParser(prog="demo shop", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--data", type=Path, default=Path("var"), help="folder of the shop's SQLite file")
    parser.add_argument("--site-url", default="", help="address of the site, for the way back")
    parser.add_argument("--public-url", default="", help="the shop's own address as readers see it")
    options = parser.parse_args(arguments)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        server = open_shop(
            options.host,
            options.port,
            options.data,
            site_url=options.site_url,
            public_url=options.public_url,
            pace=pace_from_environment(),
        )
    except OSError as error:
        print(f"The demo shop cannot listen on {options.host}:{options.port}: {error}.", file=sys.stderr)  # noqa: T201
        return 1
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    customers = threading.Thread(target=server.shop.customers.run, args=(stop,), daemon=True)
    customers.start()
    office = FarmOffice(server.shop.store, options.site_url, options.data, post)
    farm = threading.Thread(target=office.run, args=(stop,), daemon=True)
    farm.start()
    stop.wait()
    server.shutdown()
    customers.join(timeout=2)
    farm.join(timeout=2)
    server.server_close()
    server.shop.store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
