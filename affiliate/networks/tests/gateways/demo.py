"""The demo network's gateway is the demo shop itself, started on a free port with a folder of its own."""

from __future__ import annotations

import tempfile
import threading
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from affiliate.networks.demo.shop.__main__ import open_shop
from affiliate.networks.types import Window


@dataclass(frozen=True, slots=True)
class DemoGateway:
    """A running shop, bought in as a person does: arrive, then press the button."""

    address: str

    @property
    def config(self) -> Mapping[str, str]:
        return {"GATEWAY": self.address}

    @property
    def text(self) -> str:
        return f"这个充电头不错 {self.address}/item/demo-1003?sub=somebodyelse 复制看看"

    @property
    def query(self) -> str:
        return "充电头"

    def buy(self, sub_id: str) -> Window:
        start = datetime.now(UTC) - timedelta(minutes=1)
        jar = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        with jar.open(f"{self.address}/item/demo-1003?sub={sub_id}", timeout=5) as page:
            page.read()
        form = urllib.parse.urlencode({"quantity": "1"}).encode()
        with jar.open(f"{self.address}/item/demo-1003/buy", form, timeout=5) as page:
            page.read()
        return Window(start, datetime.now(UTC) + timedelta(seconds=1))


@contextmanager
def running() -> Iterator[DemoGateway]:
    """A shop on a free port until the end of the `with`."""
    with tempfile.TemporaryDirectory() as folder:
        server = open_shop("127.0.0.1", 0, Path(folder))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield DemoGateway(f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            thread.join(timeout=5)
            server.server_close()
            server.shop.store.close()
