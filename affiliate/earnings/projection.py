"""Decides which of several reports about one order line holds: a pure function of the set, whatever order they came in.

Two kinds of report meet: dated ones, where the network says when it last changed the line, and undated ones (most
files). Among the dated the newest holds, and at the same instant the stronger state. An undated one holds only
where its state is stronger than that of the newest dated one: it can add what we have not heard, not take back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from affiliate.earnings.models import HeldReason
from affiliate.networks.api import Doubt, LineState, OrderLine

RANK = {LineState.PENDING: 0, LineState.CONFIRMED: 1, LineState.SETTLED: 2, LineState.INVALID: 3}
TRACES = ("sub_id", "ad_slot", "coupon_code", "item_id", "item_title", "shop")
HIGHEST_MINOR = 10_000_000_000
"""A hundred million yuan: no single line of an order costs more."""


@dataclass(frozen=True, slots=True)
class Report:
    """One event, read: the line and the digest that breaks the last tie the same way everywhere."""

    line: OrderLine
    digest: str


def current(reports: Sequence[Report]) -> OrderLine:
    """The line as it stands after all these reports (at least one)."""
    dated = max((report for report in reports if report.line.updated_at), key=_order, default=None)
    undated = max((report for report in reports if not report.line.updated_at), key=_order, default=None)
    winner = dated or undated
    if dated and undated and RANK[undated.line.state] > RANK[dated.line.state] and not doubtful(undated.line):
        winner = undated
    if winner is None:
        raise ValueError("no report")
    return _with_traces(winner.line, sorted(reports, key=_order, reverse=True))


def _order(report: Report) -> tuple[float, bool, int, str]:
    line = report.line
    times = [line.updated_at] if line.updated_at else [line.placed_at, line.paid_at, line.finished_at, line.settled_at]
    latest = max(time.timestamp() for time in times if time)
    return (latest, not doubtful(line), RANK[line.state], report.digest)


def _with_traces(line: OrderLine, newest_first: Iterable[Report]) -> OrderLine:
    """What names the placement or the goods may stand in another report than the one that holds: files lack much."""
    found = {name: getattr(line, name) for name in TRACES}
    for report in newest_first:
        found |= {name: getattr(report.line, name) for name, value in found.items() if not value}
    return replace(line, **found)


def doubtful(line: OrderLine) -> bool:
    """Whether the report itself cannot be taken at its word."""
    return line.unknown_state or bool(line.doubt)


def held_reason(line: OrderLine) -> str:
    """Why the line must not earn, empty where nothing speaks against it. What is invalid earns nothing anyway."""
    if line.unknown_state:
        return HeldReason.UNKNOWN_STATE
    if line.state is LineState.INVALID:
        return ""
    if line.doubt:
        return HeldReason.UNREADABLE if line.doubt == Doubt.AMOUNT else HeldReason.CONTRADICTORY
    commissions = [line.estimated_commission_minor, line.settled_commission_minor or 0]
    if min(line.amount_minor, line.refunded_minor, *commissions) < 0:
        return HeldReason.NEGATIVE
    if max(line.amount_minor, line.refunded_minor, *commissions) > HIGHEST_MINOR:
        return HeldReason.ABSURD
    if max(commissions) > line.amount_minor:
        return HeldReason.ABOVE_AMOUNT
    return ""
