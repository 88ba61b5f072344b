"""Fixtures of the room's tests."""

from __future__ import annotations

import pytest
from django.utils import translation

from affiliate.connections.tests.fakes import only_fakes


@pytest.fixture
def network(settings):
    """The fake network alone, connected."""
    with only_fakes(settings) as adapter:
        yield adapter


@pytest.fixture(autouse=True)
def _in_english():
    """Messages are compared in the language they are written in."""
    with translation.override("en"):
        yield
