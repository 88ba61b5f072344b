"""A whole installation with something in every corner, made once; and PostgreSQL's own tests only where it serves."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from config.tests.installed import Site, fill

ON_POSTGRESQL = os.environ.get("DATABASE_URL", "").startswith("postgres")
collect_ignore = [] if ON_POSTGRESQL else ["test_on_postgresql.py"]


@pytest.fixture(scope="session")
def filled_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """On SQLite, with the demo, secrets and a book. Nobody writes to it: see `site`."""
    found = Site(tmp_path_factory.mktemp("filled"))
    fill(found)
    return found


@pytest.fixture
def site(filled_site: Site, tmp_path: Path) -> Site:
    """A copy of the filled installation."""
    shutil.copytree(filled_site.data, tmp_path / "site")
    return Site(tmp_path / "site")
