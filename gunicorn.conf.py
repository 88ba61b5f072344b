"""How gunicorn serves the site: `gunicorn -c gunicorn.conf.py`, everything else from the environment."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "site"))
from config.gunicorn_hooks import child_exit, on_exit, share_counters  # noqa: F401  gunicorn finds them by name
from config.gunicorn_log import GunicornLog


def number(name: str, default: int) -> int:
    """A whole number from the environment."""
    return int(os.environ.get(name) or default)


wsgi_app = "config.wsgi:application"
pythonpath = "site,."
chdir = str(Path(__file__).resolve().parent)
bind = [f"{os.environ.get('HOST') or '127.0.0.1'}:{number('PORT', 8000)}"]

workers = number("WEB_CONCURRENCY", 1)
# Gunicorn's gthread; clicks that wait for their transaction hold none of its threads.
worker_class = "affiliate.tracking.exit.worker.ExitWorker"
threads = number("WEB_THREADS", 16)
# The C parser where it is installed (gunicorn_h1c), Python's otherwise.
http_parser = "auto"
worker_connections = 1000
backlog = 2048
keepalive = 15
timeout = 60
graceful_timeout = 10
# Each worker opens its own connections and threads; nothing may be shared through a fork.
preload_app = False
# One socket below the home folder would be shared by every installation of this user.
control_socket_disable = True
max_requests = 0

# Heartbeats in memory, or a slow disk would get workers killed.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
# A line a visit is the proxy's business; switched on, it holds neither addresses nor what stands behind `?`.
accesslog = "-" if os.environ.get("ACCESS_LOG", "").strip().lower() in {"1", "true", "yes", "on"} else None
errorlog = "-"
loglevel = os.environ.get("LOG_LEVEL", "info").lower()
logger_class = GunicornLog
proc_name = "zhongcao"
# Whose word on scheme and address is believed, Django judges alone (TRUSTED_PROXIES): gunicorn believes nobody.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""
share_counters()
