"""What every test may rely on."""

from __future__ import annotations

import os

import pytest
from django.core.cache import cache

SKIPPING_FORBIDDEN = os.environ.get("REQUIRE_ALL") == "1"


@pytest.fixture(autouse=True)
def _clean_cache():
    """No test sees what another left in the cache."""
    cache.clear()
    yield


@pytest.fixture(autouse=True)
def _plain_passwords(settings):
    """Hash quickly: the tests log in often."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.AXES_ENABLED = False
