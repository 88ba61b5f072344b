"""Posts that go live by themselves are looked at once more when their hour comes: what was right when they were
scheduled may not be now. One that is stopped waits, its writer is told, and it goes live once nothing stops it.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.models import Page, Revision

from content.moderation import letters
from content.moderation.overrides import still_blocking
from content.pages.api import Post

logger = logging.getLogger("zhongcao.moderation")

AHEAD = timedelta(minutes=2)
"""So much earlier they are looked at, so that none comes due between the look and the publishing."""
AGAIN = timedelta(minutes=15)


def hold_stopped() -> int:
    """Put off what is due and stopped. Returns how many posts wait by it."""
    now = timezone.now()
    pages = ContentType.objects.get_for_model(Page)
    due = Revision.objects.filter(base_content_type=pages, approved_go_live_at__lt=now + AHEAD)
    return sum(_put_off(revision, now) for revision in due.order_by("pk") if _is_stopped(revision))


def _is_stopped(revision: Revision) -> bool:
    try:
        post = revision.as_object()
        return isinstance(post, Post) and bool(still_blocking(post))
    except Exception:
        logger.exception("Revision %s could not be checked before its hour: it waits.", revision.pk)
        return True


def _put_off(revision: Revision, now: datetime) -> bool:
    """False where somebody has unscheduled it meanwhile."""
    same = Revision.objects.filter(pk=revision.pk, approved_go_live_at=revision.approved_go_live_at)
    if not same.update(approved_go_live_at=now + AGAIN):
        return False
    logger.warning("The scheduled post %s does not go live: a check stops it.", revision.object_id)
    letters.tell_held(revision)
    return True
