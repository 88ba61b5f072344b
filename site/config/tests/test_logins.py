"""Guessing passwords: one name, many names, many addresses; and what is left of who tried."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.utils import timezone

from affiliate.people.api import User
from config import retention

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/"


@pytest.fixture(autouse=True)
def limit(settings):
    """Two failures of one name from one address, so ten of either alone."""
    settings.AXES_ENABLED, settings.AXES_FAILURE_LIMIT = True, 2
    User.objects.create_user("mei", password="right-and-long")


def attempt(client, name, address, password="wrong"):
    return client.post(LOGIN, {"username": name, "password": password}, REMOTE_ADDR=address).status_code


def test_one_name_from_one_address_has_to_wait_and_is_told_so(client):
    assert [attempt(client, "mei", "203.0.113.1") for _ in range(3)] == [200, 429, 429]
    assert attempt(client, "mei", "203.0.113.1", "right-and-long") == 429
    assert attempt(client, "mei", "203.0.113.2", "right-and-long") == 302


def test_many_names_from_one_address_have_to_wait(client):
    assert {attempt(client, f"name{n}", "203.0.113.1") for n in range(9)} == {200}
    assert attempt(client, "another", "203.0.113.1") == 429
    assert attempt(client, "mei", "203.0.113.1", "right-and-long") == 429
    assert attempt(client, "mei", "203.0.113.2", "right-and-long") == 302


def test_one_name_from_many_addresses_has_to_wait(client):
    assert {attempt(client, "mei", f"203.0.113.{n}") for n in range(9)} == {200}
    assert attempt(client, "mei", "203.0.113.99", "right-and-long") == 302
    assert attempt(client, "mei", "203.0.113.200") == 429


def test_a_forged_address_does_not_help_who_does_not_come_through_our_proxy(client, settings):
    settings.TRUSTED_PROXIES = ["10.0.0.1"]
    codes = [
        client.post(
            LOGIN,
            {"username": "mei", "password": "wrong"},
            REMOTE_ADDR="203.0.113.1",
            headers={"X-Forwarded-For": f"198.51.100.{n}"},
        ).status_code
        for n in range(3)
    ]
    assert codes == [200, 429, 429]


def test_no_address_is_kept_and_attempts_are_forgotten(client):
    attempt(client, "mei", "203.0.113.1")
    kept = AccessAttempt.objects.get()
    assert "203.0.113.1" not in str(vars(kept))
    retention.prune(only="config.failed_logins")
    assert AccessAttempt.objects.exists()
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    retention.prune(only="config.failed_logins")
    assert not AccessAttempt.objects.exists()
