"""Tests of the links of posts before they are published: done by the worker, a row an item, read by the checks."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from wagtail.models import Page, WorkflowState

from affiliate.catalog.api import Item, Landing, LandingState, try_landing
from content.moderation.models import LandingTest
from content.pages.api import Post

logger = logging.getLogger("zhongcao.moderation")

HOLDS = timedelta(hours=24)
"""How long a test is believed."""
AGAIN = timedelta(hours=12)
A_RUN = 10
"""Items that one run of the job opens: each may take some seconds."""


def results(item_ids: Iterable[int]) -> dict[int, str]:
    """States by item of the tests that still hold, in one query."""
    rows = LandingTest.objects.filter(item_id__in=list(item_ids), tested_at__gte=timezone.now() - HOLDS)
    return dict(rows.values_list("item_id", "state"))


def try_items(item_ids: Iterable[int]) -> int:
    """Open the links of those that were not tested of late. Returns how many were."""
    wanted = set(item_ids)
    border = timezone.now() - AGAIN
    fresh = LandingTest.objects.filter(item_id__in=wanted, tested_at__gte=border).values_list("item_id", flat=True)
    done = 0
    for item in Item.objects.filter(pk__in=wanted - set(fresh)).order_by("pk")[:A_RUN]:
        found = _tried(item)
        values = {"state": found.state, "title": found.title[:300], "price_minor": found.price_minor}
        LandingTest.objects.update_or_create(item_id=item.pk, defaults={**values, "tested_at": timezone.now()})
        done += 1
    return done


def _tried(item: Item) -> Landing:
    """What came of it. What nobody foresaw in one item keeps no other from its test."""
    try:
        return try_landing(item)
    except Exception:
        logger.exception("The link of item %s could not be tried.", item.pk)
        return Landing(LandingState.SILENT)


def try_waiting() -> int:
    """The links of every post that waits for its review: the job."""
    states = WorkflowState.objects.filter(
        status=WorkflowState.STATUS_IN_PROGRESS, base_content_type=ContentType.objects.get_for_model(Page)
    ).select_related("current_task_state__revision")
    waiting: set[int] = set()
    for state in states[:200]:
        revision = state.current_task_state.revision if state.current_task_state else None
        post = revision.as_object() if revision else None
        if isinstance(post, Post):
            waiting |= items_of(post)
    return try_items(waiting)


def items_of(post: Post) -> set[int]:
    """The items of a post's product blocks."""
    return {value.item.pk for _path, value in post.products() if value.item is not None}
