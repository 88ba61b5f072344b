"""How much a web worker holds after ten thousand mixed requests of readers, on the demo's content."""

from __future__ import annotations

import http.client
import re
import tempfile
from pathlib import Path

from bench.exit import environment, python, serving
from bench.rows import Row

REQUESTS = 10_000
ALLOWED_MB = 150
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
LISTINGS = ("/", "/?tab=deals", "/digital/", "/u/lao-zhou/", "/search/?q=%E5%92%96%E5%95%A1", "/feed.xml", "/nothing/")


def run() -> list[Row]:
    """Front page, listings, posts, searches, exits and misses in turn; then what the kernel says the worker holds."""
    with tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder)) | {"DEMO": "1"}
        python(env, "manage.py", "migrate", "-v", "0")
        python(env, "manage.py", "demo", "-v", "0")
        with serving(env, "config.wsgi:application") as port:
            paths = _paths(port)
            _ask(port, paths, 200)
            before = _worker_mb(port)
            _ask(port, paths, REQUESTS)
            after = _worker_mb(port)
    what = f"MB of a web worker after {REQUESTS} mixed requests (at most {ALLOWED_MB})"
    return [Row("memory", what, before, after, round(ALLOWED_MB / after, 2), 1.0)]


def _paths(port: int) -> list[str]:
    """What readers ask for: listings, the posts they name, the exits those name."""
    posts = re.findall(r"<link>https?://[^/<]+(/[^<]+)</link>", _get(port, "/feed.xml"))
    exits = [code for path in posts[:10] for code in re.findall(r'href="(/go/[a-z0-9]+)', _get(port, path))]
    return [*LISTINGS, *posts, *exits]


def _ask(port: int, paths: list[str], count: int) -> None:
    """One connection after the other, a hundred requests each, as a proxy would."""
    for start in range(0, count, 100):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for number in range(start, min(start + 100, count)):
            connection.request("GET", paths[number % len(paths)], headers={"User-Agent": AGENT, "Accept": "text/html"})
            connection.getresponse().read()
        connection.close()


def _get(port: int, path: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"User-Agent": AGENT})
    text = connection.getresponse().read().decode()
    connection.close()
    return text


def _worker_mb(port: int) -> int:
    """Resident memory of the largest process whose environment names this port: the worker, not its master."""
    mark = f"\0PORT={port}\0".encode()
    held = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in b"\0" + (process / "environ").read_bytes() and b"gunicorn" in (process / "cmdline").read_bytes():
                found = re.search(r"VmRSS:\s+(\d+) kB", (process / "status").read_text())
                held.append(int(found.group(1)) // 1024 if found else 0)
        except OSError:
            continue
    return max(held)
