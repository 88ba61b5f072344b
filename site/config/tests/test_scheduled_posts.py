"""A post that goes live by itself does so at its hour, unless a check stops it by then."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Revision

from affiliate.catalog.models import Item
from config.worker.schedule import publish_scheduled
from content.moderation import scheduled
from content.moderation.tests.factories import draft, person, site
from content.pages.tests.making import make_item, product

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    """Scheduled by an editor, in order by then."""
    site()
    fields = {"body": [product(make_item())], "used_for": "1 年", "used_how": "bought"}
    page = draft(person("amy"), "明早的新品", **fields)
    page.go_live_at = timezone.now() + timedelta(hours=8)
    page.save_revision(user=person("eve")).publish(user=person("eve"))
    return page


def its_hour_has_come(page):
    past = timezone.now() - timedelta(minutes=1)
    revision = Revision.objects.get(object_id=str(page.pk), approved_go_live_at__isnull=False)
    revision.content["go_live_at"] = past.isoformat()
    revision.approved_go_live_at = past
    revision.save(update_fields=["content", "approved_go_live_at"])


def live(page):
    page.refresh_from_db()
    return page.live


def test_a_scheduled_post_goes_live_at_its_hour(page):
    publish_scheduled()
    assert not live(page)
    its_hour_has_come(page)
    publish_scheduled()
    assert live(page)


def test_one_that_is_stopped_by_then_waits_its_writer_is_told_once_and_it_goes_live_when_it_may(page, mailoutbox):
    Item.objects.update(available=False)
    for _turn in range(2):
        its_hour_has_come(page)
        publish_scheduled()
        assert not live(page)
    mail, again = [mail for mail in mailoutbox if mail.to == ["amy@example.org"]]
    key = "X-Idempotency-Key"
    assert mail.extra_headers[key] == again.extra_headers[key], "the outbox sends it once"
    assert mail.subject == "你的定时文章暂未发布：明早的新品" and f"/admin/pages/{page.pk}/edit/" in mail.body
    Item.objects.update(available=True)
    publish_scheduled()
    assert not live(page)
    its_hour_has_come(page)
    publish_scheduled()
    assert live(page)


def test_a_check_that_breaks_holds_its_own_post_alone(page, monkeypatch):
    other = draft(person("ben"), "另一篇", used_for="1 年", used_how="bought")
    other.go_live_at = timezone.now() + timedelta(hours=8)
    other.save_revision().publish()

    def breaks(post):
        if post.pk == page.pk:
            raise RuntimeError
        return []

    monkeypatch.setattr(scheduled, "still_blocking", breaks)
    its_hour_has_come(page)
    its_hour_has_come(other)
    publish_scheduled()
    assert live(other) and not live(page)
