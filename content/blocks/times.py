"""Times as readers say them: near ones by distance, far ones by date."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def ago(at: datetime, now: datetime) -> str:
    """`just now`, `5 minutes ago`, `3 hours ago`, `2 days ago`, then the date."""
    seconds = int((now - at).total_seconds())
    if seconds < 60:
        return _("just now")
    if seconds < 3600:
        return ngettext("%(count)d minute ago", "%(count)d minutes ago", seconds // 60) % {"count": seconds // 60}
    if seconds < 86_400:
        return ngettext("%(count)d hour ago", "%(count)d hours ago", seconds // 3600) % {"count": seconds // 3600}
    if seconds < 7 * 86_400:
        return ngettext("%(count)d day ago", "%(count)d days ago", seconds // 86_400) % {"count": seconds // 86_400}
    return day(at, now)


def left(until: datetime, now: datetime) -> str:
    """`ends in 2 hours`; empty where it is over or more than three days away."""
    seconds = int((until - now).total_seconds())
    if seconds <= 0 or seconds > 3 * 86_400:
        return ""
    if seconds < 3600:
        minutes = max(1, seconds // 60)
        return ngettext("ends in %(count)d minute", "ends in %(count)d minutes", minutes) % {"count": minutes}
    if seconds < 2 * 86_400:
        hours = seconds // 3600
        return ngettext("ends in %(count)d hour", "ends in %(count)d hours", hours) % {"count": hours}
    days = seconds // 86_400
    return ngettext("ends in %(count)d day", "ends in %(count)d days", days) % {"count": days}


def day(at: datetime, now: datetime) -> str:
    """`18 June`, with the year where it is not this one."""
    local, today = timezone.localtime(at), timezone.localtime(now)
    words = {"year": local.year, "month": local.month, "day": local.day}
    return (_("%(month)d/%(day)d") if local.year == today.year else _("%(year)d/%(month)d/%(day)d")) % words


def stamp(at: datetime, now: datetime) -> str:
    """When a price was seen: `14:02` today, `yesterday 14:02`, else the date."""
    local, today = timezone.localtime(at), timezone.localtime(now)
    clock = f"{local:%H:%M}"
    if local.date() == today.date():
        return clock
    if local.date() == today.date() - timedelta(days=1):
        return _("yesterday %(clock)s") % {"clock": clock}
    return day(at, now)
