"""A load of GET requests over kept-alive connections, run as a process of its own: `python -m bench.load`.

Reads a JSON order from standard input and prints what came of it, so that client and server never share a core's time
inside one interpreter.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from typing import Any

ANDROID = (
    "Mozilla/5.0 (Linux; Android 14; PHF{n:03} Build/UP1A.231005.007) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Mobile Safari/537.36"
)


class Client(asyncio.Protocol):
    """One connection: sends a request, waits for its whole answer, sends the next."""

    def __init__(self, requests: list[bytes], start: int, counts: Counter[str], deadline: float) -> None:
        self.requests = requests
        self.turn = start
        self.counts = counts
        self.deadline = deadline
        self.buffer = b""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if b"\r\n\r\n" not in self.buffer:
            return
        self.counts[self.buffer[9:12].decode()] += 1
        self.buffer = b""
        if time.monotonic() < self.deadline:
            self._send()
        else:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is not None or time.monotonic() < self.deadline:
            self.counts["broken"] += 1
        if not self.done.done():
            self.done.set_result(None)

    def _send(self) -> None:
        self.turn = (self.turn + 1) % len(self.requests)
        self.transport.write(self.requests[self.turn])


def requests_of(order: dict[str, Any]) -> list[bytes]:
    """Every path with one of many readers' user agents, so that few visits repeat another."""
    return [
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {ANDROID.format(n=(n * 7 + turn * 131) % 997)}\r\n"
        f"Accept: text/html\r\nAccept-Language: zh-CN\r\nReferer: http://127.0.0.1/post/\r\n\r\n".encode()
        for turn in range(order.get("turns", 1))
        for n, path in enumerate(order["paths"])
    ]


async def load(order: dict[str, Any]) -> Counter[str]:
    """Answers by status."""
    counts: Counter[str] = Counter()
    requests = requests_of(order)
    deadline = time.monotonic() + order["seconds"]
    clients = []
    for n in range(order["connections"]):
        start = (order.get("offset", 0) + n * len(requests) // order["connections"]) % len(requests)
        _, client = await asyncio.get_running_loop().create_connection(
            lambda start=start: Client(requests, start, counts, deadline), "127.0.0.1", order["port"]
        )
        clients.append(client)
    await asyncio.wait([client.done for client in clients], timeout=order["seconds"] + 20)
    return counts


if __name__ == "__main__":
    ordered = json.load(sys.stdin)
    began = time.monotonic()
    answered = asyncio.run(load(ordered))
    json.dump({"seconds": time.monotonic() - began, "answers": answered}, sys.stdout)
