"""Keeps a task runner alive beside the schedule and ends both together.

The main thread runs the schedule, a thread of its own says that the worker lives: a job that waits for a slow network
must not look like a dead worker.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from types import FrameType

from django.conf import settings
from django.db import Error, close_old_connections

from config.processes import die_with_parent
from config.worker import orphans, schedule

logger = logging.getLogger("zhongcao.worker")

BEAT_SECONDS = 10
PAUSE_SECONDS = 1.0
GRACE_SECONDS = 3
"""What a job has left after TERM. Every job may be cut off anywhere: it goes on where it was at its next turn."""

CHILD_GRACE_SECONDS = 8
"""What a running task has left. Both together stay below what `bin/serve` waits for."""


class Supervisor:
    """One worker: a child that runs tasks, and this process, which beats, schedules and restarts the child."""

    def __init__(self) -> None:
        self.stopping = False
        self.child: subprocess.Popen[bytes] | None = None
        self.worker_id = _new_id()
        """Of the child that runs now. Each child has its own, or what a killed one left would seem to be running."""
        self.tended_at = 0.0
        self.restart_at = 0.0
        self.jobs = schedule.collect()

    def run(self) -> None:
        """Until TERM or INT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGALRM, _cut_off)
        threading.Thread(target=self._beat, name="heartbeat", daemon=True).start()
        try:
            while not self.stopping:
                self.turn()
                time.sleep(PAUSE_SECONDS)
        finally:
            signal.alarm(0)
            self._end_child()

    def turn(self) -> None:
        """One round. A database that does not answer is waited for, not died of."""
        close_old_connections()
        try:
            self._keep_child()
            if time.monotonic() - self.tended_at > BEAT_SECONDS:
                orphans.take_up_orphans()
                orphans.retry_failed()
                self.tended_at = time.monotonic()
            schedule.run_due(self.jobs)
        except Error:
            logger.exception("The database did not answer; trying again in 5 seconds.")
            time.sleep(5)

    def _beat(self) -> None:
        while not self.stopping:
            time.sleep(BEAT_SECONDS)
            close_old_connections()
            try:
                orphans.beat(self.worker_id)
            except Error:
                logger.warning("The heartbeat could not be stored; trying again in %s seconds.", BEAT_SECONDS)

    def _keep_child(self) -> None:
        if self.child is not None and self.child.poll() is not None:
            logger.warning("The task runner ended with %s; starting another.", self.child.returncode)
            orphans.fall_silent(self.worker_id)
            self.worker_id, self.child = _new_id(), None
        if self.child is None and time.monotonic() >= self.restart_at:
            self.restart_at = time.monotonic() + 5
            orphans.beat(self.worker_id)
            command = [sys.executable, str(settings.ROOT / "manage.py"), "db_worker", "--no-startup-delay"]
            command += ["--interval", "0.5", "--worker-id", self.worker_id, "-v", "0", "--no-reload"]
            self.child = subprocess.Popen(command, preexec_fn=die_with_parent)  # noqa: S603

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True
        signal.alarm(GRACE_SECONDS)

    def _end_child(self) -> None:
        if self.child is not None and self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(CHILD_GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        try:
            orphans.fall_silent(self.worker_id)
        except Error:
            logger.warning("What was running is taken up in a minute: the database does not answer.")


def _new_id() -> str:
    return f"{os.uname().nodename[:20]}-{os.getpid()}-{secrets.token_hex(4)}"


def _cut_off(_number: int, _frame: FrameType | None) -> None:
    """Ends the job that still runs as an exception would, so that transactions roll back and claims are given up."""
    raise SystemExit(0)
