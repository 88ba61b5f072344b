"""`bin/serve`: one machine, one command. Prepares what is not prepared, then keeps web, worker and demo shop running.

Imports no Django itself, so that a second start costs little more than the web process.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from config.processes import die_with_parent

ROOT = Path(__file__).resolve().parents[2]
WATCHED = ("affiliate", "content", "site", "static", "templates", "locale")
"""A change below these, or of the requirements, is prepared again: migrations, static files, catalogues."""
STOP_SECONDS = 12


class Serve:
    """The processes of one installation."""

    def __init__(self) -> None:
        self.data = Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve()
        self.data.mkdir(parents=True, exist_ok=True)
        self.host = os.environ.get("HOST") or "127.0.0.1"
        self.port = int(os.environ.get("PORT") or 8000)
        self.demo = os.environ.get("DEMO", "1") not in {"0", "false", "no", "off"}
        self.env = self._environment()
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.stopping = False

    def _environment(self) -> dict[str, str]:
        env = dict(os.environ, DATA_DIR=str(self.data), HOST=self.host, PORT=str(self.port))
        env["PYTHONPATH"] = f"{ROOT}:{ROOT / 'site'}"
        env.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        env.setdefault("SITE_URL", f"http://{self._reachable()}:{self.port}")
        env["DEMO"] = "1" if self.demo else "0"
        if self.demo:
            env.setdefault("NETWORK_DEMO_GATEWAY", f"http://{self._reachable()}:{self.port + 1}")
        return env

    def _reachable(self) -> str:
        return "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104

    def run(self) -> int:
        """Prepare, start, wait. Returns the exit status."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        try:
            if not self._prepared() and not self._prepare():
                return 1
            self._start()
            if self._wait_until_ready():
                self._announce()
                return self._watch()
            return 0 if self.stopping else 1
        finally:
            self._end()

    def _prepared(self) -> bool:
        stamp = self.data / ".prepared"
        return stamp.exists() and stamp.read_text() == self._fingerprint()

    def _fingerprint(self) -> str:
        digest = hashlib.sha256(self.env.get("DATABASE_URL", "").encode())
        digest.update(str(self.demo).encode())
        if not self.env.get("DATABASE_URL"):
            digest.update(str((self.data / "zhongcao.sqlite3").exists()).encode())
        for path in self._watched():
            found = path.stat()
            digest.update(f"{path}:{found.st_size}:{found.st_mtime_ns}\n".encode())
        return digest.hexdigest()

    def _watched(self) -> Iterator[Path]:
        yield ROOT / "requirements.txt"
        for folder in WATCHED:
            yield from sorted(p for p in (ROOT / folder).rglob("*") if p.is_file() and p.suffix != ".pyc")

    def _prepare(self) -> bool:
        print("Preparing the database, static files and, the first time, the demo ...", flush=True)  # noqa: T201
        process = self._spawn("prepare", [sys.executable, "manage.py", "prepare"])
        while process.poll() is None:
            time.sleep(0.1)
            if self.stopping:
                return False
        if process.returncode:
            print("Preparing failed; what it said stands above. Nothing was started.", file=sys.stderr)  # noqa: T201
            return False
        del self.children["prepare"]
        (self.data / ".prepared").write_text(self._fingerprint())
        return True

    def _start(self) -> None:
        self._spawn("web", [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py"])
        if self.demo:
            shop = [sys.executable, "-m", "affiliate.networks.demo.shop", "--host", self.host]
            shop += ["--port", str(self.port + 1), "--data", str(self.data), "--site-url", self.env["SITE_URL"]]
            self._spawn("demo shop", shop)
        self._spawn("worker", [sys.executable, "manage.py", "worker"])

    def _spawn(self, name: str, command: list[str]) -> subprocess.Popen[bytes]:
        # A session of its own: Ctrl-C reaches this process alone, which then ends the others in order.
        child = subprocess.Popen(  # noqa: S603
            command,
            cwd=ROOT,
            env=self.env,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        self.children[name] = child
        return child

    def _wait_until_ready(self) -> bool:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not self.stopping and not self._died():
            if self._answers(self.port, "/healthz") and (not self.demo or self._answers(self.port + 1, "/")):
                return True
            time.sleep(0.1)
        return False

    def _answers(self, port: int, path: str) -> bool:
        connection = http.client.HTTPConnection(self._reachable(), port, timeout=2)
        try:
            connection.request("GET", path)
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _announce(self) -> None:
        lines = [f"  Site       {self.env['SITE_URL']}/", f"  Admin      {self.env['SITE_URL']}/admin/"]
        if self.demo:
            lines.append(f"  Demo shop  {self.env['NETWORK_DEMO_GATEWAY']}/")
            passwords = self.data / "demo-logins.json"
            if passwords.exists():
                logins = json.loads(passwords.read_text())
                lines.append("  Logins     " + "\n             ".join(f"{k:9} {v}" for k, v in logins.items()))
        print("\nZhongcao is ready. Ctrl-C stops everything.\n" + "\n".join(lines) + "\n", flush=True)  # noqa: T201

    def _died(self) -> bool:
        for name, child in self.children.items():
            if child.poll() is not None:
                print(f"The {name} process ended with {child.returncode}; stopping.", file=sys.stderr)  # noqa: T201
                return True
        return False

    def _watch(self) -> int:
        while not self.stopping:
            if self._died():
                return 1
            time.sleep(0.3)
        return 0

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _end(self) -> None:
        """TERM to each, then KILL to whole groups that have not ended in time."""
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.children.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, deadline - time.monotonic()))
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(Serve().run())
