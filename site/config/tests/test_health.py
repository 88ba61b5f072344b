"""What a prober is told when something is wrong."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.utils import timezone

from config import health
from config.models import Heartbeat


@pytest.fixture(autouse=True)
def not_known_yet(monkeypatch):
    monkeypatch.setattr(health._Migrated, "known", False)


def gone(*_args, **_kwargs):
    raise OperationalError("gone")


@pytest.mark.django_db
def test_a_database_that_is_gone_makes_it_unready_but_it_lives(client, monkeypatch):
    monkeypatch.setattr(connection, "cursor", gone)
    monkeypatch.setattr(connection, "close", lambda: None)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": False, "migrations": False, "cache": True}
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_a_migration_that_is_missing_makes_it_unready_until_it_is_there(client, monkeypatch):
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda self, targets: ["one"])
    assert client.get("/readyz").json()["checks"]["migrations"] is False
    monkeypatch.undo()
    assert client.get("/readyz").json()["checks"]["migrations"] is True


@pytest.mark.django_db
def test_migrations_are_read_from_disk_once(client, monkeypatch):
    assert client.get("/readyz").status_code == 200
    monkeypatch.setattr(health, "MigrationExecutor", gone)
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_a_cache_that_forgets_or_breaks_makes_it_unready(client, monkeypatch):
    monkeypatch.setattr(cache, "get", lambda *_args: None)
    assert client.get("/readyz").json()["checks"]["cache"] is False
    monkeypatch.setattr(cache, "get", gone)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["cache"]) == (503, False)


@pytest.mark.django_db
def test_a_silent_worker_is_told_and_sends_no_reader_away(client):
    Heartbeat.objects.create(worker_id="old", seen_at=timezone.now() - timedelta(minutes=5))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["worker_alive"]) == (200, False)
    Heartbeat.objects.create(worker_id="new", seen_at=timezone.now())
    assert client.get("/readyz").json()["worker_alive"] is True


@pytest.mark.django_db
def test_a_disk_that_is_nearly_full_is_told_and_sends_no_reader_away(client, monkeypatch):
    monkeypatch.setattr(health.shutil, "disk_usage", lambda path: SimpleNamespace(free=499 * 1024 * 1024))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["disk_low"]) == (200, True)
    monkeypatch.setattr(health.shutil, "disk_usage", lambda path: SimpleNamespace(free=501 * 1024 * 1024))
    assert client.get("/readyz").json()["disk_low"] is False
