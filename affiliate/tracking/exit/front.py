"""The WSGI application that stands ahead of Django: `/go/<code>` is answered here, everything else is passed on."""

from __future__ import annotations

import logging
import os
import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from affiliate.tracking.exit import staff
from affiliate.tracking.exit.addresses import TOKEN, host_of
from affiliate.tracking.exit.classify import SENT_ON, USER_AGENT_CHARS, Client, classify, client_of
from affiliate.tracking.exit.clicks import Click, Written
from affiliate.tracking.exit.database import Address, Connection
from affiliate.tracking.exit.handover import ENVIRON_KEY, Handover, Reason
from affiliate.tracking.exit.targets import Overloaded, Target, Targets
from affiliate.tracking.exit.tokens import CODE, new_token
from affiliate.tracking.exit.visitors import Visitors
from affiliate.tracking.exit.writer import Writer

logger = logging.getLogger("zhongcao.exit")

PREFIX = "/go/"
SURFACE = re.compile(r"[a-z_]{1,20}")
READ_BUSY_SECONDS = 2.0
WRITE_BUSY_SECONDS = 1.0

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True)
class Setup:
    """What the exit needs to know. `address` and `hosts_of` are called when the first click comes, not before."""

    address: Callable[[], Address]
    hosts_of: Callable[[str], Iterable[str]]
    client_ip: Callable[[Environ], str]
    secret: str
    headers: tuple[tuple[str, str], ...] = ()


@dataclass
class _Process:
    """Connections, map and writer of one process; none of it survives a fork."""

    targets: Targets
    visitors: Visitors
    writer: Writer
    pid: int = field(default_factory=os.getpid)


class Front:
    """Answers tracked links; hands pages on to `pages`, which is Django."""

    def __init__(self, pages: Application, setup: Setup) -> None:
        self._pages = pages
        self._setup = setup
        self._starting = threading.Lock()
        self._process: _Process | None = None
        self._headers = [
            ("Cache-Control", "no-store"),
            ("X-Robots-Tag", "noindex, nofollow"),
            ("Referrer-Policy", "strict-origin-when-cross-origin"),
            *setup.headers,
            ("Content-Length", "0"),
        ]

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIX):
            return self._pages(environ, start_response)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            start_response("405 Method Not Allowed", [("Allow", "GET, HEAD"), *self._headers])
            return (b"",)
        code = path[len(PREFIX) :].removesuffix("/").lower()
        try:
            return self._answer(code, environ, start_response)
        except Overloaded:
            start_response("503 Service Unavailable", [("Retry-After", "2"), *self._headers])
            return (b"",)

    def _answer(self, code: str, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        process = self._process
        if process is None or process.pid != os.getpid():
            process = self._start()
        target = process.targets.get(code) if CODE.fullmatch(code) else None
        if target is None:
            return self._page(Handover(Reason.MISSING, code), environ, start_response)
        user_agent = environ.get("HTTP_USER_AGENT", "")[:USER_AGENT_CHARS]
        client = client_of(user_agent)
        written = self._record(process, target, client, user_agent, environ)
        reason = self._page_for(process, target, client, written.kind, environ)
        if reason is not None:
            return self._page(Handover(reason, code, client.app, client.platform), environ, start_response)
        location = target.url.replace(TOKEN, written.token) if target.carries_token else target.url
        start_response("302 Found", [("Location", location), *self._headers])
        return (b"",)

    def _page_for(
        self, process: _Process, target: Target, client: Client, kind: str, environ: Environ
    ) -> Reason | None:
        """Which page is needed instead of a redirect, if any. With `?open=1` the reader wishes to try all the same."""
        if kind not in SENT_ON:
            return Reason.CARD
        if not target.url:
            return Reason.CLOSED
        if process.targets.needs_help(client.app, client.platform, target.network):
            return None if "open=1" in environ.get("QUERY_STRING", "") else Reason.HELP
        return None

    def _record(self, process: _Process, target: Target, client: Client, user_agent: str, environ: Environ) -> Written:
        """Store the visit before it is answered. Where that fails, the reader goes on: the token names the code."""
        at = datetime.now(UTC)
        is_staff = staff.COOKIE in (cookies := environ.get("HTTP_COOKIE", "")) and staff.is_valid(
            cookies, self._setup.secret, time.time()
        )
        click = Click(
            token=new_token(target.code),
            code=target.code,
            at=at,
            kind=classify(environ, client, is_staff=is_staff),
            earns=target.earns,
            surface=_surface(environ.get("QUERY_STRING", "")),
            visitor=process.visitors.hash_of(self._setup.client_ip(environ), user_agent, at),
            referrer_host=_plain(host_of(environ.get("HTTP_REFERER", ""))),
            app=client.app,
            platform=client.platform,
            target_host=target.host,
        )
        written = process.writer.record(click)
        if written is None:
            logger.error("The click %s was answered before it was stored.", click.token)
            return Written(click.kind, click.token)
        return written

    def _page(self, handover: Handover, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ[ENVIRON_KEY] = handover
        return self._pages(environ, start_response)

    def _start(self) -> _Process:
        """Open what a process needs, once, after any fork."""
        with self._starting:
            if self._process is None or self._process.pid != os.getpid():
                address = self._setup.address()
                reading = Connection(address, busy_seconds=READ_BUSY_SECONDS)
                salting = Connection(address, busy_seconds=READ_BUSY_SECONDS)
                writing = Connection(address, busy_seconds=WRITE_BUSY_SECONDS)
                self._process = _Process(Targets(reading, self._setup.hosts_of), Visitors(salting), Writer(writing))
            return self._process


def _plain(host: str) -> str:
    """A host name that a stranger sent, or "" for what no host is called."""
    return host if host.isascii() and host.isprintable() else ""


def _surface(query: str) -> str:
    """The tag of the surface that the link stood on: `?s=feed`."""
    if "s=" not in query:
        return ""
    tag = parse_qs(query[:200], max_num_fields=10).get("s", [""])[0]
    return tag if SURFACE.fullmatch(tag) else ""
