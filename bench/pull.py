"""A pull of very many order lines, over HTTP on loopback: what it holds in memory, and what kill -9 leaves behind.

`bin/bench pull` takes half an hour and runs only when asked for; the suite proves the same with fewer lines.
"""

from __future__ import annotations

import contextlib
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from affiliate.networks.tests.gateways.jd import JdGateway, running
from bench.exit import ROOT, environment, python
from bench.pull_child import CODE
from bench.rows import Row

FEW, MANY, KILLS = 10_000, 100_000, 6
HOURS = 50
"""The lines are spread over so many windows: ten times the lines make each of them ten times as full."""
FLAT = 1.15
"""So much more memory may ten times the lines take: the allocator's own waste."""


@dataclass
class Outcome:
    """What stands in the book after a pull that was killed so many times, and what should."""

    lines: int
    fen: int
    kills: int = 0
    peak_mb: float = 0.0
    seconds: float = 0.0
    found: dict[str, int] = field(default_factory=dict)

    @property
    def expected(self) -> dict[str, int]:
        """Each line once: one event, one order line, one credit, an entry for the author and one for the house."""
        each = dict.fromkeys(("lines", "different_lines", "events", "credits"), self.lines)
        return each | {"commission_fen": self.fen, "entries": 2 * self.lines, "ledger_fen": self.fen}


def run() -> list[Row]:
    """Few lines, then many with kills. Raises where a line is lost or doubled."""
    few, many = prove(FEW), prove(MANY, kills=KILLS)
    for outcome in (few, many):
        if outcome.found != outcome.expected:
            raise RuntimeError(f"The book holds {outcome.found} instead of {outcome.expected}.")
    what = f"MB at most, pull of {FEW} order lines, of {MANY} killed {many.kills} times"
    ratio = round(few.peak_mb * FLAT / many.peak_mb, 2)
    return [Row("pull", what, round(few.peak_mb), round(many.peak_mb), ratio, 1.0)]


def prove(lines: int, *, kills: int = 0, seed: int = 20261111) -> Outcome:
    """Pull so many lines, killed at random points so many times before it may end; then count. Each in turn is a
    process of its own on one database; the gateway stays. Raises RuntimeError where a process fails by itself.
    """
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, running() as gateway:
        start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=HOURS + 1)
        outcome = Outcome(lines, _sell(gateway, lines, start))
        env = environment(Path(folder)) | {f"NETWORK_JD_{key}": value for key, value in gateway.config.items()}
        python(env, "manage.py", "migrate", "-v", "0")
        python(env, "-m", "bench.pull_child", "seed")
        begun = time.monotonic()
        stretch = [start.isoformat(), (start + timedelta(hours=HOURS)).isoformat()]
        pages = max(lines // 200, HOURS)
        while outcome.kills < kills:
            with _pulling(env, stretch) as process:
                _until_asked(process, gateway, chance.randint(1, pages * 9 // 10), outcome)
                time.sleep(chance.uniform(0, 0.4))
                process.kill()
            if process.returncode != -signal.SIGKILL:
                raise RuntimeError(f"The pull ended with {process.returncode} before it could be killed.")
            outcome.kills += 1
        with _pulling(env, stretch) as process:
            _until_asked(process, gateway, sys.maxsize, outcome)
        if process.returncode:
            raise RuntimeError(f"The pull failed with exit status {process.returncode}.")
        outcome.seconds = time.monotonic() - begun
        python(env, "manage.py", "audit_ledger")
        outcome.found = _counted(Path(folder) / "zhongcao.sqlite3")
    return outcome


def _sell(gateway: JdGateway, lines: int, start: datetime) -> int:
    """Put the lines on sale, evenly over the stretch, no commission like the next; what they earn in fen."""
    step = timedelta(hours=HOURS) / lines
    for number in range(lines):
        fee = Decimal(100 + number % 997) / 100
        gateway.add_order(at=start + step * number, subUnionId=CODE, estimateFee=fee)
    return sum(100 + number % 997 for number in range(lines))


@contextlib.contextmanager
def _pulling(env: dict[str, str], stretch: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """The pull as a process, waited for at the end."""
    command = [sys.executable, "-m", "bench.pull_child", *stretch]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    try:
        yield process
    except BaseException:
        process.kill()
        raise
    finally:
        process.wait()


def _until_asked(process: subprocess.Popen[bytes], gateway: JdGateway, calls: int, outcome: Outcome) -> None:
    """Wait until the process has made so many calls or has ended, and note the most it held meanwhile."""
    before = len(gateway.calls)
    while process.poll() is None and len(gateway.calls) - before < calls:
        with contextlib.suppress(OSError):
            held = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text())
            outcome.peak_mb = max(outcome.peak_mb, int(held.group(1)) / 1024 if held else 0.0)
        time.sleep(0.05)


def _counted(path: Path) -> dict[str, int]:
    """What the database holds, by plain SQL: none of the code under proof has a say in it."""
    questions = {
        "lines": "SELECT count(*) FROM earnings_order",
        "different_lines": "SELECT count(DISTINCT line_id) FROM earnings_order",
        "events": "SELECT count(*) FROM earnings_networkevent",
        "credits": "SELECT count(*) FROM earnings_conversion",
        "commission_fen": "SELECT sum(estimated_commission_minor) FROM earnings_order",
        "entries": "SELECT count(*) FROM earnings_ledgerentry",
        "ledger_fen": "SELECT sum(amount_minor) FROM earnings_ledgerentry",
    }
    with contextlib.closing(sqlite3.connect(path)) as database:
        return {name: int(database.execute(question).fetchone()[0] or 0) for name, question in questions.items()}
