"""How long tracking keeps what."""

from __future__ import annotations

from datetime import timedelta

from affiliate.tracking import rollups

KEPT = {
    "clicks": (
        "to credit an author and to count readers; afterwards the daily sums alone",
        rollups.CLICKS_KEPT,
        rollups.old_clicks,
    ),
    "clicks_of_bots": (
        "to tell bots from readers; afterwards the daily sums alone",
        rollups.BOTS_KEPT,
        rollups.old_bots,
    ),
    "visitor_salts": ("to count a reader once a day", timedelta(days=1), rollups.old_salts),
    "click_sums": ("counts by day and placement, which name nobody", None, None),
}
