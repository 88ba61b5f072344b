"""Fixtures of the room's tests."""

from __future__ import annotations

import pytest

from affiliate.connections.tests.fakes import only_fakes


@pytest.fixture
def network(settings):
    """The fake network alone, connected."""
    with only_fakes(settings) as adapter:
        yield adapter
