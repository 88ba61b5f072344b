"""Keeps the advertising file: one open record per live post that sells, ended and begun anew when the post changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from wagtail.log_actions import get_active_log_context
from wagtail.models import TaskState

from affiliate.tracking import api as tracking
from content.blocks.api import AD
from content.moderation import ad_text
from content.moderation.ad_triggers import YEARS_KEPT
from content.moderation.checks import VERSION, check
from content.moderation.models import AdRecord, CheckOverride, CheckRun
from content.pages.api import POST_TYPES, Post, address

BATCH = 200
"""Posts a turn that are written up afterwards."""


@transaction.atomic
def record(page: Post, *, afterwards: bool = False) -> AdRecord | None:
    """Bring the file in line with a live post. The same post again changes nothing; one that sells nothing has no
    record. Joins the caller's transaction.
    """
    now = timezone.now()
    placements = tracking.codes_of_pages([page.pk]).get(page.pk, [])
    standing = AdRecord.objects.filter(page_id=page.pk, shown_until=None).first()
    if not placements:
        end(page.pk, now)
        return None
    values = _values(page, placements)
    values["content_hash"] = ad_text.content_hash(values)
    if standing is not None:
        if standing.content_hash == values["content_hash"]:
            return standing
        end(page.pk, now)
    who, name, _why = passed_by(page.live_revision_id)
    since = page.last_published_at if afterwards and page.last_published_at else now
    return AdRecord.objects.create(
        **values,
        run=run_checks(page, page.live_revision_id, "published") if page.live_revision_id else None,
        approved_by_id=who,
        approved_by=name,
        written_afterwards=afterwards,
        shown_from=since,
    )


def end(page_id: int, at: datetime | None = None) -> int:
    """The post is not shown any more as its open record says. Returns how many ended."""
    return AdRecord.objects.filter(page_id=page_id, shown_until=None).update(shown_until=at or timezone.now())


def run_checks(page: Post, revision_id: int, moment: str) -> CheckRun:
    """Look a revision through and keep what was found, once for each version of the rules."""
    known = CheckRun.objects.filter(revision_id=revision_id, moment=moment, rules=VERSION).first()
    if known is not None:
        return known
    who, name, why = passed_by(revision_id) if moment == "published" else (None, "", "")
    return CheckRun.objects.get_or_create(
        revision_id=revision_id,
        moment=moment,
        rules=VERSION,
        defaults={
            "page_id": page.pk,
            "findings": [finding.as_row() for finding in check(page)],
            "passed_by_id": who,
            "passed_by": name,
            "reason": why,
        },
    )[0]


def passed_by(revision_id: int | None) -> tuple[int | None, str, str]:
    """Who let a revision go live, and what they said: the editor who approved it, else whoever is at work."""
    approved = (
        TaskState.objects.filter(revision_id=revision_id, status=TaskState.STATUS_APPROVED)
        .select_related("finished_by")
        .order_by("-finished_at")
        .first()
        if revision_id
        else None
    )
    user: Any = approved.finished_by if approved and approved.finished_by else get_active_log_context().user
    why = approved.comment[:500] if approved else ""
    return (user.pk, user.get_username()[:150], why) if user else (None, "", why)


def keep_true() -> dict[str, int]:
    """The file's own housekeeping: what is live has a record, what is not has none open, what is old enough goes."""
    return {"written": _write_missing(), "ended": _end_left_over(), "forgotten": forget_old(timezone.now())}


def forget_old(now: datetime) -> int:
    """Records whose three years are over, then the check runs and overrides that no record needs any more."""
    border = _years_before(now, YEARS_KEPT)
    gone, _by_model = AdRecord.objects.filter(shown_until__lt=border).delete()
    CheckRun.objects.filter(at__lt=border, ads=None).delete()
    kept = AdRecord.objects.filter(page_id=OuterRef("page_id"))
    CheckOverride.objects.filter(~Exists(kept), at__lt=border).delete()
    return gone


def _years_before(now: datetime, years: int) -> datetime:
    try:
        return now.replace(year=now.year - years)
    except ValueError:  # the 29th of February
        return now.replace(year=now.year - years, day=28)


def _write_missing() -> int:
    open_ones = AdRecord.objects.filter(shown_until=None).values("page_id")
    selling = tracking.Placement.objects.filter(retired_at=None).exclude(page_id__in=open_ones)
    ids = list(selling.order_by("page_id").values_list("page_id", flat=True).distinct()[:BATCH])
    written = 0
    for kind in POST_TYPES:
        for page in kind.objects.live().filter(pk__in=ids):
            written += record(page, afterwards=True) is not None
    return written


def _end_left_over() -> int:
    open_ones = AdRecord.objects.filter(shown_until=None)
    live = tracking.Placement.objects.filter(retired_at=None).values("page_id")
    return sum(end(page_id) for page_id in open_ones.exclude(page_id__in=live).values_list("page_id", flat=True))


def _values(page: Post, placements: list[Any]) -> dict[str, Any]:
    return {
        "page_id": page.pk,
        "revision_id": page.live_revision_id,
        "kind": page.kind,
        "title": page.title,
        "url": address(page)[:500],
        "label": AD,
        "snapshot": ad_text.snapshot(page),
        "products": ad_text.products(placements),
        "terms": ad_text.terms(placements),
        "author_id": page.author_id,
        "author_name": page.author.name if page.author else "",
        "ai_use": page.ai_use,
    }
