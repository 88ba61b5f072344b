"""The schedule and the taking up of what dead workers left."""

from __future__ import annotations

import signal
import subprocess
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from config.models import Heartbeat, ScheduledJob
from config.worker import orphans, schedule
from config.worker import supervisor as supervising
from config.worker.supervisor import Supervisor

pytestmark = pytest.mark.django_db


def job_counter():
    ran = []
    return ran, {"count": (60, lambda: ran.append(1))}


def test_a_job_runs_once_a_turn_however_often_workers_ask():
    ran, jobs = job_counter()
    schedule.run_due(jobs)
    schedule.run_due(jobs)
    assert len(ran) == 1


def test_a_due_job_is_claimed_by_one_of_two_workers():
    now = timezone.now()
    ScheduledJob.objects.create(name="pull", due_at=now - timedelta(seconds=1))
    assert [schedule.claim("pull", 60, now), schedule.claim("pull", 60, now)] == [True, False]


def test_a_clock_that_jumped_back_does_not_silence_a_job():
    now = timezone.now()
    ScheduledJob.objects.create(name="pull", due_at=now + timedelta(days=300))
    assert schedule.claim("pull", 60, now)


def test_a_failing_job_is_noted_and_the_next_one_still_runs():
    ran, jobs = job_counter()

    def fail():
        raise ValueError("no such thing")

    schedule.run_due({"broken": (60, fail), **jobs})
    assert ran == [1]
    assert ScheduledJob.objects.get(name="broken").error == "no such thing"


def test_every_job_of_every_room_is_collected_and_callable():
    jobs = schedule.collect()
    assert "publish_scheduled" in jobs
    for seconds, run in jobs.values():
        assert seconds >= 1
        assert callable(run)


def running_task(worker, tries=1):
    return DBTaskResult.objects.create(
        status="RUNNING",
        started_at=timezone.now(),
        args_kwargs={"args": [], "kwargs": {}},
        task_path="x.y",
        worker_ids=[worker] * tries,
        backend_name="default",
        run_after=timezone.now(),
        exception_class_path="",
        traceback="",
    )


def test_a_silent_workers_task_is_made_ready_and_a_living_ones_is_left():
    Heartbeat.objects.create(worker_id="dead", seen_at=timezone.now() - timedelta(minutes=5))
    orphans.beat("alive")
    dead, alive = running_task("dead"), running_task("alive")
    assert orphans.take_up_orphans() == 1
    dead.refresh_from_db()
    alive.refresh_from_db()
    assert (dead.status, alive.status) == ("READY", "RUNNING")


def test_what_a_killed_task_runner_left_is_taken_up_although_its_supervisor_lives(monkeypatch):
    supervisor = Supervisor()
    supervisor.child = SimpleNamespace(poll=lambda: -9, returncode=-9)
    orphans.beat(supervisor.worker_id)
    left = running_task(supervisor.worker_id)
    monkeypatch.setattr(subprocess, "Popen", lambda *_args, **_kwargs: SimpleNamespace(poll=lambda: None))
    supervisor._keep_child()
    assert orphans.take_up_orphans() == 1
    left.refresh_from_db()
    assert left.status == "READY"
    assert Heartbeat.objects.filter(worker_id=supervisor.worker_id).exists()
    assert supervisor.worker_id not in left.worker_ids


def test_a_worker_that_is_told_to_end_gives_a_slow_job_little_time(monkeypatch):
    alarms: list[int] = []
    monkeypatch.setattr(signal, "alarm", alarms.append)
    supervisor = Supervisor()
    supervisor._stop(signal.SIGTERM, None)
    assert supervisor.stopping
    assert alarms == [supervising.GRACE_SECONDS]
    with pytest.raises(SystemExit):
        supervising._cut_off(signal.SIGALRM, None)


def test_a_task_that_kills_every_worker_is_given_up():
    task = running_task("dead", tries=5)
    orphans.take_up_orphans()
    task.refresh_from_db()
    assert task.status == "FAILED"


def test_a_failed_task_is_tried_again_later_and_not_for_ever():
    task = running_task("w")
    DBTaskResult.objects.update(status="FAILED", finished_at=timezone.now())
    assert orphans.retry_failed() == 1
    task.refresh_from_db()
    assert task.status == "READY"
    assert task.run_after > timezone.now()
    DBTaskResult.objects.update(status="FAILED", finished_at=timezone.now(), worker_ids=["w"] * 5)
    assert orphans.retry_failed() == 0
