"""Nothing that was answered is lost when the server is killed in the middle of its work."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sqlite3
import threading
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from bench.exit import environment, free_port, python, start

SECONDS_OF_LOAD = 2.0
READERS = 6


def ask(port: int, codes: list[str], first: int, tokens: list[str], stop: threading.Event) -> None:
    """Click until the server is gone; note every token that was answered."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.closing(connection), contextlib.suppress(OSError, HTTPException):
        turn = first
        while not stop.is_set():
            turn += 1
            agent = f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_{turn} like Mac OS X) Version/17 Safari/604.{first}"
            connection.request("GET", f"/go/{codes[turn % len(codes)]}", headers={"User-Agent": agent})
            response = connection.getresponse()
            response.read()
            assert response.status == 302
            tokens.append(re.search(r"subUnionId=([a-z0-9]{20})$", response.headers["Location"])[1])


@pytest.mark.timeout(170)
def test_every_answered_click_is_stored_although_the_server_is_killed(tmp_path: Path):
    env = environment(tmp_path)
    python(env, "manage.py", "migrate", "-v", "0")
    codes = re.findall(r"[a-z0-9]{8}", python(env, "-m", "bench.exit_seed", "50"))
    port = free_port()
    process = start(env, "config.wsgi:application", port)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    tokens: list[str] = []
    stop = threading.Event()
    readers = [threading.Thread(target=ask, args=(port, codes, 1000 * (n + 1), tokens, stop)) for n in range(READERS)]
    for reader in readers:
        reader.start()
    time.sleep(SECONDS_OF_LOAD)
    for pid in (process.pid, *map(int, children)):
        os.kill(pid, signal.SIGKILL)
    stop.set()
    for reader in readers:
        reader.join(20)
    process.wait(20)
    with contextlib.closing(sqlite3.connect(tmp_path / "zhongcao.sqlite3")) as database:
        stored = {token for (token,) in database.execute("SELECT token FROM tracking_click")}
    assert len(tokens) > 50
    assert set(tokens) <= stored
