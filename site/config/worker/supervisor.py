"""Keeps a task runner alive beside the schedule and ends both together."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import subprocess
import sys
import time
from types import FrameType

from django.conf import settings
from django.db import Error, close_old_connections

from config.processes import die_with_parent
from config.worker import orphans, schedule

logger = logging.getLogger("zhongcao.worker")

BEAT_SECONDS = 10
PAUSE_SECONDS = 1.0


class Supervisor:
    """One worker: a child that runs tasks, and this process, which beats, schedules and restarts the child."""

    def __init__(self) -> None:
        self.worker_id = f"{os.uname().nodename[:20]}-{os.getpid()}-{secrets.token_hex(4)}"
        self.stopping = False
        self.child: subprocess.Popen[bytes] | None = None
        self.beaten_at = 0.0
        self.restart_at = 0.0
        self.jobs = schedule.collect()

    def run(self) -> None:
        """Until TERM or INT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        try:
            while not self.stopping:
                self.turn()
                time.sleep(PAUSE_SECONDS)
        finally:
            self._end_child()

    def turn(self) -> None:
        """One round. A database that does not answer is waited for, not died of."""
        close_old_connections()
        try:
            self._keep_child()
            if time.monotonic() - self.beaten_at > BEAT_SECONDS:
                orphans.beat(self.worker_id)
                orphans.take_up_orphans()
                orphans.retry_failed()
                self.beaten_at = time.monotonic()
            schedule.run_due(self.jobs)
        except Error:
            logger.exception("The database did not answer; trying again in 5 seconds.")
            time.sleep(5)

    def _keep_child(self) -> None:
        if self.child is not None and self.child.poll() is not None:
            logger.warning("The task runner ended with %s; starting another.", self.child.returncode)
            self.child = None
        if self.child is None and time.monotonic() >= self.restart_at:
            self.restart_at = time.monotonic() + 5
            orphans.beat(self.worker_id)
            command = [sys.executable, str(settings.ROOT / "manage.py"), "db_worker", "--no-startup-delay"]
            command += ["--interval", "0.5", "--worker-id", self.worker_id, "-v", "0", "--no-reload"]
            self.child = subprocess.Popen(command, preexec_fn=die_with_parent)  # noqa: S603

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _end_child(self) -> None:
        if self.child is not None and self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(10)
            except subprocess.TimeoutExpired:
                self.child.kill()
