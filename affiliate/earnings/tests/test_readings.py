"""What an adapter understood, kept as JSON and read again."""

from __future__ import annotations

from affiliate.earnings.readings import from_json, to_json
from affiliate.earnings.tests.conftest import line_of


def test_a_line_comes_back_as_it_was_even_from_a_reading_with_a_field_that_lines_no_longer_have() -> None:
    line = line_of("settled")
    assert from_json(to_json(line) | {"of_long_ago": "x"}, line.raw) == line
