"""Brings a file of somebody else's onto our disk: only from public addresses, only so many bytes, only so long.

Like the expander it connects to the address that was just checked, so that no second look-up can lead elsewhere, and
no setting opens it to private networks; tests inject its resolver and its client.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import IO
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx

from affiliate.networks import wire
from affiliate.networks.addresses import Resolver, public_address, system_resolver
from affiliate.networks.errors import BadInput, NetworkError, NotFound, ProtocolError, Unavailable
from affiliate.networks.failures import from_exception

MOST_HOPS = 3
MOST_BYTES = 64 * 1024 * 1024
MOST_SECONDS = 120.0
LONGEST_URL = 1_000
TOO_LARGE = "The file is larger than %(size)s MB, so it was not read. Nothing was changed; split it or leave out texts."


@dataclass(frozen=True, slots=True)
class Downloaded:
    """What came: whether it is new, how many bytes, and the marks to ask with next time."""

    is_new: bool
    size: int = 0
    etag: str = ""
    last_modified: str = ""


class Downloader:
    """Fetches files. One instance may serve many; it keeps no cookies and sends no secrets."""

    def __init__(self, *, resolver: Resolver = system_resolver, client: httpx.Client | None = None) -> None:
        self._resolver = resolver
        self._client = client

    def fetch(
        self,
        url: str,
        into: IO[bytes],
        *,
        etag: str = "",
        last_modified: str = "",
        most_bytes: int = MOST_BYTES,
        seconds: float = MOST_SECONDS,
    ) -> Downloaded:
        """Write the file to `into` piece by piece, unless the server says that it has not changed since the marks.

        Raises BadInput for an address that must not be asked or a file that is too large (as soon as the server says
        so, else at the limit), NotFound for one that is gone, Unavailable for a server that is silent or slow, and
        ProtocolError for an answer that is no file.
        """
        ends = time.monotonic() + seconds
        headers = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        with self._session() as client:
            for _hop in range(MOST_HOPS + 1):
                with self._answer(client, url, {k: v for k, v in headers.items() if v}, ends) as response:
                    if not response.has_redirect_location:
                        return _take(response, into, most_bytes, ends)
                    url = _next(url, response.headers["Location"].strip())
        raise BadInput("The address redirects for ever, so it was given up.", code="loop")

    @contextmanager
    def _session(self) -> Iterator[httpx.Client]:
        if self._client is not None:
            yield self._client
            return
        with wire.client() as client:
            yield client

    @contextmanager
    def _answer(self, client: httpx.Client, url: str, headers: dict[str, str], ends: float) -> Iterator[httpx.Response]:
        """One hop, its body not yet read. Connects to the address just checked; TLS still proves the host's name."""
        parts = checked(url)
        host = parts.hostname or ""
        address = public_address(host, self._resolver, ends - time.monotonic())
        left = ends - time.monotonic()
        if left <= 0:
            raise _too_slow()
        try:
            request = client.build_request(
                "GET",
                httpx.URL(url).copy_with(host=address),
                headers={"Host": parts.netloc, "Accept-Encoding": "identity", **headers},
                timeout=httpx.Timeout(left, connect=min(left, 10.0)),
                extensions={"sni_hostname": host},
            )
            with wire.ending_at(ends), closing(client.send(request, stream=True, follow_redirects=False)) as response:
                yield response
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as exc:
            raise _failure(exc, host) from exc


def checked(url: str) -> SplitResult:
    """The parts of an address that may be asked. Raises BadInput for every other. No look-up is made."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, SplitResult("", "", "", "", "")
    plain = (
        parts.scheme in ("http", "https")
        and port in (None, 80, 443)
        and "@" not in parts.netloc
        and len(url) <= LONGEST_URL
        and not any(char <= " " or char in '\\"<>\x7f' for char in url)
        and re.fullmatch(r"[a-z0-9.-]+\.[a-z][a-z0-9-]*", host) is not None
    )
    if not plain:
        raise BadInput("This is not an address that a file can be fetched from.", code="not_allowed", detail=host[:200])
    return parts


def _next(url: str, target: str) -> str:
    """Where a redirect leads. From https it never leads back to http."""
    try:
        joined = urljoin(url, target)
    except ValueError:
        joined = ""
    if url.startswith("https://") and not joined.startswith("https://"):
        raise BadInput("The address leads from https to an open connection, so it was not followed.", code="downgrade")
    return joined


def _take(response: httpx.Response, into: IO[bytes], most_bytes: int, ends: float) -> Downloaded:
    status = response.status_code
    if status == 304:
        return Downloaded(is_new=False)
    if status in (404, 410):
        raise NotFound("There is no file at this address any more.", code=f"http_{status}")
    if status != 200:
        raise Unavailable("The file's server does not give it out. Try again later.", code=f"http_{status}")
    if response.headers.get("Content-Encoding", "identity").lower() not in ("", "identity"):
        raise ProtocolError("The file came packed although it was asked for plain.", code="packed")
    told = response.headers.get("Content-Length", "")
    if told.isdecimal() and int(told) > most_bytes:
        raise _too_large(most_bytes)
    size = 0
    for chunk in response.iter_bytes():
        size += len(chunk)
        if size > most_bytes:
            raise _too_large(most_bytes)
        if time.monotonic() > ends:
            raise _too_slow()
        into.write(chunk)
    marks = (response.headers.get("ETag", ""), response.headers.get("Last-Modified", ""))
    etag, modified = (mark if len(mark) <= 200 and mark.isascii() and mark.isprintable() else "" for mark in marks)
    return Downloaded(is_new=True, size=size, etag=etag, last_modified=modified)


def _too_large(most_bytes: int) -> BadInput:
    return BadInput(TOO_LARGE, code="too_large", values={"size": str(most_bytes // 1024 // 1024)})


def _too_slow() -> Unavailable:
    return Unavailable("The file did not come in time. Try again later.", code="timeout")


def _failure(exc: Exception, host: str) -> NetworkError:
    """The error without the address, whose query may hold somebody's key."""
    if isinstance(exc, httpx.TimeoutException):
        return _too_slow()
    failure = from_exception(exc, "")
    return Unavailable("The file cannot be fetched. Try again later.", code=failure.code, detail=host)
