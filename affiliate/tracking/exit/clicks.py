"""Clicks as the exit writes them: one transaction for many, told apart from repeats on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from affiliate.tracking.exit.classify import DUPLICATE, HUMAN, SUSPECT
from affiliate.tracking.exit.database import Connection

REPEAT_WITHIN = timedelta(minutes=30)
MOST_IN_ONE = 200
"""Clicks of one transaction, so that nobody else waits long for the database."""

# One statement for all rows: the fewer calls, the less often the writer has to wait for the interpreter's lock.
INSERT = (
    "INSERT INTO tracking_click"
    " (token, code, at, kind, earns, surface, visitor, referrer_host, app, platform, target_host)"
    " VALUES {rows} ON CONFLICT (token) DO NOTHING"
)
ROW = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
# The times are compared here and not there, or SQLite would rather walk through all the recent clicks.
REPEATED = (
    "SELECT c.visitor, c.code, c.kind, c.token, c.at FROM (VALUES {pairs}) AS asked"
    " JOIN tracking_click c ON c.visitor = asked.column1 AND c.code = asked.column2"
    " WHERE c.kind IN ('human', 'suspect') ORDER BY c.id DESC"
)


@dataclass(frozen=True, slots=True)
class Click:
    """One visit, before it is known whether it repeats another."""

    token: str
    code: str
    at: datetime
    kind: str
    earns: bool
    surface: str
    visitor: str
    referrer_host: str
    app: str
    platform: str
    target_host: str


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a click: its class, and the token that goes to the shop (the first one, for a repeat)."""

    kind: str
    token: str


def write(connection: Connection, clicks: Sequence[Click]) -> list[Written]:
    """Store clicks in one transaction; when this returns, they survive a power cut. Twice is the same as once."""
    with connection.transaction():
        earlier = _earlier(connection, clicks)
        outcome: list[Written] = []
        values: list[object] = []
        for click in clicks:
            written = _judge(click, earlier)
            outcome.append(written)
            values += _row(connection, click, written.kind)
        connection.execute(INSERT.format(rows=", ".join([ROW] * len(clicks))), values)
    return outcome


def _judge(click: Click, earlier: dict[tuple[str, str, str], str]) -> Written:
    if click.kind not in (HUMAN, SUSPECT):
        return Written(click.kind, click.token)
    first = earlier.setdefault((click.visitor, click.code, click.kind), click.token)
    return Written(click.kind if first == click.token else DUPLICATE, first)


def _earlier(connection: Connection, clicks: Sequence[Click]) -> dict[tuple[str, str, str], str]:
    """The first tokens of these visitors at these codes within the last half hour."""
    pairs = list({(click.visitor, click.code) for click in clicks if click.kind in (HUMAN, SUSPECT)})
    if not pairs:
        return {}
    since = connection.moment(max(click.at for click in clicks) - REPEAT_WITHIN)
    sql = REPEATED.format(pairs=", ".join(["(?, ?)"] * len(pairs)))
    found = connection.execute(sql, [value for pair in pairs for value in pair]).fetchall()
    return {(visitor, code, kind): token for visitor, code, kind, token, at in found if at > since}


def _row(connection: Connection, click: Click, kind: str) -> tuple[object, ...]:
    return (
        click.token,
        click.code,
        connection.moment(click.at),
        kind,
        click.earns,
        click.surface,
        click.visitor,
        click.referrer_host,
        click.app,
        click.platform,
        click.target_host,
    )
