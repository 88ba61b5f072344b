"""Follows short links to see where they end, and nothing else: only listed hosts, only public addresses, a few hops,
a few kilobytes, a few seconds. No setting opens it to private addresses; tests inject its resolver and its client.
"""

from __future__ import annotations

import html
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx

from affiliate.networks import wire
from affiliate.networks.adapter import Adapter
from affiliate.networks.addresses import Resolver, host_allowed, public_address, system_resolver
from affiliate.networks.errors import BadInput, NetworkError, NotFound, Unavailable
from affiliate.networks.failures import from_exception
from affiliate.networks.types import ItemRef

MOST_HOPS = 5
MOST_BYTES = 64 * 1024
MOST_SECONDS = 8.0
LONGEST_URL = 4_000
USER_AGENT = "Mozilla/5.0 (compatible; Zhongcao link expander)"

_PAGE_HOPS = (
    re.compile(r"<meta[^>]{0,200}http-equiv=[\"']?refresh[\"']?[^>]{0,200}?url=[\"']?([^\"'>\s]+)", re.I),
    re.compile(r"location(?:\.href)?\s*=\s*[\"']([^\"'\s]+)[\"']", re.I),
    re.compile(r"location\.(?:replace|assign)\(\s*[\"']([^\"'\s]+)[\"']", re.I),
    re.compile(r"\bhrl\s*=\s*[\"']([^\"'\s]+)[\"']", re.I),
)
"""How landing pages send a browser on; `hrl` is the variable of u.jd.com's own page."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """Where a link ended, and the start of the page there (empty where it did not have to be read)."""

    url: str
    body: str = ""


class Expander:
    """Follows links. One instance may serve many; it keeps no cookies and sends no secrets."""

    def __init__(self, *, resolver: Resolver = system_resolver, client: httpx.Client | None = None) -> None:
        self._resolver = resolver
        self._client = client

    def expand(
        self,
        url: str,
        allowed_hosts: Iterable[str],
        *,
        until: Callable[[str], bool] | None = None,
        seconds: float = MOST_SECONDS,
    ) -> Expansion:
        """Follow the link to its end, or to the first address or page that `until` is content with, for `seconds` and
        never longer than MOST_SECONDS.

        Raises BadInput for links that must not be followed, NotFound for dead ones, Unavailable for silent ones.
        """
        allowed = tuple(allowed_hosts)
        ends = time.monotonic() + min(seconds, MOST_SECONDS)
        seen: set[str] = set()
        with self._session() as client:
            for hop in range(MOST_HOPS + 1):
                parts = _checked(url, allowed, first=hop == 0)
                if hop and until is not None and until(url):
                    return Expansion(url)
                if url in seen or hop == MOST_HOPS:
                    break
                seen.add(url)
                target, body = self._fetch(client, url, parts, ends)
                if not target and not (until is not None and until(body)):
                    target = _page_target(url, body, allowed)
                if not target:
                    return Expansion(url, body)
                url = target
        raise BadInput("The link redirects for ever, so it was given up.", code="loop", detail=url[:200])

    @contextmanager
    def _session(self) -> Iterator[httpx.Client]:
        if self._client is not None:
            yield self._client
            return
        with wire.client() as client:
            yield client

    def _fetch(self, client: httpx.Client, url: str, parts: SplitResult, ends: float) -> tuple[str, str]:
        """One hop: where the answer redirects to, else the start of its page. Connects to the address just checked;
        TLS still proves the host's name.
        """
        host = parts.hostname or ""
        address = public_address(host, self._resolver, ends - time.monotonic())
        left = ends - time.monotonic()
        if left <= 0:
            raise _too_slow()
        try:
            request = client.build_request(
                "GET",
                httpx.URL(url).copy_with(host=address),
                headers={"Host": parts.netloc, "User-Agent": USER_AGENT, "Accept-Encoding": "identity"},
                timeout=left,
                extensions={"sni_hostname": host},
            )
            with wire.ending_at(ends), closing(client.send(request, stream=True, follow_redirects=False)) as response:
                if response.has_redirect_location:
                    return _joined(url, response.headers["Location"].strip()), ""
                _raise_for(response)
                return "", _start_of(response, ends)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as exc:
            raise _failure(exc, host) from exc


def expand_ref(adapter: Adapter, ref: ItemRef, expander: Expander, *, seconds: float = MOST_SECONDS) -> ItemRef:
    """The item a short link leads to. Raises NotFound where it leads to a shop or an activity instead of one item."""
    if not ref.needs_expansion:
        return ref
    hosts = (*adapter.short_link_hosts, *adapter.exit_allowed_hosts())
    found = expander.expand(ref.url, hosts, until=lambda text: bool(_items(adapter, text)), seconds=seconds)
    items = _items(adapter, found.url) or _items(adapter, found.body)
    if len(items) != 1:
        raise NotFound(
            "The short link leads to no single item, but to a shop or an activity. Open it and copy the item's link.",
            network=adapter.slug,
            code="no_single_item",
            detail=found.url[:200],
        )
    return replace(items[0], hints={**items[0].hints, **ref.hints})


def _items(adapter: Adapter, text: str) -> list[ItemRef]:
    return [ref for ref in adapter.recognise(text) if not ref.needs_expansion]


def _checked(url: str, allowed: tuple[str, ...], *, first: bool) -> SplitResult:
    """The parts of an address that may be opened. Raises BadInput for every other."""
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
        and re.fullmatch(r"[a-z0-9.-]+", host) is not None
    )
    if plain and host_allowed(host, allowed):
        return parts
    if first:
        raise BadInput("This is not a link that can be followed.", code="not_allowed", detail=host[:200])
    raise BadInput(
        "The link leads to a site that is not on the shop's list, so it was not opened.",
        code="off_list",
        detail=host[:200],
    )


def _page_target(url: str, body: str, allowed: tuple[str, ...]) -> str:
    """Where a landing page's own code goes on to, as far as that host is listed."""
    for pattern in _PAGE_HOPS:
        for match in pattern.finditer(body):
            target = _joined(url, html.unescape(match.group(1).replace("\\/", "/")))
            try:
                host = urlsplit(target).hostname or ""
            except ValueError:
                continue
            if host_allowed(host, allowed) and target != url:
                return target
    return ""


