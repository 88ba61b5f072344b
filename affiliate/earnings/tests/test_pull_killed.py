"""No order line is lost or doubled when a pull is killed in the middle of its work: `bin/bench pull` in short."""

from __future__ import annotations

import pytest

from bench.pull import prove


@pytest.mark.timeout(600)
def test_a_pull_killed_at_random_points_and_run_again_has_every_line_once_in_the_book() -> None:
    outcome = prove(1_000, kills=2)
    assert outcome.kills == 2
    assert outcome.found == outcome.expected
