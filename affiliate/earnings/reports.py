"""What came of a pull or an import, in the shape that commands print and pages show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from affiliate.connections.api import error_json, source_name
from affiliate.networks.api import NetworkError, RejectedRow


@dataclass(slots=True)
class Tally:
    """Counts of lines. `fetched` is what could be read; `rejected` comes on top of it."""

    network: str
    account: str = ""
    """Whose report was read; empty for a file."""
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[RejectedRow] = field(default_factory=list)
    error: NetworkError | None = None
    """What broke it off; what was counted before is kept."""
    goes_on_from: datetime | None = None
    """Where a pull that broke off starts again."""
    parts: tuple[Tally, ...] = ()
    """The reports of several accounts that this one sums up."""
    profile: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """Network and account, as people are told."""
        return source_name(self.network, self.account)

    @property
    def fetched(self) -> int:
        return self.created + self.updated + self.unchanged

    def count(self, result: str) -> None:
        """One more line with this result."""
        setattr(self, result, getattr(self, result) + 1)

    def reject(self, line: int, reason: str) -> None:
        """One line that could not be taken."""
        self.rejected.append(RejectedRow(line, reason))

    def reject_all(self, rows: Iterable[RejectedRow]) -> None:
        """Lines that the adapter could not read."""
        self.rejected.extend(rows)

    def add(self, part: Tally) -> None:
        """Count what came of a part of it as well."""
        self.created += part.created
        self.updated += part.updated
        self.unchanged += part.unchanged
        self.rejected += part.rejected

    def as_json(self) -> dict[str, Any]:
        """The document that commands print; `error` and `goes_on_from` stand there only where it broke off."""
        document: dict[str, Any] = {
            "network": self.network,
            **({"account": self.account} if self.account else {}),
            "fetched": self.fetched,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": [{"line": row.line, "reason": row.reason} for row in self.rejected],
        }
        if self.parts:
            document["accounts"] = [part.as_json() for part in self.parts]
        if self.warnings:
            document["warnings"] = list(self.warnings)
        if self.goes_on_from:
            document["goes_on_from"] = self.goes_on_from.isoformat()
        if self.error:
            document["error"] = error_json(self.error)
        return document


PullReport = Tally


def together(reports: list[Tally]) -> Tally:
    """One report for several: sums, the first error, and the earliest place to go on from, since reading twice changes
    nothing.
    """
    if len(reports) == 1:
        return reports[0]
    total = Tally(reports[0].network, parts=tuple(reports))
    for report in reports:
        total.add(report)
        total.error = total.error or report.error
    total.goes_on_from = min((report.goes_on_from for report in reports if report.goes_on_from), default=None)
    return total
