"""The product as `bin/serve` runs it, on a data folder and a database of its own, and a browser to walk it with."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--no-first-run"]
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
SHOTS = Path(os.environ.get("SCREENSHOTS") or ROOT / "screenshots")


@dataclass
class Product:
    """A running installation."""

    url: str
    shop: str
    data: Path
    env: dict[str, str]

    @property
    def logins(self) -> dict[str, str]:
        return json.loads((self.data / "demo-logins.json").read_text())

    def manage(self, *arguments: str) -> str:
        """Run a command against this installation and return its standard output."""
        command = [str(ROOT / ".venv/bin/python"), str(ROOT / "manage.py"), *arguments]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr[-3000:] + done.stdout[-1000:]
        return done.stdout


def free_pair() -> int:
    """A port that is free together with the next one."""
    for _ in range(50):
        with contextlib.closing(socket.socket()) as first, contextlib.closing(socket.socket()) as second:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            with contextlib.suppress(OSError):
                second.bind(("127.0.0.1", port + 1))
                return port
    raise RuntimeError("no two free ports in a row")


@contextlib.contextmanager
def database(url: str) -> Iterator[str]:
    """A PostgreSQL database of its own beside the one named; nothing to do for SQLite."""
    if not url.startswith("postgres"):
        yield ""
        return
    import psycopg

    name = f"zhongcao_browser_{secrets.token_hex(4)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield url.rsplit("/", 1)[0] + f"/{name}"
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextlib.contextmanager
def cache(url: str) -> Iterator[str]:
    """A database of its own on the cache server, empty at both ends; nothing to do where there is none."""
    if not url:
        yield ""
        return
    import redis

    own = f"{url.rsplit('/', 1)[0]}/8"
    with redis.Redis.from_url(own) as client:
        client.flushdb()
        yield own
        client.flushdb()


@pytest.fixture(scope="package")
def product(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    alone_in_one_process(request.session.items)
    data = tmp_path_factory.mktemp("served")
    port = free_pair()
    environ = os.environ
    with database(environ.get("DATABASE_URL", "")) as database_url, cache(environ.get("CACHE_URL", "")) as cache_url:
        env = {k: v for k, v in os.environ.items() if k not in {"SITE_URL", "PLAIN_STATIC", "DJANGO_SETTINGS_MODULE"}}
        env |= {"DATA_DIR": str(data), "PORT": str(port), "HOST": "127.0.0.1", "DATABASE_URL": database_url}
        env |= {"CACHE_URL": cache_url}
        env |= {"DEMO_SHOP_PACE": "0.1", "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}", "DEMO": "1"}
        env |= {"SITE_URL": f"http://127.0.0.1:{port}", "NETWORK_DEMO_GATEWAY": f"http://127.0.0.1:{port + 1}"}
        log = (data / "serve.log").open("wb")
        process = subprocess.Popen(
            [str(ROOT / "bin/serve")], env=env, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            wait_until(lambda: answers(f"http://127.0.0.1:{port}/healthz"), 240, process, data / "serve.log")
            yield Product(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port + 1}", data, env)
        finally:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(30)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
            log.close()


def alone_in_one_process(items: list[pytest.Item]) -> None:
    """Two installations at once would share a cache database: xdist must have grouped these tests."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        ungrouped = [item.nodeid for item in items if item.get_closest_marker("browser") and "@" not in item.nodeid]
        assert ungrouped == [], "run with --dist loadgroup, and a pytest whose node ids xdist can extend"


def wait_until(true: Any, seconds: float, process: subprocess.Popen[bytes] | None = None, log: Path | None = None):
    """Until `true()` holds. The log is shown where the process ended or time ran out."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return
        if process is not None and process.poll() is not None:
            break
        time.sleep(0.3)
    raise AssertionError("never became true; " + (log.read_text()[-4000:] if log else ""))


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=3) as answer:
            return answer.status == 200
    except OSError:
        return False


@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    """Gone after the last of these tests: Playwright's event loop would make Django refuse the database to others."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium fonts-noto-cjk).")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Any, product: Product) -> Iterator[Any]:
    """Make pages: `visitor("reader", width=360)`. Any console error of ours fails the test at its end."""
    errors: list[str] = []
    contexts = []

    def make(name: str, width: int = 1280, height: int = 800) -> Any:
        # AGENT: as a person's browser says it: a headless one is known for what it is, and not counted as a reader.
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN", user_agent=AGENT)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: errors.append(f"{name}: {error}"))
        page.on("console", lambda m: errors.append(f"{name}: {m.text} {m.location}") if m.type == "error" else None)
        page.shot = lambda label, full=True: shot(page, f"{name}-{width}-{label}", full)
        return page

    yield make
    for number, context in enumerate(contexts):
        for page in context.pages:
            shot(page, f"last-{number}", False)
        context.close()
    assert errors == []


def shot(page: Any, name: str, full: bool) -> None:
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=str(SHOTS / f"{name}.png"), full_page=full)
