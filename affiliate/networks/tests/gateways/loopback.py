"""What the gateways on loopback share: a server in a thread, a clock that can be wrong, and faults in a queue."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import ThreadingHTTPServer
from typing import Any


@dataclass
class Misbehaving:
    """A platform that answers with faults on demand. Which faults there are, its own module and `wire_faults` say."""

    faults: list[str] = field(default_factory=list)
    fault_always: str = ""
    slow_seconds: float = 1.0
    clock_offset: timedelta = timedelta()
    lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> datetime:
        """The platform's own time."""
        return datetime.now(UTC) + self.clock_offset

    def misbehave(self, fault: str, *, times: int | None = None) -> None:
        """Answer with a fault: the next `times` calls, or all where it is None; "" ends it."""
        with self.lock:
            self.faults = [fault] * (times or 0)
            self.fault_always = fault if times is None else ""

    def next_fault(self) -> str:
        """The fault of the call that has just come; "" for none."""
        with self.lock:
            return self.faults.pop(0) if self.faults else self.fault_always


class Server(ThreadingHTTPServer):
    """A server whose threads end with the test."""

    daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that was reset on purpose is no news; whatever else fails here is the gateway's own fault."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def served(server: Server) -> Iterator[None]:
    """Answer until the end of the `with`."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
