"""The advertising file: what was shown, from when to when, in which words; written once, and kept."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from affiliate.catalog.api import Item
from content.moderation import ad_file, ad_triggers
from content.moderation.models import AdRecord, CheckRun
from content.moderation.tests.factories import draft, person, published, site
from content.pages.api import ReviewPage
from content.pages.tests.making import make_item, product, words

pytestmark = pytest.mark.django_db

COMMISSION = {"commission_minor": 76_543, "commission_rate_bp": 8_642}


def again(page):
    return ReviewPage.objects.get(pk=page.pk)


def records(page):
    return list(AdRecord.objects.filter(page_id=page.pk).order_by("pk"))


@pytest.fixture
def page():
    site()
    body = [words("<p>用了<b>三个月</b>。</p>"), product(make_item(**COMMISSION), reason="安静", cons=["重"])]
    return published(person("amy"), "三升够一个人", body=body, verdict="值得。", used_for="3 个月")


def test_the_first_publication_opens_a_record_with_what_readers_were_shown(page):
    (record,) = records(page)
    assert record.shown_until is None and record.label == "广告"
    lines = record.snapshot.splitlines()
    assert lines[0] == "【广告】三升够一个人"
    assert lines[3].startswith("广告 本文有购买链接")
    assert "用了三个月。" in record.snapshot and "- 重" in lines
    assert record.products[0]["network"] == "demo" and record.products[0]["shop"] == "测试旗舰店"
    assert record.terms[0]["commission_minor"] == 76_543
    assert record.author_id == page.author_id
    assert record.revision_id == page.live_revision_id
    assert record.run.moment == "published"


def test_publishing_the_same_again_changes_nothing_and_a_change_begins_a_new_record(page):
    again(page).save_revision().publish()
    assert len(records(page)) == 1
    changed = again(page)
    changed.verdict = "不值。"
    changed.save_revision().publish()
    old, new = records(page)
    assert old.shown_until == new.shown_from and new.shown_until is None
    assert old.content_hash != new.content_hash and "值得。" in old.snapshot


def test_a_price_that_moves_is_no_change_but_another_address_is(page):
    Item.objects.update(final_price_minor=1)
    again(page).save_revision().publish()
    assert len(records(page)) == 1
    moved = again(page)
    moved.slug = "elsewhere"
    moved.save_revision().publish()
    assert [record.url.endswith("/elsewhere/") for record in records(page)] == [False, True]


def test_unpublishing_and_deleting_end_the_record(page):
    again(page).unpublish()
    (record,) = records(page)
    assert record.shown_until is not None
    again(page).save_revision().publish()
    again(page).delete()
    assert [one.shown_until is None for one in records(page)] == [False, False]


def test_a_post_that_sells_nothing_has_no_record_and_one_that_stops_selling_ends_its(page):
    assert records(published(person("amy"), "只是读读", body=[words("<p>读。</p>")])) == []
    bare = again(page)
    del bare.body[1]
    bare.save_revision().publish()
    (record,) = records(page)
    assert record.shown_until is not None


def test_two_open_records_of_one_post_are_impossible(page):
    (record,) = records(page)
    record.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        record.save(force_insert=True)


@pytest.mark.parametrize("change", [{"title": "anders"}, {"snapshot": ""}, {"terms": []}, {"page_id": 1}])
def test_the_database_refuses_to_change_what_was_written(page, change):
    with pytest.raises(DatabaseError), transaction.atomic():
        AdRecord.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        CheckRun.objects.update(reason="anders")


def test_an_end_is_set_once_and_nothing_goes_within_three_years(page):
    ad_file.end(page.pk)
    for change in (timezone.now(), None):
        with pytest.raises(DatabaseError), transaction.atomic():
            AdRecord.objects.update(shown_until=change)
    with pytest.raises(DatabaseError), transaction.atomic():
        AdRecord.objects.all().delete()
    now = timezone.now()
    assert ad_file.forget_old(now + timedelta(days=3 * 365 - 2)) == 0


def test_what_ended_more_than_three_years_ago_is_forgotten(page):
    ad_file.end(page.pk, timezone.now() - timedelta(days=3 * 366))
    assert ad_file.forget_old(timezone.now()) == 1
    assert records(page) == []


def test_the_guards_come_back_when_they_are_made_again(page):
    ad_triggers.drop()
    AdRecord.objects.update(title="anders")
    ad_triggers.create()
    ad_triggers.create()
    with pytest.raises(DatabaseError), transaction.atomic():
        AdRecord.objects.update(title="wieder anders")


def test_posts_that_are_older_than_the_file_are_written_up_and_left_over_records_end(page):
    other = published(person("amy"), "später weg", body=[product(make_item())])
    ad_triggers.drop()
    AdRecord.objects.filter(page_id=page.pk).delete()
    ad_triggers.create()
    from affiliate.tracking.api import retire_page

    retire_page(other.pk)
    assert ad_file.keep_true() == {"written": 1, "ended": 1, "forgotten": 0}
    (record,) = records(page)
    assert record.written_afterwards and record.shown_from == again(page).last_published_at
    assert ad_file.keep_true() == {"written": 0, "ended": 0, "forgotten": 0}


def test_the_editor_who_approved_stands_in_the_record_with_their_words():
    site()
    waiting = draft(person("amy"), "全网最低价", body=[product(make_item())])
    waiting.get_workflow().start(waiting, person("amy"))
    assert CheckRun.objects.get(moment="submitted").findings[0]["serious"]
    waiting.refresh_from_db()
    waiting.current_workflow_task_state.approve(user=person("eve"), comment="商家给了价格证明")
    (record,) = records(waiting)
    assert (record.approved_by, record.run.reason) == ("eve", "商家给了价格证明")
    assert record.run.passed_by_id == person("eve").pk
    assert {one["rule"] for one in record.run.findings} >= {"bare_low"}


def test_a_post_of_many_products_is_filed_in_as_many_queries_as_one(page):
    counts = []
    for number in (1, 10):
        sells = published(person("amy"), f"x{number}", body=[product(make_item()) for _ in range(number)])
        AdRecord.objects.filter(page_id=sells.pk).update(shown_until=timezone.now())
        fresh = again(sells)
        list(fresh.body)
        with CaptureQueriesContext(connection) as queries:
            ad_file.record(fresh)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def shown(client, name, address):
    client.force_login(person(name))
    answer = client.get(address)
    return b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()


def test_editors_read_the_file_without_money_and_operators_with(client, page):
    (record,) = records(page)
    for address in ("/admin/advertising/", f"/admin/advertising/{record.pk}/", "/admin/advertising/table.csv"):
        assert "三升够一个人" in shown(client, "eve", address)
        assert "76543" not in shown(client, "eve", address)
    assert "76543" in shown(client, "otto", f"/admin/advertising/{record.pk}/")
    assert "76543" in shown(client, "otto", "/admin/advertising/table.csv")
    client.force_login(person("amy"))
    assert client.get("/admin/advertising/").status_code in (302, 403)


def test_the_table_is_filtered_and_no_cell_is_a_formula(client, page):
    published(person("amy"), "=HYPERLINK(1)", body=[product(make_item())])
    again(page).unpublish()
    rows = list(csv.DictReader(StringIO(shown(client, "otto", "/admin/advertising/table.csv?state=live")[1:])))
    assert [row["title"] for row in rows] == ["'=HYPERLINK(1)"]
    assert rows[0]["label"] == "广告" and rows[0]["until"] == ""
    assert "三升够一个人" not in shown(client, "otto", "/admin/advertising/?state=live")
    assert "三升够一个人" in shown(client, "otto", "/admin/advertising/?q=三升")


def test_fifty_records_take_as_many_queries_as_one(client, page):
    client.force_login(person("otto"))
    counts = []
    for more in (0, 9):
        for number in range(more):
            published(person("amy"), f"x{number}", body=[product(make_item())])
        client.get("/admin/advertising/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/advertising/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
