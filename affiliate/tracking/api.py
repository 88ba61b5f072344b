"""What other rooms may use of tracking."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from affiliate.tracking import author_codes, personal
from affiliate.tracking.away import is_about_the_switch, stopped_networks
from affiliate.tracking.codes import new_code
from affiliate.tracking.credit import Credit, credit_by_clicks, credit_of, last_click_of
from affiliate.tracking.exit.tokens import new_token
from affiliate.tracking.links import fetch_anew
from affiliate.tracking.models import AuthorCode, Click, ClickDay, LinkState, Placement, PlacementLink
from affiliate.tracking.placements import BlockRef, PageRef, retire_page, sync_placements
from affiliate.tracking.rollups import BOTS_KEPT, CLICKS_KEPT, click_counts, totals_by_kind
from affiliate.tracking.slots import running_out


def codes_of_page(page_id: int) -> dict[tuple[str, int], str]:
    """The codes of a page's live placements by block path and item, in one query."""
    rows = Placement.objects.filter(page_id=page_id, retired_at=None)
    return {(path, item): code for path, item, code in rows.values_list("block_path", "item_id", "code")}


def pages_showing(item_ids: Iterable[int]) -> list[int]:
    """The pages that have a live placement of any of these items, in one query."""
    rows = Placement.objects.filter(item_id__in=list(item_ids), retired_at=None)
    return list(rows.order_by("page_id").values_list("page_id", flat=True).distinct())


def links_of_page(page_id: int) -> list[Placement]:
    """The live placements of a page in reading order, with item and link, in one query."""
    rows = Placement.objects.filter(page_id=page_id, retired_at=None).select_related("item", "link")
    return list(rows.order_by("position", "pk"))


def codes_of_pages(page_ids: Iterable[int]) -> dict[int, list[Placement]]:
    """The live placements of many pages in reading order, with item and author, in one query."""
    found: dict[int, list[Placement]] = defaultdict(list)
    rows = Placement.objects.filter(page_id__in=list(page_ids), retired_at=None).select_related("item", "author")
    for placement in rows.order_by("page_id", "position", "pk"):
        found[placement.page_id].append(placement)
    return dict(found)


__all__ = [
    "BOTS_KEPT",
    "CLICKS_KEPT",
    "AuthorCode",
    "BlockRef",
    "Click",
    "ClickDay",
    "Credit",
    "LinkState",
    "PageRef",
    "Placement",
    "PlacementLink",
    "click_counts",
    "author_codes",
    "codes_of_page",
    "codes_of_pages",
    "credit_by_clicks",
    "credit_of",
    "fetch_anew",
    "is_about_the_switch",
    "last_click_of",
    "links_of_page",
    "new_code",
    "new_token",
    "pages_showing",
    "personal",
    "retire_page",
    "running_out",
    "stopped_networks",
    "sync_placements",
    "totals_by_kind",
]
