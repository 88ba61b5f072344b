"""One line of the table of benchmarks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """`ratio` is what counts: `value` against a `baseline` of the same run. `target` is the least it must be."""

    name: str
    what: str
    baseline: float | int | str
    value: float | int | str
    ratio: float | None = None
    target: float | str = ""
