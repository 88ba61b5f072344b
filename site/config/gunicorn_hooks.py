"""What gunicorn's master does for the counters that its workers share. Free of Django."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
PREFIX = "zhongcao-metrics-"


def share_counters() -> None:
    """Name a folder in memory, where there is one, for this master and its workers; what masters that were killed left
    is swept. Called before anything counts, and again at each reload of the configuration, which changes nothing.
    """
    if Path(os.environ.get(VARIABLE, "")).name.startswith(f"{PREFIX}{os.getpid()}-"):
        return
    parent = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else Path(tempfile.gettempdir())  # noqa: S108
    for left in parent.glob(f"{PREFIX}*"):
        if not _lives(left.name.removeprefix(PREFIX).partition("-")[0]):
            shutil.rmtree(left, ignore_errors=True)
    os.environ[VARIABLE] = tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=parent)


def child_exit(server: Any, worker: Any) -> None:
    """What a worker counted stays; how long its queue was is over with it."""
    from prometheus_client.multiprocess import mark_process_dead

    with contextlib.suppress(OSError):
        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:
    """The counters begin anew with the next master."""
    folder = os.environ.get(VARIABLE, "")
    if Path(folder).name.startswith(f"{PREFIX}{os.getpid()}-"):
        shutil.rmtree(folder, ignore_errors=True)


def _lives(number: str) -> bool:
    """Whether a process of this number runs; one that is not ours does."""
    if not number.isdigit():
        return True
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
