"""Lines of the log, as text or as JSON. Free of Django: gunicorn logs by it before there is any."""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from config import request_id

FORMATS = ("text", "json")
TEXT = "%(asctime)s %(levelname)s %(name)s %(message)s%(of_request)s"
LONGEST = 16_000
"""Characters of one value: a line is read by machines that cut off what is longer."""
ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "of_request", "request_id"}
PLAIN = (str, int, float, bool, type(None))


def chosen() -> str:
    """`text` or `json`, from LOG_FORMAT. Raises ValueError for anything else."""
    wish = os.environ.get("LOG_FORMAT", "").strip().lower() or "text"
    if wish not in FORMATS:
        raise ValueError(f"LOG_FORMAT must be text or json; it is {wish!r}.")
    return wish


class RequestFilter(logging.Filter):
    """Gives each record the name of the request it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        name = getattr(record, "request_id", "") or request_id.current.get()
        record.request_id = name
        record.of_request = f" [{name}]" if name else ""
        return True


class JsonFormatter(logging.Formatter):
    """One object a line: time (UTC), level, logger, message, process, request id, what was given as `extra`, and the
    traceback inside.
    """

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record)[:LONGEST],
            "process": record.process,
        }
        if name := getattr(record, "request_id", ""):
            said["request_id"] = name
        for key, value in vars(record).items():
            if key not in ORDINARY and key not in said and _is_plain(value):
                said[key] = value[:LONGEST] if isinstance(value, str) else value
        if record.exc_info and record.exc_info[0]:
            said["exception"] = self.formatException(record.exc_info)[-LONGEST:]
        elif record.exc_text:
            said["exception"] = record.exc_text[-LONGEST:]
        if record.stack_info:
            said["stack"] = record.stack_info[-LONGEST:]
        return json.dumps(said, ensure_ascii=False, default=str).encode("utf-8", "backslashreplace").decode()


def configuration(wish: str, level: str) -> dict[str, Any]:
    """Django's LOGGING."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request": {"()": "config.logs.RequestFilter"}},
        "formatters": {"text": {"format": TEXT}, "json": {"()": "config.logs.JsonFormatter"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": wish, "filters": ["request"]}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "httpx": {"level": "WARNING"},
            "httpcore": {"level": "WARNING"},  # below that it writes headers down, where networks put tokens
            "axes": {"level": "WARNING"},
            "stamina": {"level": "ERROR"},
            # Who asks for what is not there, or under a name that is not ours, is answered and not worth a line each.
            "django.request": {"level": "ERROR"},
            "django.security.DisallowedHost": {"level": "CRITICAL"},
        },
    }


def catch_the_rest() -> None:
    """Warnings, and what ends a process or a thread, as lines of the log: a traceback of its own is no JSON."""
    logging.captureWarnings(True)
    log = logging.getLogger("zhongcao")

    def ended(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            log.critical("The process ended by an error.", exc_info=(kind, error, trace))

    def thread_ended(what: threading.ExceptHookArgs) -> None:
        if what.exc_value is not None and not issubclass(what.exc_type, SystemExit):
            name = what.thread.name if what.thread else ""
            trace = (what.exc_type, what.exc_value, what.exc_traceback)
            log.critical("The thread %s ended by an error.", name, exc_info=trace)

    sys.excepthook = ended
    threading.excepthook = thread_ended


def _message(record: logging.LogRecord) -> str:
    """The sentence; a line whose arguments do not fit is still a line."""
    try:
        return record.getMessage()
    except Exception as error:  # noqa: BLE001  whatever an argument does when it is written out
        return f"{record.msg} ({type(error).__name__}: its arguments cannot be written out)"


def _is_plain(value: Any) -> bool:
    """Whether it is worth a field: a request or a response that came as `extra` is not."""
    if isinstance(value, dict):
        return all(isinstance(key, str) and isinstance(item, PLAIN) for key, item in value.items())
    if isinstance(value, list | tuple):
        return all(isinstance(item, PLAIN) for item in value)
    return isinstance(value, PLAIN)