def _joined(url: str, target: str) -> str:
    """A target seen from its page; one that cannot be read stays as it is, to be refused by `_checked`."""
    try:
        return urljoin(url, target)
    except ValueError:
        return target


def _raise_for(response: httpx.Response) -> None:
    """Raise for a page that is not there or not given out."""
    if response.status_code in (404, 410):
        raise NotFound("The short link does not exist, or has run out.", code=f"http_{response.status_code}")
    if response.status_code >= 300:  # a redirect to nowhere as well
        raise Unavailable(
            "The short link's site does not answer properly. Try again later.", code=f"http_{response.status_code}"
        )


def _start_of(response: httpx.Response, ends: float) -> str:
    """The first bytes of the page as text; what follows is not read."""
    content = bytearray()
    for chunk in response.iter_bytes():
        content += chunk[:MOST_BYTES]
        if len(content) >= MOST_BYTES:
            break
        if time.monotonic() > ends:
            raise _too_slow()
    return bytes(content[:MOST_BYTES]).decode("utf-8", "replace")


def _too_slow() -> Unavailable:
    return Unavailable("The short link did not answer in time. Try again later.", code="timeout")


def _failure(exc: Exception, host: str) -> NetworkError:
    if isinstance(exc, httpx.TimeoutException):
        return _too_slow()
    failure = from_exception(exc, "")
    return Unavailable("The short link cannot be opened. Try again later.", code=failure.code, detail=host)
