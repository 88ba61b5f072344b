"""Follows what others tell: calls to networks are counted, a task's lines carry the request it came from."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.cache import cache
from django_tasks.signals import task_enqueued, task_finished, task_started

from affiliate.connections.api import call_ended
from config import logs, request_id
from config.metrics import calls

A_DAY = 86_400


def connect() -> None:
    """Called once, when the project is ready."""
    call_ended.connect(on_call, dispatch_uid="config.call_ended")
    task_enqueued.connect(on_enqueued, dispatch_uid="config.task_enqueued")
    task_started.connect(on_started, dispatch_uid="config.task_started")
    task_finished.connect(on_finished, dispatch_uid="config.task_finished")
    if settings.LOG_FORMAT == "json":
        logs.catch_the_rest()


def on_call(network: str, outcome: str, **_kwargs: Any) -> None:
    calls.count(network, outcome)


def on_enqueued(task_result: Any, **_kwargs: Any) -> None:
    """Remember which request wanted the task. Another process reads it only where they share a cache (CACHE_URL)."""
    if name := request_id.current.get():
        cache.set(_key(task_result), name, A_DAY)


def on_started(task_result: Any, **_kwargs: Any) -> None:
    """From here on the lines of this task's thread carry the request's name, or the task's own."""
    request_id.current.set(cache.get(_key(task_result)) or f"task-{task_result.id}")


def on_finished(task_result: Any, **_kwargs: Any) -> None:
    request_id.current.set("")


def _key(task_result: Any) -> str:
    return f"request-of-task:{task_result.id}"
