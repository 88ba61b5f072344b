"""What every test may rely on."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import override_settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

# How long a machine takes says nothing of the code: no property fails by the clock.
hypothesis_settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
hypothesis_settings.load_profile("house")


@pytest.fixture(autouse=True, scope="session")
def _own_cache() -> Iterator[None]:
    """Each worker process has a database of its own on the cache server: clearing it disturbs nobody else."""
    if not django_settings.CACHE_URL:
        yield
        return
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    location = f"{django_settings.CACHE_URL.rsplit('/', 1)[0]}/{10 + number % 6}"
    default = {**django_settings.CACHES["default"], "LOCATION": location}
    with override_settings(CACHES={"default": default}):
        yield


@pytest.fixture(autouse=True)
def _clean_cache(_own_cache: None) -> None:
    """No test sees what another left in the cache."""
    cache.clear()


@pytest.fixture(autouse=True)
def _quick_logins(settings):
    """Hash quickly: the tests log in often."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.AXES_ENABLED = False
    # Who must have a second factor is tested where it is asked for; elsewhere a login is a login.
    settings.SECOND_FACTOR = "optional"
