"""Anonymous readers' pages from memory: one look at the epoch a second, no view, no template, no query.

Kept per process in a bounded store. What editors and networks change moves the epoch that all processes share, so
a change is seen within a second; what time alone changes (a coupon that ends) is seen when an entry's life is over.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

MOST_BYTES = 16 * 1024 * 1024
LARGEST_PAGE = 1024 * 1024
LIFE_SECONDS = 60.0
LOOK_SECONDS = 0.5
"""How often a process asks for the epoch: with what a page takes to draw, a change is seen within a second."""
QUERIES = {"page", "tab"}
"""What may stand in the query of a cached page; with anything else the page is drawn for that one request."""
LONGEST_KEY = 300
NEVER = (
    "/admin/",
    "/account/",
    "/go/",
    "/search/",
    "/postback/",
    "/i18n/",
    "/documents/",
    "/static/",
    "/media/",
)
DROPPED = {"set-cookie", "date", "content-length"}
SMALL = 1000
"""Below this many bytes packing is not worth it."""

logger = logging.getLogger("zhongcao.pages")

Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer, ready to be sent."""

    epoch: int
    until: float
    body: bytes
    packed: bytes
    headers: dict[str, str]
    etag: str

    @property
    def size(self) -> int:
        return len(self.body) + len(self.packed) + 500


class Store:
    """The entries of this process, least recently used first to go."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0
        self._entries: OrderedDict[Key, Entry] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Key, epoch: int, now: float) -> Entry | None:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            if entry.epoch != epoch or entry.until < now:
                self._drop(key)
                return None
            self._entries.move_to_end(key)
            return entry

    def put(self, key: Key, entry: Entry) -> None:
        with self._lock:
            self._drop(key)
            self._entries[key] = entry
            self.bytes += entry.size
            while self.bytes > self.most_bytes:
                self._drop(next(iter(self._entries)))

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self.bytes = 0

    def _drop(self, key: Key) -> None:
        if (entry := self._entries.pop(key, None)) is not None:
            self.bytes -= entry.size


class Epoch:
    """What the shared epoch was when last asked."""

    def __init__(self) -> None:
        self._value = 0
        self._asked = float("-inf")

    def now(self, at: float) -> int:
        if at - self._asked >= LOOK_SECONDS:
            from content.feed.api import current

            self._asked = at
            try:
                self._value = current()
            except Exception:
                # Whatever the database or the cache server raises: what is kept is served until its life is over.
                logger.exception("The epoch of the readers' pages cannot be read; going on with what is kept.")
        return self._value

    def forget(self) -> None:
        self._asked = float("-inf")


class PageCacheMiddleware:
    """Answers what it has, keeps what it may."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.store = Store()
        self.epoch = Epoch()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = key_of(request)
        if key is None:
            return self.get_response(request)
        now = time.monotonic()
        epoch = self.epoch.now(now)
        entry = self.store.get(key, epoch, now)
        if entry is None:
            response = self.get_response(request)
            entry = entry_of(response, epoch, now) if request.method == "GET" else None
            if entry is None:
                return response
            self.store.put(key, entry)
        return answer(request, entry)


def key_of(request: HttpRequest) -> Key | None:
    """What an answer may be kept under; None where this request's answer is its own."""
    path = request.path_info
    if request.method not in ("GET", "HEAD") or path.startswith(NEVER):
        return None
    cookies = request.COOKIES
    if cookies and (settings.SESSION_COOKIE_NAME in cookies or "messages" in cookies):
        return None
    query = request.META.get("QUERY_STRING", "")
    if query and not QUERIES.issuperset(name for name, _value in parse_qsl(query, keep_blank_values=True)):
        return None
    if len(path) + len(query) > LONGEST_KEY:
        return None
    language = cookies.get(settings.LANGUAGE_COOKIE_NAME, "") if cookies else ""
    known = language if language in LANGUAGES else settings.LANGUAGE_CODE
    return (request.META.get("HTTP_HOST", ""), path, query, known)


LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)


def entry_of(response: HttpResponseBase, epoch: int, now: float) -> Entry | None:
    """The answer as it may be kept; None where it may not: errors, streams, cookies, what forbids it."""
    if response.status_code != 200 or response.streaming or response.cookies or not isinstance(response, HttpResponse):
        return None
    control = response.headers.get("Cache-Control", "")
    if "no-store" in control or "private" in control or response.headers.get("Content-Encoding"):
        return None
    body = response.content
    if len(body) > LARGEST_PAGE:
        return None
    headers = {name: value for name, value in response.items() if name.lower() not in DROPPED}
    headers["Vary"] = "Cookie, Accept-Encoding"
    headers["Cache-Control"] = "no-cache"
    tag = hashlib.blake2b(body, digest_size=12).hexdigest()
    packed = gzip.compress(body, 6, mtime=0) if len(body) > SMALL else b""
    return Entry(epoch, now + LIFE_SECONDS, body, packed, headers, tag)


def answer(request: HttpRequest, entry: Entry) -> HttpResponse:
    """The kept answer: nothing but 304 where the reader has it already, packed where the browser takes that."""
    wants_packed = bool(entry.packed) and "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
    tag = f'"{entry.etag}-g"' if wants_packed else f'"{entry.etag}"'
    known = request.META.get("HTTP_IF_NONE_MATCH", "")
    if known and entry.etag in known:
        response = HttpResponse(status=304)
        del response.headers["Content-Type"]
        for name in ("Vary", "Cache-Control", "Content-Language"):
            if name in entry.headers:
                response.headers[name] = entry.headers[name]
    else:
        response = HttpResponse(entry.packed if wants_packed else entry.body)
        for name, value in entry.headers.items():
            response.headers[name] = value
        if wants_packed:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(response.content))
    response.headers["ETag"] = tag
    return response
