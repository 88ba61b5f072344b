"""What the worker found at the end of the links."""

from __future__ import annotations

from collections.abc import Iterator

from affiliate.catalog.api import LandingState
from content.moderation.checks.finding import Finding, stop
from content.moderation.checks.seen import Seen
from content.moderation.landing import results


def landing_findings(seen: Seen) -> Iterator[Finding]:
    """Dead links stop; a shop that shows something else, or nothing for a day, is said. One query."""
    tested = results([sold.item.pk for sold in seen.sold])
    for sold in seen.sold:
        state = tested.get(sold.item.pk)
        if state == LandingState.DEAD or not sold.item.available:
            yield stop("landing_dead", "card", sold.name)
        elif state == LandingState.DIFFERENT:
            yield Finding("landing_different", "card", sold.name, serious=True)
        elif state in (None, LandingState.SILENT):
            yield Finding("landing_untested", "card", sold.name)
