"""Gunicorn's own lines, in the format of all others; its access log without addresses and without questions."""

from __future__ import annotations

import logging
import sys
from datetime import timedelta
from typing import Any

from gunicorn.glogging import Logger

from config import logs, request_id


class GunicornLog(Logger):  # type: ignore[misc]
    """Named as gunicorn's `logger_class`."""

    def setup(self, cfg: Any) -> None:
        """Gunicorn's set-up, then our handler in place of its own."""
        super().setup(cfg)
        formatter = logs.JsonFormatter() if logs.chosen() == "json" else logging.Formatter(logs.TEXT)
        for log, is_on in ((self.error_log, True), (self.access_log, bool(cfg.accesslog))):
            log.handlers.clear()
            log.propagate = False
            if is_on:
                handler = logging.StreamHandler(sys.stderr)
                handler.__dict__["_gunicorn"] = True  # gunicorn finds its own by this at a reload
                handler.setFormatter(formatter)
                handler.addFilter(logs.RequestFilter())
                log.addHandler(handler)

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        """One line a request that a thread answered: method, path, status, seconds. Who asked, and what stood behind
        the question mark, is nobody's business here.
        """
        if not self.access_log_enabled:
            return
        status = str(resp.status).split(None, 1)[0] if resp is not None else ""
        extra = {
            "method": environ.get("REQUEST_METHOD", ""),
            "path": environ.get("PATH_INFO", "")[:300],
            "status": int(status) if status.isdigit() else 0,
            "bytes": getattr(resp, "sent", 0) or 0,
            "seconds": round(request_time.total_seconds(), 4),
            "request_id": environ.get(request_id.ENVIRON_KEY, ""),
        }
        path = extra["path"].encode("unicode_escape").decode()
        self.access_log.info("%s %s %s", extra["method"], path, status, extra=extra)
