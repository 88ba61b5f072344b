"""The WSGI application that stands ahead of Django: `/go/<code>` is answered here, everything else is passed on."""

from __future__ import annotations

import logging
import os
import re
import threading
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from affiliate.tracking.exit import counts, staff
from affiliate.tracking.exit.addresses import TOKEN, host_of
from affiliate.tracking.exit.classify import SENT_ON, USER_AGENT_CHARS, Client, classify, client_of
from affiliate.tracking.exit.clicks import Click, Written
from affiliate.tracking.exit.database import Address, Connection
from affiliate.tracking.exit.forms import Form
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
StartResponse = Callable[..., Any]
Headers = list[tuple[str, str]]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
BUSY = "稍等片刻，正在重试…\nOne moment: trying again …\n".encode()
BUSY_HEADERS = [
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Length", str(len(BUSY))),
    ("Retry-After", "2"),
    ("Refresh", "2"),
]
"""Where nobody can tell now where a code leads, the reader's browser asks again by itself."""
UNSTORED = "The click %s was answered before it was stored."


@dataclass(frozen=True)
class Setup:
    """What the exit needs to know. What can be called is called when the first click comes, not before."""

    address: Callable[[], Address]
    hosts_of: Callable[[str], Iterable[str]]
    client_ip: Callable[[Environ], str]
    secret: str
    headers: tuple[tuple[str, str], ...] = ()
    stopped: Callable[[], Collection[str]] = frozenset
    """The networks that are switched off."""


@dataclass
class _Process:
    """Connections, map and writer of one process; none of it survives a fork."""

    targets: Targets
    visitors: Visitors
    writer: Writer
    pid: int = field(default_factory=os.getpid)


class Suspended(BaseException):
    """A redirect that waits for its click to be stored. No Exception, so that no server takes it for an error."""

    def __init__(
        self, writer: Writer, click: Click, target: Target, start_response: StartResponse, headers: Headers
    ) -> None:
        super().__init__(click.token)
        self.writer = writer
        self.click = click
        self.start_response = start_response
        self._target = target
        self._headers = headers

    def finish(self, written: Written | None) -> Iterable[bytes]:
        """Answer, now that the click is stored. Where that failed, the reader goes on: the token names the code."""
        if written is None:
            logger.error(UNSTORED, self.click.token)
            counts.late()
        counts.answered("redirect")
        target, token = self._target, written.token if written else self.click.token
        location = target.url.replace(TOKEN, token) if target.carries_token else target.url
        self.start_response("302 Found", [("Location", location), *self._headers])
        return (b"",)


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

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Plain WSGI: a click holds its thread until it is stored."""
        try:
            return self.begin(environ, start_response)
        except Suspended as click:
            return click.finish(click.writer.record(click.click))

    def begin(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer what can be answered at once. Raises Suspended for a redirect, whose click must be stored first."""
        path: str = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIX):
            return self._pages(environ, start_response)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            counts.answered("refused")
            start_response("405 Method Not Allowed", [("Allow", "GET, HEAD"), *self._headers])
            return (b"",)
        code = path[len(PREFIX) :].removesuffix("/").lower()
        try:
            return self._answer(code, environ, start_response)
        except Overloaded:
            headers = [(name, value) for name, value in self._headers if name != "Content-Length"]
            counts.answered("busy")
            start_response("503 Service Unavailable", [*headers, *BUSY_HEADERS])
            return (BUSY,)

    def _answer(self, code: str, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        process = self._process
        if process is None or process.pid != os.getpid():
            process = self._start()
        target = process.targets.get(code) if CODE.fullmatch(code) else None
        if target is None:
            return self._page(Handover(Reason.MISSING, code), environ, start_response)
        user_agent = environ.get("HTTP_USER_AGENT", "")[:USER_AGENT_CHARS]
        client = client_of(user_agent)
        click = self._click(process, target, client, user_agent, environ)
        reason = self._page_for(process, target, client, click.kind, environ)
        if reason is None:
            raise Suspended(process.writer, click, target, start_response, self._headers)
        if process.writer.record(click) is None:
            logger.error(UNSTORED, click.token)
            counts.late()
        return self._page(Handover(reason, code, client.app, client.platform), environ, start_response)

    def _page_for(
        self, process: _Process, target: Target, client: Client, kind: str, environ: Environ
    ) -> Reason | None:
        """Which page is needed instead of a redirect, if any. With `?open=1` the reader wishes to try all the same,
        which a network that is switched off does not leave to them.
        """
        if kind not in SENT_ON:
            return Reason.CARD
        if target.network in process.targets.stopped:
            return Reason.AWAY
        if not target.url:
            return Reason.CLOSED
        if "open=1" in environ.get("QUERY_STRING", ""):
            return None
        if target.gone:
            return Reason.AWAY
        form = process.targets.forms.form(client.app, client.platform, target.network)
        if form is Form.WEB:
            return None
        if form is Form.APP:
            return Reason.APP if target.app_link else None
        return Reason.HELP

    def _click(self, process: _Process, target: Target, client: Client, user_agent: str, environ: Environ) -> Click:
        at = datetime.now(UTC)
        cookies = environ.get("HTTP_COOKIE", "")
        is_staff = staff.COOKIE in cookies and staff.is_valid(cookies, self._setup.secret, time.time())
        return Click(
            token=new_token(target.code),
            code=target.code,
            at=at,
            kind=classify(environ, client, is_staff=is_staff),
            earns=target.earns and target.network not in process.targets.stopped,
            surface=_surface(environ.get("QUERY_STRING", "")),
            visitor=process.visitors.hash_of(self._setup.client_ip(environ), user_agent, at),
            referrer_host=_plain(host_of(environ.get("HTTP_REFERER", ""))),
            app=client.app,
            platform=client.platform,
            target_host=target.host,
        )

    def _page(self, handover: Handover, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        environ[ENVIRON_KEY] = handover
        counts.answered(handover.reason.value)
        return self._pages(environ, start_response)

    def _start(self) -> _Process:
        """Open what a process needs, once, after any fork."""
        with self._starting:
            if self._process is None or self._process.pid != os.getpid():
                address = self._setup.address()
                reading = Connection(address, busy_seconds=READ_BUSY_SECONDS)
                salting = Connection(address, busy_seconds=READ_BUSY_SECONDS)
                writing = Connection(address, busy_seconds=WRITE_BUSY_SECONDS)
                targets = Targets(reading, self._setup.hosts_of, self._setup.stopped)
                self._process = _Process(targets, Visitors(salting), Writer(writing))
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
