"""The exit against a bare redirect: same server, same settings, rounds in turn, one worker each."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from bench.rows import Row

ROOT = Path(__file__).resolve().parents[1]
PLACEMENTS = 1000
CONNECTIONS = 32
ROUNDS = 5
SECONDS = 3.0
TARGET = 0.6


def run() -> list[Row]:
    """Measure, and make sure that every answered click stands in the database."""
    with tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder))
        python(env, "manage.py", "migrate", "-v", "0")
        paths = [f"/go/{code}" for code in json.loads(python(env, "-m", "bench.exit_seed", str(PLACEMENTS)))]
        with serving(env, "bench.plain:application") as plain, serving(env, "config.wsgi:application") as exit_port:
            order: dict[str, Any] = {"paths": paths, "turns": 10, "connections": CONNECTIONS}
            load(env, {**order, "port": plain, "seconds": 1.0})
            answered = load(env, {**order, "port": exit_port, "seconds": 1.0})[1]
            baseline, value = [], []
            for number in range(ROUNDS):
                turn = {**order, "seconds": SECONDS, "offset": number * 1777}
                baseline.append(load(env, {**turn, "port": plain})[0])
                speed, more = load(env, {**turn, "port": exit_port})
                value.append(speed)
                answered += more
        stored, kinds = clicks(Path(folder) / "zhongcao.sqlite3")
    if stored < answered:
        raise RuntimeError(f"{answered} clicks were answered, only {stored} are stored.")
    # Neighbouring rounds share the machine's mood: the middle of their quotients is steadier than a quotient of sums.
    ratio = median(v / b for v, b in zip(value, baseline, strict=True))
    what = f"302 with a durable click ({stored} stored, {kinds.get('human', 0)} of them readers')"
    return [Row("exit", what, f"{median(baseline):.0f}/s", f"{median(value):.0f}/s", round(ratio, 3), TARGET)]


def environment(folder: Path) -> dict[str, str]:
    """An installation of its own on SQLite, whatever this process was started with."""
    env = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CACHE_URL", "SITE_URL"}}
    path = os.pathsep.join([str(ROOT), str(ROOT / "site")])
    return env | {
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": path,
        "PLAIN_STATIC": "1",
        "WEB_CONCURRENCY": "1",
        "LOG_LEVEL": "WARNING",
    }


def python(env: dict[str, str], *arguments: str) -> str:
    """Run Python in the project and return what it printed."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True, timeout=300
    ).stdout


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(env: dict[str, str], application: str) -> Iterator[int]:
    """Gunicorn as in production with this application; gives its port."""
    port = free_port()
    process = start(env, application, port)
    try:
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def start(env: dict[str, str], application: str, port: int) -> subprocess.Popen[bytes]:
    """Start gunicorn and wait until it listens."""
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", application]
    process = subprocess.Popen(command, cwd=ROOT, env={**env, "HOST": "127.0.0.1", "PORT": str(port)})
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as probe:
            probe.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            if probe.recv(100):
                return process
        time.sleep(0.1)
    process.kill()
    raise RuntimeError(f"{application} does not answer.")


def load(env: dict[str, str], order: dict[str, Any]) -> tuple[float, int]:
    """Redirects per second, and how many there were. Any other answer ends the benchmark."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        cwd=ROOT,
        env=env,
        check=True,
        input=json.dumps(order),
        stdout=subprocess.PIPE,
        text=True,
        timeout=120,
    )
    answers: dict[str, int] = json.loads(done.stdout)["answers"]
    if set(answers) != {"302"}:
        raise RuntimeError(f"Not only redirects were answered: {answers}")
    return answers["302"] / order["seconds"], answers["302"]


def clicks(path: Path) -> tuple[int, dict[str, int]]:
    """How many clicks the database holds, and how many of each class."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        kinds = dict(database.execute("SELECT kind, count(*) FROM tracking_click GROUP BY kind"))
    return sum(kinds.values()), kinds


if __name__ == "__main__":
    for row in run():
        print(row)
