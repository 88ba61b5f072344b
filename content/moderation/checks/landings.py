"""What the worker found at the end of the links."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from affiliate.catalog.api import Item, LandingState, Source
from content.moderation.checks.finding import Finding, stop
from content.moderation.checks.seen import Seen
from content.moderation.landing import HOLDS, results


def landing_findings(seen: Seen) -> Iterator[Finding]:
    """Dead links stop; a shop that shows something else, or nothing for a day, is said. One query.

    Where the network itself spoke of the item within the day, that is a test as well: it is asked twice a day.
    """
    border = timezone.now() - HOLDS
    tested = results([sold.item.pk for sold in seen.sold])
    for sold in seen.sold:
        state = tested.get(sold.item.pk)
        if state == LandingState.DEAD or not sold.item.available:
            # A post that is live says on the card that it is gone; mending another line of it must go on.
            dead = Finding("landing_dead", "card", sold.name, serious=True)
            yield dead if seen.post.live else stop("landing_dead", "card", sold.name)
        elif state == LandingState.DIFFERENT:
            yield Finding("landing_different", "card", sold.name, serious=True)
        elif state in (None, LandingState.SILENT) and not _spoken_of(sold.item, border):
            yield Finding("landing_untested", "card", sold.name)


def _spoken_of(item: Item, since: datetime) -> bool:
    return item.source == Source.API and item.seen_at is not None and item.seen_at >= since
