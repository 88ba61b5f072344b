"""Whose readers clicked an item shortly before it was ordered: the last thing an order can be credited by."""

from __future__ import annotations

from datetime import datetime, timedelta

from affiliate.tracking.models import Click, ClickClass, Placement

WINDOW = timedelta(hours=24)
"""How long before the order a click may lie. Short: the longer it is, the more of other people's orders it meets."""


def clicked_before(network: str, item_id: str, at: datetime) -> list[Placement]:
    """Placements of this item whose links people followed within WINDOW before `at`, as far as those clicks are still
    kept. Asks for clicks only where the item stands in a post.
    """
    if not item_id:
        return []
    placements = Placement.objects.filter(item__network=network, item__item_id=item_id).select_related("author", "item")
    by_code = {placement.code: placement for placement in placements}
    if not by_code:
        return []
    clicks = Click.objects.filter(code__in=by_code, kind=ClickClass.HUMAN, earns=True, at__gt=at - WINDOW, at__lte=at)
    return [by_code[code] for code in clicks.order_by("code").values_list("code", flat=True).distinct()]
