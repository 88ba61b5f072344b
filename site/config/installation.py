"""What `bin/serve` was told: folder, address, environment. What cannot work is refused before anything is started."""

from __future__ import annotations

import errno
import fcntl
import importlib
import os
import socket
from pathlib import Path
from typing import IO

from django.core.exceptions import ImproperlyConfigured

from config import env

ROOT = Path(__file__).resolve().parents[2]
ANYWHERE = "0.0.0.0"  # noqa: S104  compared and passed on, as the operator wrote it


class Refused(Exception):
    """Why nothing was started, in words for whoever typed the command."""


class Installation:
    """One folder of data, served at one address."""

    def __init__(self) -> None:
        try:
            self.data = _folder(Path(env.text("DATA_DIR") or ROOT / "var").resolve())
            self.host = env.text("HOST") or "127.0.0.1"
            self.port = env.number("PORT", 8000)
            self.demo = env.flag("DEMO", True)
        except ImproperlyConfigured as error:
            raise Refused(str(error)) from error
        self.ports = [self.port, self.port + 1] if self.demo else [self.port]
        self.site_url = (env.text("SITE_URL") or f"http://{self.reachable}:{self.port}").rstrip("/")
        named = env.text("NETWORK_DEMO_PUBLIC_URL") or env.text("NETWORK_DEMO_GATEWAY")
        self.shop_url = named.rstrip("/") or f"http://{self._shop_host()}:{self.port + 1}"
        self.env = self._environment()

    @property
    def reachable(self) -> str:
        """Where this machine itself finds what is served."""
        return "127.0.0.1" if self.host == ANYWHERE else self.host

    def check(self) -> IO[str]:
        """Refuse what cannot work. Gives the lock of the folder, which is held as long as it is kept open."""
        if not 0 < self.port < 65_535:
            raise Refused(f"PORT must be between 1 and 65534; it is {self.port}.")
        self._check_settings()
        lock = self._lock()
        try:
            for port in self.ports:
                self._check_port(port)
        except Refused:
            lock.close()
            raise
        return lock

    def _environment(self) -> dict[str, str]:
        """What every process is started with."""
        told = {name: value for name, value in os.environ.items() if value or name not in {"HOST", "PORT", "SITE_URL"}}
        known = {"DATA_DIR": str(self.data), "HOST": self.host, "PORT": str(self.port), "SITE_URL": self.site_url}
        known |= {"DEMO": "1" if self.demo else "0", "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'site'}"}
        usual = {"DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "WARNING"}
        if self.demo:
            usual["NETWORK_DEMO_GATEWAY"] = f"http://{self.reachable}:{self.port + 1}"
            usual["NETWORK_DEMO_PUBLIC_URL"] = self.shop_url
        return usual | told | known

    def _shop_host(self) -> str:
        """Whoever reaches the site under another name reaches the shop beside it under that name too."""
        host = self.site_url.partition("://")[2].partition("/")[0]
        return host.rpartition(":")[0] or host if self.host == ANYWHERE else self.reachable

    def _check_settings(self) -> None:
        """Read them once as the processes will: a wrong one is said in one line and not in three tracebacks."""
        os.environ.update(self.env)
        try:
            importlib.import_module("config.settings")
            checks = importlib.import_module("config.checks")
            wrong = [*checks.site_url_is_whole(None), *checks.encryption_keys_are_usable(None)]
        except (ImproperlyConfigured, ValueError, OSError) as error:
            raise Refused(str(error)) from error
        if wrong:
            raise Refused("\n".join(f"{error.msg} {error.hint}" for error in wrong))

    def _lock(self) -> IO[str]:
        """Two installations may run side by side, but not on one folder: each would lead to the other's demo shop."""
        lock = (self.data / ".serving").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise Refused(
                f"Another bin/serve is running on {self.data}. Stop it first, or give this one a folder of its own: "
                f"DATA_DIR=/some/where PORT={self.port + 10} bin/serve"
            ) from error
        return lock

    def _check_port(self, port: int) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, port))
            except OSError as error:
                raise Refused(self._said(error, port)) from error

    def _said(self, error: OSError, port: int) -> str:
        if error.errno == errno.EADDRINUSE:
            whose = "" if port == self.port else " (the demo shop's: the one above PORT)"
            return (
                f"Port {port}{whose} is taken by another program. "
                f"Stop that, or choose another: PORT={self.port + 10} bin/serve"
            )
        if error.errno == errno.EACCES:
            return f"Port {port} is reserved for the administrator. Choose one above 1023: PORT=8000 bin/serve"
        return f"HOST={self.host} cannot be listened on here ({error}). Leave it out, or use 0.0.0.0 for every network."


def _folder(data: Path) -> Path:
    """The folder, which must be ours to write in."""
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o750)
    except OSError as error:
        raise Refused(f"DATA_DIR cannot be made: {data} ({error.strerror}).") from error
    if not os.access(data, os.W_OK | os.X_OK):
        raise Refused(f"DATA_DIR may not be written to: {data}. Give it to this user, or name another folder.")
    return data
