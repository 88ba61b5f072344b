"""Connections that obey one deadline, however slowly the other side lets its bytes drip.

httpx limits every single read; a server that sends a byte a second stays below that limit for ever. Here each read,
write and handshake gets what is left of the deadline of the call it belongs to. Proxies of the environment are not
used: an operator who needs one names it as the network's gateway.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore
import httpx

MOST_AT_ONCE = 8 * 1024
"""Bytes of one read. Packed ones swell up to a thousandfold before anybody can count them, so that reads stay small."""


class _Running(threading.local):
    """The deadline of the call that this thread is making, on the monotonic clock."""

    ends: float | None = None


_running = _Running()


@contextmanager
def ending_at(ends: float) -> Iterator[None]:
    """Everything that this thread sends and reads inside ends then, with httpx's usual timeout errors."""
    before, _running.ends = _running.ends, ends
    try:
        yield
    finally:
        _running.ends = before


def client() -> httpx.Client:
    """A client on such connections. It follows no redirects, keeps no proxy, and closes idle connections soon."""
    return httpx.Client(transport=_Wire(), follow_redirects=False, headers={"User-Agent": "Zhongcao"})


class _Wire(httpx.HTTPTransport):
    """httpx's own transport over our sockets."""

    def __init__(self) -> None:
        super().__init__()
        self._pool.close()
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=100,
            max_keepalive_connections=10,
            keepalive_expiry=5.0,
            network_backend=_Backend(),
        )


class _Backend(httpcore.NetworkBackend):
    """Opens sockets that obey the deadline."""

    def __init__(self) -> None:
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.connect_tcp(host, port, left, local_address, socket_options))


class _Stream(httpcore.NetworkStream):
    """One socket. Its reads and writes are cut to what is left."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(min(max_bytes, MOST_AT_ONCE), _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _left(timeout: float | None, late: type[Exception]) -> float | None:
    """The shorter of a timeout and what the deadline leaves. Raises `late` where nothing is left."""
    if _running.ends is None:
        return timeout
    left = _running.ends - time.monotonic()
    if left <= 0:
        raise late("the deadline of the call is over")
    return left if timeout is None else min(timeout, left)
