"""The one way out to a network: a deadline over everything, retries, a bounded body, errors of this house, one log line
a call. Every adapter calls through it; none opens a connection of its own.
"""

from __future__ import annotations

import atexit
import logging
import os
import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar

import httpx
import stamina

from affiliate.networks import failures, wire
from affiliate.networks.answers import load_json, parse_json
from affiliate.networks.errors import NetworkError, ProtocolError, Unavailable
from affiliate.networks.guard import CallGuard, OpenGuard
from affiliate.networks.masking import mask_params, mask_url

__all__ = ["CallGuard", "OpenGuard", "Transport", "load_json", "parse_json"]

T = TypeVar("T")
log = logging.getLogger("zhongcao.networks")

MAX_BODY = 5 * 1024 * 1024
FIRST_WAIT = 0.2
LONGEST_BACKOFF = 2.0


EXPECTED = frozenset({"not_found", "not_promotable"})
"""Errors that are ordinary answers, and nothing to warn of."""


@dataclass(frozen=True, slots=True)
class _Call:
    """One request as an adapter asked for it."""

    method: str
    url: str
    operation: str
    params: Any
    data: Any
    json: Any
    content: bytes | None
    headers: Mapping[str, str] | None
    auth: httpx.Auth | None


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One request that went out: what came back, None where nothing did, and after how long."""

    call: _Call
    response: httpx.Response | None
    seconds: float


class _Scope(threading.local):
    """What a thread is in the middle of: the running deadline, and the attempt whose end is not yet reported."""

    ends: float | None = None
    pending: _Attempt | None = None


class Transport:
    """One account's way to its network. Safe to share between threads."""

    def __init__(
        self,
        network: str,
        *,
        guard: CallGuard | None = None,
        client: httpx.Client | None = None,
        deadline: float = 30.0,
        attempts: int = 3,
        calls_per_second: float = 2.0,
    ) -> None:
        self.network = network
        self.guard: CallGuard = guard or OpenGuard()
        self.deadline = deadline
        self.attempts = attempts
        self.calls_per_second = calls_per_second
        self._client = client
        self._scope = _Scope()

    def request(
        self,
        method: str,
        url: str,
        *,
        operation: str,
        params: Any = None,
        data: Any = None,
        json: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        auth: httpx.Auth | None = None,
        retried: bool = True,
    ) -> httpx.Response:
        """The answer, read whole, with a good status. Raises the errors of this house, nothing else.

        `content` is a body to be sent byte for byte, where a signature covers it; the log keeps its length alone.
        With `retried=False` it is sent once at most: what it asks for is used up by asking.

        Inside `retrying` it tries once and leaves retries to that; on its own it retries by itself.
        """
        call = _Call(method, url, operation, params, data, json, content, headers, auth)
        if self._scope.ends is not None:
            return self._attempt(call)
        return self.retrying(lambda: self._attempt(call), attempts=None if retried else 1)

    def retrying(self, call: Callable[[], T], *, attempts: int | None = None) -> T:
        """Run `call` again after retryable errors, its own included, as long as the one deadline allows."""
        if self._scope.ends is not None:
            return call()
        self._scope.ends = time.monotonic() + self.deadline
        try:
            for attempt in stamina.retry_context(
                on=self._backoff(), attempts=attempts or self.attempts, timeout=self.deadline
            ):
                with attempt:
                    return self._reported(call)
            raise AssertionError("unreachable: the last attempt returns or raises")
        finally:
            self._scope.ends = None

    def _backoff(self) -> Callable[[Exception], bool | float]:
        """A hook that says how long to wait before the next attempt, False for not at all."""
        failed = 0

        def wait_for(exc: Exception) -> bool | float:
            nonlocal failed
            failed += 1
            if not isinstance(exc, NetworkError) or not worth_retrying(exc):
                return False
            wait = min(FIRST_WAIT * 2 ** (failed - 1), LONGEST_BACKOFF) * random.uniform(0.75, 1.25)  # noqa: S311 - jitter
            if exc.retry_at is not None:
                wait = max((exc.retry_at - datetime.now(UTC)).total_seconds(), 0.0)
            return wait if wait < self._left() else False

        return wait_for

    def _left(self) -> float:
        """Seconds until the running deadline."""
        ends = self._scope.ends
        return self.deadline if ends is None else ends - time.monotonic()

    def _reported(self, call: Callable[[], T]) -> T:
        """Run `call` and tell guard and log what became of its last request, errors inside the answer included."""
        try:
            result = call()
        except NetworkError as error:
            self._report(error)
            raise
        except BaseException:
            self._report(None)
            raise
        self._report(None)
        return result

    def _report(self, error: NetworkError | None) -> None:
        pending, self._scope.pending = self._scope.pending, None
        if pending is not None:
            self._log(pending, error)
            self.guard.after(self.network, pending.call.operation, error, pending.seconds)

    def _attempt(self, call: _Call) -> httpx.Response:
        """One try: through the guard, out and back. Its end is reported by `_reported`."""
        self._report(None)
        left = self._left()
        if left <= 0:
            raise self._too_late()
        self.guard.before(self.network, call.operation, self.calls_per_second, left)
        started = time.monotonic()
        response: httpx.Response | None = None
        error: NetworkError | None = None
        try:
            response = self._send(call)
            error = failures.from_status(response, self.network)
        except NetworkError as exc:
            error = exc
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as exc:
            error = failures.from_exception(exc, self.network)
            error.__cause__ = exc
        self._scope.pending = _Attempt(call, response, time.monotonic() - started)
        if error is not None or response is None:
            raise error or self._too_late()
        return response

    def _send(self, call: _Call) -> httpx.Response:
        """Send and read the whole body, stopping at the size limit and at the deadline."""
        client = self._client or shared_client(os.getpid())
        left = self._left()
        if left <= 0:
            raise self._too_late()
        request = client.build_request(
            call.method,
            call.url,
            params=call.params,
            data=call.data,
            json=call.json,
            content=call.content,
            headers=call.headers,
            timeout=httpx.Timeout(left, connect=min(left, 10.0)),
        )
        with wire.ending_at(time.monotonic() + left):
            response = client.send(request, auth=call.auth, stream=True, follow_redirects=False)
            try:
                content = self._read(response)
            finally:
                response.close()
        kept = [(k, v) for k, v in response.headers.multi_items() if k not in ("content-encoding", "content-length")]
        return httpx.Response(response.status_code, headers=kept, content=content, request=response.request)

    def _read(self, response: httpx.Response) -> bytes:
        """The body, as far as limit and deadline allow."""
        content = bytearray()
        for chunk in response.iter_bytes():
            content += chunk
            if len(content) > MAX_BODY:
                raise ProtocolError(
                    "The network's answer is too large to be read.", network=self.network, code="too_large"
                )
            if self._left() <= 0:
                raise self._too_late()
        return bytes(content)

    def _too_late(self) -> Unavailable:
        return Unavailable(
            "The network did not answer in time. Try again later.", network=self.network, code="deadline"
        )

    def _log(self, attempt: _Attempt, error: NetworkError | None) -> None:
        """One line a request: what it was, how it ended with the network's own code and words, how long it took."""
        call, response = attempt.call, attempt.response
        extra = {
            "network": self.network,
            "operation": call.operation,
            "method": call.method,
            "url": mask_url(call.url),
            "params": mask_params(call.params) | mask_params(call.data) | mask_params(call.json),
            "status": response.status_code if response is not None else None,
            "bytes": len(response.content) if response is not None else 0,
            "seconds": round(attempt.seconds, 3),
            "outcome": error.kind if error else "ok",
            "code": error.code if error else "",
        }
        level = logging.INFO if error is None or error.kind in EXPECTED else logging.WARNING
        ended = f"{error.kind} {error.code} {error.detail}" if error else "ok"
        words = " ".join(ended.split())
        log.log(level, "%s %s: %s (%.3f s)", self.network, call.operation, words, attempt.seconds, extra=extra)


def worth_retrying(error: NetworkError) -> bool:
    """True where the same request may succeed a moment later."""
    if not error.retryable:
        return False
    if error.code.startswith("http_") and error.code[5:].isdigit():
        return int(error.code[5:]) in failures.RETRIED_STATUSES
    return error.retry_at is None or error.retry_at - datetime.now(UTC) < timedelta(minutes=1)


@lru_cache(maxsize=2)
def shared_client(process_id: int) -> httpx.Client:
    """One pool of connections a process: making a TLS context is slow, and a pool must not cross a fork."""
    client = wire.client()
    atexit.register(client.close)
    return client
