"""`bin/bench`: run every benchmark, print a table, write JSON with --json FILE."""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

BENCHMARKS = ("recognise", "exit", "pages", "memory")
"""What runs where nothing is named. `pull` takes half an hour and wants to be named."""


def main() -> int:
    """Run what was asked for. Exit status 1 where a target was missed."""
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("only", nargs="*", help="which benchmarks; all by default")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows to FILE as well")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    rows = [row for name in options.only or BENCHMARKS for row in import_module(f"bench.{name}").run()]
    print(f"{'name':28} {'what':58} {'baseline':>12} {'value':>12} {'ratio':>7} {'target':>7}")
    for row in rows:
        ratio = f"{row.ratio:.2f}" if row.ratio is not None else ""
        print(f"{row.name:28} {row.what:58} {row.baseline!s:>12} {row.value!s:>12} {ratio:>7} {row.target!s:>7}")
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1))
    missed = [row.name for row in rows if isinstance(row.target, float) and row.ratio and row.ratio < row.target]
    if missed:
        print(f"Below target: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
