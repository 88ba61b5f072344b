"""The price verdict in words a reader can check: against what, over which time, since when."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from content.blocks import times
from content.blocks.money import percent_below, plain_price
from content.blocks.price_record import ENOUGH, Record, Standing


def phrase(
    price: int | None, usual: int | None, low: int | None, low_at: datetime | None, days: int, now: datetime
) -> str:
    """The few words beside a price on a card; empty where the record says nothing worth the room."""
    if price is None or usual is None or low is None or low_at is None:
        return ""
    if price <= low < usual:
        if (now - low_at).days >= 2 and price == low:
            return _("lowest in %(days)d days (same on %(date)s)") % {"days": days, "date": times.day(low_at, now)}
        return _("lowest in %(days)d days") % {"days": days}
    below = percent_below(price, usual)
    if below >= 2:
        return _("%(percent)d%% below usual") % {"percent": below}
    if price * 100 > usual * 102:
        return _("%(percent)d%% above usual") % {"percent": (price - usual) * 100 // usual}
    return ""


def record_phrase(record: Record | None, price: int | None, now: datetime) -> str:
    """The same from a whole record."""
    if record is None:
        return ""
    return phrase(price, record.usual_minor, record.low_minor, record.low_at, record.days, now)


def sentence(record: Record | None, price: int | None, shop: str, now: datetime) -> str:
    """The verdict as one sentence; says so where the record is too short for one."""
    if record is None:
        return ""
    if record.usual_minor is None:
        return _("Our record of this price is only %(days)d days long. We judge after %(enough)d.") % {
            "days": record.days,
            "enough": ENOUGH.days,
        }
    words = {
        "price": plain_price(price) if price is not None else "",
        "days": record.days,
        "low": plain_price(record.low_minor),
        "shop": shop,
        "date": times.day(record.low_at, now),
        "usual": plain_price(record.usual_minor),
    }
    if price is None:
        return _("Lowest in %(days)d days: %(low)s (%(shop)s, %(date)s). Usual price: %(usual)s.") % words
    if record.standing(price) == Standing.LOW:
        return _("Now %(price)s, the lowest in %(days)d days (%(shop)s, our record). Usual price: %(usual)s.") % words
    return _("Now %(price)s. Lowest in %(days)d days: %(low)s (%(shop)s, %(date)s). Usual price: %(usual)s.") % words
