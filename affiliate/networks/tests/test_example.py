"""The adapter of the how-to page keeps the same contract as every real one."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
CONTRACT = "affiliate/networks/tests/test_contract.py"
PAGE = f"{CONTRACT}::test_a_network_has_a_gateway_to_be_tested_against_and_a_page_of_the_reference[example]"
"""The one thing it lacks: there is nothing of it to look up."""


def test_the_adapter_of_the_how_to_page_passes_the_contract_suite() -> None:
    plugins = ["-p", "affiliate.networks.tests.example.registered", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", CONTRACT, "-k", "example", "--deselect", PAGE, "-q", *plugins]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=150)
    assert done.returncode == 0, done.stdout[-4000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None and int(passed.group(1)) >= 25


def test_the_page_walks_through_every_file_of_the_example() -> None:
    page = (ROOT / "docs" / "how-to" / "write-an-adapter.md").read_text("utf-8")
    files = [*Path(__file__).parent.glob("example/*.py"), Path(__file__).parent / "gateways" / "example.py"]
    missing = [str(path.relative_to(ROOT)) for path in files if str(path.relative_to(ROOT)) not in page]
    assert [path for path in missing if not path.endswith("__init__.py")] == []
