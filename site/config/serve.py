"""`bin/serve`: one machine, one command. Prepares what is not prepared, then keeps web, worker and demo shop running.

Does not set up Django itself, so that a second start costs little more than the web process.
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

from config.installation import ANYWHERE, ROOT, Installation, Refused
from config.processes import die_with_parent

WATCHED = ("affiliate", "content", "site", "static", "templates", "locale")
"""A change below these, or of the requirements, is prepared again: migrations, static files, catalogues."""
STOP_SECONDS = 12


class Serve:
    """The processes of one installation."""

    def __init__(self, installation: Installation) -> None:
        self.told = installation
        self.env = installation.env
        self.stamp = installation.data / ".prepared"
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.stopping = False

    def run(self) -> int:
        """Prepare, start, wait. Returns the exit status."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        try:
            if not self._prepared() and not self._prepare():
                return 0 if self.stopping else 1
            self._start()
            if self._wait_until_ready():
                self._announce()
                return self._watch()
            return 0 if self.stopping else 1
        finally:
            self._end()

    def _prepared(self) -> bool:
        return self.stamp.exists() and self.stamp.read_text() == self._fingerprint()

    def _fingerprint(self) -> str:
        """What was prepared: this code, for this database, with the demo shop at this address."""
        url = self.env.get("DATABASE_URL", "")
        digest = hashlib.sha256(f"{url}\n{self.told.demo and self.told.shop_url}\n".encode())
        if not url:
            digest.update(str((self.told.data / "zhongcao.sqlite3").exists()).encode())
        for path in self._watched():
            found = path.stat()
            digest.update(f"{path}:{found.st_size}:{found.st_mtime_ns}\n".encode())
        return digest.hexdigest()

    def _watched(self) -> Iterator[Path]:
        yield ROOT / "requirements.txt"
        for folder in WATCHED:
            yield from sorted(p for p in (ROOT / folder).rglob("*") if p.is_file() and p.suffix != ".pyc")

    def _prepare(self) -> bool:
        _say("Preparing the database, static files and, the first time, the demo ...")
        process = self._spawn("prepare", [sys.executable, "manage.py", "prepare"])
        while process.poll() is None:
            time.sleep(0.1)
            if self.stopping:
                return False
        if process.returncode:
            _say(f"Preparing failed; what it said stands above. Nothing was started; {self.told.data} is kept.")
            return False
        del self.children["prepare"]
        self.stamp.write_text(self._fingerprint())
        return True

    def _start(self) -> None:
        self._spawn("web", [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py"])
        if self.told.demo:
            shop = [sys.executable, "-m", "affiliate.networks.demo.shop", "--host", self.told.host]
            shop += ["--port", str(self.told.port + 1), "--data", str(self.told.data), "--site-url", self.told.site_url]
            shop += ["--public-url", self.told.shop_url]
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
        while time.monotonic() < deadline and not self.stopping:
            if self._died():
                return False
            if all(self._answers(port, "/healthz") for port in self.told.ports):
                return True
            time.sleep(0.1)
        if not self.stopping:
            _say("The site did not answer within a minute, so everything was stopped.")
        return False

    def _answers(self, port: int, path: str) -> bool:
        connection = http.client.HTTPConnection(self.told.reachable, port, timeout=2)
        try:
            connection.request("GET", path)
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _announce(self) -> None:
        site = self.told.site_url
        lines = [
            "",
            "Zhongcao is ready. Ctrl-C stops everything.",
            f"  Site       {site}/",
            f"  Admin      {site}/admin/",
        ]
        if self.told.demo:
            lines.append(f"  Demo shop  {self.told.shop_url}/")
            passwords = self.told.data / "demo-logins.json"
            if passwords.exists():
                logins = json.loads(passwords.read_text())
                lines.append("  Logins     " + "\n             ".join(f"{k:9} {v}" for k, v in logins.items()))
            if self.env.get("SECOND_FACTOR", "optional") == "optional":
                lines.append("  Demo: editors and operators are asked for no second factor. Elsewhere they are.")
        lines.append(f"  Data       {self.told.data}")
        if self.told.host == ANYWHERE and "//127.0.0.1:" in site:
            lines.append("  Other devices reach it once SITE_URL names this machine: SITE_URL=http://192.168.1.5:8000")
        _say("\n".join([*lines, ""]))

    def _died(self) -> bool:
        for name, child in self.children.items():
            if child.poll() is not None:
                how = f"by signal {-child.returncode}" if child.returncode < 0 else f"with status {child.returncode}"
                _say(
                    f"The {name} process ended {how}, so everything else is stopped too. "
                    f"Nothing stored is lost: {self.told.data} is kept, and bin/serve starts again from it."
                )
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
        if self.stopping:
            _say("Everything has stopped.")


def _say(text: str) -> None:
    with contextlib.suppress(OSError):  # the terminal may be gone
        print(text, flush=True)  # noqa: T201


def main() -> int:
    """The exit status: 0 where it was stopped, 1 where it broke, 2 where it was refused."""
    try:
        installation = Installation()
        with installation.check():
            return Serve(installation).run()
    except Refused as reason:
        print(f"{reason}\nNothing was started, and nothing was changed.", file=sys.stderr)  # noqa: T201
        return 2


if __name__ == "__main__":
    sys.exit(main())
