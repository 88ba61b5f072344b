"""What a check stops goes live by no way through the admin, until it is mended or an editor answers for it."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, streamfield

from content.moderation import ad_file
from content.moderation.models import AdRecord, CheckOverride
from content.moderation.overrides import still_blocking
from content.moderation.tests.factories import draft, person, site
from content.pages.tests.making import make_item, product

pytestmark = pytest.mark.django_db

REASON = {"reason": "这是仿真模型,不是烟。", "proof": "https://example.org/doc"}


@pytest.fixture
def page():
    site()
    return draft(
        person("amy"), "新品", body=[product(make_item(title="换弹式电子烟"))], used_for="1 年", used_how="bought"
    )


def live(page):
    page.refresh_from_db()
    return page.live


def submitted(page):
    page.get_workflow().start(page, person("amy"))
    return page.current_workflow_task_state


def let_pass(client, page, **said):
    """Look at the page, then answer for what it showed."""
    address = reverse("moderation_let_pass", args=[page.pk])
    seen = re.search('name="seen" value="([0-9a-f]*)"', client.get(address).content.decode())
    return client.post(address, {**REASON, "seen": seen[1] if seen else "", **said}, follow=True)


def approve(client, page, state):
    return client.post(reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk]))


def test_an_approval_ends_in_a_refusal_whichever_way_it_comes(client, page):
    state = submitted(page)
    client.force_login(person("eve"))
    approve(client, page, state)
    assert not live(page)
    with pytest.raises(PermissionDenied), transaction.atomic():
        state.approve(user=person("eve"))
    assert not live(page)


def test_publishing_at_once_leaves_a_draft_and_says_what_to_do(client, page):
    client.force_login(person("eve"))
    fields = {"title": "改了", "slug": "a", "body": streamfield([]), "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0}}
    fields["body"] = streamfield(
        [
            (
                "product",
                {"item": str(page.body[0].value.item.pk), "pros": {"count": 0}, "cons": {"count": 0}, "ai_use": "none"},
            )
        ]
    )
    fields["body"]["0"]["value"]["pros-count"] = fields["body"]["0"]["value"]["cons-count"] = "0"
    del fields["body"]["0"]["value"]["pros"], fields["body"]["0"]["value"]["cons"]
    answer = client.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        nested_form_data({**fields, "ai_use": "none", "action-publish": "1"}),
        follow=True,
    )
    assert not live(page) and page.get_latest_revision_as_object().title == "改了"
    assert reverse("moderation_let_pass", args=[page.pk]) in answer.content.decode()


def test_many_at_once_are_stopped_too(client, page):
    client.force_login(person("eve"))
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    client.post(f"{address}?id={page.pk}", {"include_descendants": ""})
    assert not live(page)


def test_an_editor_lets_it_pass_with_a_reason_and_the_file_keeps_both(client, page):
    state = submitted(page)
    client.force_login(person("eve"))
    address = reverse("moderation_let_pass", args=[page.pk])
    asked = client.get(address).content.decode()
    assert "换弹式电子烟" in asked and "<h1" in asked and "新品" in asked.split("<h1")[1].split("</h1>")[0]
    assert let_pass(client, page, reason="行").status_code == 200 and not CheckOverride.objects.exists()
    let_pass(client, page)
    kept = CheckOverride.objects.get()
    assert (kept.by, kept.reason, kept.findings[0]["rule"]) == ("eve", REASON["reason"], "goods_banned")
    above = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert "（已放行）" in above and "✕" not in above.split("zc-found")[1].split("</ul>")[0]
    approve(client, page, state)
    assert live(page)
    shown = client.get(reverse("moderation_ad", args=[AdRecord.objects.get().pk])).content.decode()
    assert REASON["reason"] in shown and REASON["proof"] in shown


def test_what_was_let_pass_stays_so_after_an_edit_and_something_new_does_not(client, page):
    client.force_login(person("eve"))
    let_pass(client, page)
    page.title = "改过的标题"
    assert still_blocking(page) == []
    page.title = "能治疗失眠"
    assert [one.rule for one in still_blocking(page)] == ["medical"]


def test_nobody_answers_for_what_the_page_did_not_show_them(client, page):
    client.force_login(person("eve"))
    address = reverse("moderation_let_pass", args=[page.pk])
    seen = re.search('name="seen" value="([0-9a-f]+)"', client.get(address).content.decode())[1]
    page.title = "能治疗失眠"
    page.save_revision(user=person("amy"))
    answer = client.post(address, {**REASON, "seen": seen}).content.decode()
    assert not CheckOverride.objects.exists()
    assert "「治疗" in answer and REASON["proof"] in answer and seen not in answer
    let_pass(client, page)
    assert {row["rule"] for row in CheckOverride.objects.get().findings} == {"goods_banned", "medical"}


@pytest.mark.parametrize("name", ["amy", "ben", "otto"])
def test_only_whoever_may_publish_may_let_pass(client, page, name):
    client.force_login(person(name))
    let_pass(client, page)
    assert not CheckOverride.objects.exists()


def test_the_database_keeps_what_was_let_pass(client, page):
    client.force_login(person("eve"))
    let_pass(client, page)
    for change in (lambda: CheckOverride.objects.update(reason="x"), lambda: CheckOverride.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    ad_file.keep_true()
    assert CheckOverride.objects.count() == 1
