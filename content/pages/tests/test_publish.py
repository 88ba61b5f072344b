"""What publishing does: author of record, placements, and how they end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Revision

from affiliate.tracking.api import Placement
from content.feed.models import Card
from content.pages.api import DealPage, ReviewPage
from content.pages.tests.making import make_item, make_post, make_writer

pytestmark = pytest.mark.django_db


def live(page):
    return Placement.objects.filter(page_id=page.pk, retired_at=None)


def test_each_product_block_has_one_live_placement_after_publishing():
    page = make_post("review", [make_item(), make_item()])
    assert live(page).count() == 2
    codes = set(live(page).values_list("code", flat=True))
    page.save_revision().publish()
    assert set(live(page).values_list("code", flat=True)) == codes


def test_the_owner_is_the_author_of_record_and_no_editor_changes_that():
    page = make_post("review", [make_item()])
    author = page.author
    assert author.user == page.owner
    ReviewPage.objects.filter(pk=page.pk).update(owner=make_writer("editor"))
    page = ReviewPage.objects.get(pk=page.pk)
    page.title = "改了标题"
    page.save_revision(user=make_writer("editor")).publish()
    assert ReviewPage.objects.get(pk=page.pk).author == author
    assert set(live(page).values_list("author", flat=True)) == {author.pk}


def test_an_old_revision_brings_back_words_but_not_the_author():
    page = make_post("review", [make_item()])
    old = page.latest_revision
    content = {**old.content, "author": None}
    assert page.with_content_json(content).author_id == page.author_id


def test_a_removed_block_retires_its_placement_and_keeps_the_row():
    keep, drop = make_item(), make_item()
    page = make_post("review", [keep, drop])
    page = ReviewPage.objects.get(pk=page.pk)
    del page.body[2]
    page.save_revision().publish()
    assert list(live(page).values_list("item", flat=True)) == [keep.pk]
    assert Placement.objects.filter(page_id=page.pk, item=drop).exclude(retired_at=None).count() == 1


def test_unpublishing_retires_placements_and_takes_the_card_away():
    page = make_post("deal", [make_item()])
    assert Card.objects.filter(page_id=page.pk).exists()
    page.unpublish()
    assert not live(page).exists()
    assert not Card.objects.filter(page_id=page.pk).exists()


def test_deleting_a_page_retires_its_placements():
    page = make_post("deal", [make_item()])
    pk = page.pk
    page.delete()
    assert not Placement.objects.filter(page_id=pk, retired_at=None).exists()
    assert Placement.objects.filter(page_id=pk).count() == 1
    assert not Card.objects.filter(page_id=pk).exists()


def test_a_new_slug_is_written_to_the_placements_and_the_card_without_new_codes():
    page = make_post("deal", [make_item()])
    code = live(page).get().code
    page = DealPage.objects.get(pk=page.pk)
    page.slug = "renamed"
    page.save_revision().publish()
    placement = live(page).get()
    assert placement.code == code
    assert placement.page_url.endswith("/renamed/")
    assert Card.objects.get(page_id=page.pk).url.endswith("/renamed/")


def test_a_draft_has_no_placement_and_no_card():
    page = make_post("deal", [make_item()], live=False)
    assert not Placement.objects.filter(page_id=page.pk).exists()
    assert not Card.objects.filter(page_id=page.pk).exists()


def test_a_scheduled_post_is_placed_and_listed_at_its_hour_and_not_before():
    page = make_post("review", [make_item()], live=False, title="明早的好价")
    page.go_live_at = timezone.now() + timedelta(hours=8)
    page.save_revision().publish()
    page = ReviewPage.objects.get(pk=page.pk)
    assert not page.live and page.approved_schedule
    assert not Placement.objects.filter(page_id=page.pk).exists()
    assert not Card.objects.filter(page_id=page.pk).exists()
    Revision.objects.filter(object_id=str(page.pk)).update(approved_go_live_at=timezone.now() - timedelta(minutes=1))
    ReviewPage.objects.filter(pk=page.pk).update(go_live_at=timezone.now() - timedelta(minutes=1))
    revision = page.get_latest_revision()
    revision.content["go_live_at"] = None
    revision.save(update_fields=["content"])
    call_command("publish_scheduled")
    assert live(page).count() == 1
    assert Card.objects.filter(page_id=page.pk).exists()
