"""The reader's pages: from cache against a bare view, drawn anew per second, and queries that must not grow."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

from bench.rows import Row

ROUNDS = 7
CACHED_REQUESTS = 1500
DRAWN_REQUESTS = 60
CACHED_TARGET = 0.8
DRAWN_TARGET = 40.0


def run() -> list[Row]:
    """Measure in a process and a data folder of their own, so that nothing else of the run weighs in."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "DATA_DIR": folder, "PLAIN_STATIC": "1", "LOG_LEVEL": "ERROR", "DATABASE_URL": ""}
        environment.pop("DEBUG", None)
        command = [sys.executable, "-m", "bench.pages"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode:
        raise RuntimeError(f"The pages could not be measured:\n{done.stderr[-2000:]}")
    return [_row(line) for line in done.stdout.splitlines() if line.startswith("row\t")]


def _row(line: str) -> Row:
    _mark, name, what, baseline, value, ratio, target = line.split("\t")
    return Row(name, what, float(baseline), float(value), float(ratio), float(target))


def measure() -> list[Row]:
    """Called inside the measured process, after Django is set up on a fresh database."""
    one, ten = _posts()
    application = _application()
    rows = [_cached(application, ten), _drawn(application, "page_uncached", "pages/s, post with 10 products", ten)]
    rows.append(_drawn(application, "feed_uncached", "pages/s, front page with 20 cards", "/"))
    rows.append(_queries(application, "post_queries", "queries: post with 1 product, with 10", one, ten))
    return [*rows, _feed_queries(application)]


def _posts() -> tuple[str, str]:
    """A post with one product block, one with ten, and enough others to fill the front page."""
    from content.pages.tests.making import make_item, make_post, observe

    def item() -> Any:
        made = make_item()
        observe(made, *[(200 - 15 * n, 15000 + 300 * (n % 5)) for n in range(12)])
        return made

    one = make_post("review", [item()])
    ten = make_post("review", [item() for _ in range(10)])
    for n in range(24):
        make_post(("deal", "review", "list")[n % 3], [item()])
    return one.get_url_parts()[2], ten.get_url_parts()[2]


def _application() -> Callable[..., Any]:
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()


def _get(application: Callable[..., Any], path: str, query: str = "") -> bytes:
    """One request through the whole WSGI application."""
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "HTTP_HOST": "127.0.0.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
    }
    status: list[str] = []
    answer = application(environ, lambda line, _headers: status.append(line))
    body = b"".join(answer)
    answer.close()
    if not status[0].startswith("200"):
        raise RuntimeError(f"{path} answered {status[0]}")
    return body


def _rate(application: Callable[..., Any], path: str, requests: int, query: str = "") -> float:
    """Requests per second of one core's time: what else the machine does at the moment is not counted."""
    begun = time.process_time()
    for _ in range(requests):
        _get(application, path, query)
    return requests / (time.process_time() - begun)


def _cached(application: Callable[..., Any], path: str) -> Row:
    """The cached page and a view that returns the same bytes from memory, in turns; the median of the rounds."""
    from django.http import HttpResponse
    from django.urls import path as route

    from config import urls

    body = _get(application, path)
    urls.urlpatterns.insert(0, route("documents/same-bytes", lambda request: HttpResponse(body)))
    _forget_routes()
    bare, cached = [], []
    for _ in range(ROUNDS):
        bare.append(_rate(application, "/documents/same-bytes", CACHED_REQUESTS))
        cached.append(_rate(application, path, CACHED_REQUESTS))
    baseline, value = sorted(bare)[ROUNDS // 2], sorted(cached)[ROUNDS // 2]
    what = "pages/s: Django view of the same bytes, cached page"
    return Row("page_cached", what, round(baseline), round(value), value / baseline, CACHED_TARGET)


def _forget_routes() -> None:
    from django.urls import clear_url_caches

    clear_url_caches()


def _drawn(application: Callable[..., Any], name: str, what: str, path: str) -> Row:
    """Pages per second on one core, each drawn anew."""
    _rate(application, path, 10, "fresh=1")
    value = max(_rate(application, path, DRAWN_REQUESTS, "fresh=1") for _ in range(3))
    return Row(name, what, DRAWN_TARGET, round(value, 1), value / DRAWN_TARGET, 1.0)


def _count(application: Callable[..., Any], path: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    _get(application, path, "fresh=1")
    with CaptureQueriesContext(connection) as queries:
        _get(application, path, "fresh=1")
    return len(queries)


def _queries(application: Callable[..., Any], name: str, what: str, few_path: str, many_path: str) -> Row:
    few, many = _count(application, few_path), _count(application, many_path)
    return Row(name, what, few, many, few / many, 1.0)


def _feed_queries(application: Callable[..., Any]) -> Row:
    """The front page with ten cards and with a hundred."""
    from content.feed import views
    from content.feed.models import Card
    from content.pages.tests.making import make_item

    views.PAGE_SIZE = 10
    few = _count(application, "/")
    template = Card.objects.values().first() or {}
    rows = [
        Card(**{**template, "page_id": 10_000 + n, "code": f"bench{n:04d}", "item_id": make_item().pk})
        for n in range(100)
    ]
    Card.objects.bulk_create(rows)
    views.PAGE_SIZE = 100
    many = _count(application, "/")
    return Row("feed_queries", "queries: feed of 10 cards, of 100", few, many, few / many, 1.0)


def main() -> None:
    """The measured process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    for row in measure():
        print("row", row.name, row.what, row.baseline, row.value, row.ratio, row.target, sep="\t")


if __name__ == "__main__":
    main()
