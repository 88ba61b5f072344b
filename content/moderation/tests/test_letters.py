"""Writers are told by mail how the review of their posts ended: once, in their language, unless they do not want it."""

from __future__ import annotations

import pytest
from wagtail.models import WorkflowState
from wagtail.users.models import UserProfile

from affiliate.people.api import User
from content.moderation import board
from content.moderation.tests.factories import draft, person, published, site

pytestmark = pytest.mark.django_db


@pytest.fixture
def submitted(mailoutbox):
    site()
    amy, post = person("amy"), draft(person("amy"), "三升够一个人 <b>", slug="three")
    person("eve")
    state = post.get_workflow().start(post, amy)
    mailoutbox.clear()
    return state


def to_amy(mailoutbox):
    return [mail for mail in mailoutbox if mail.to == ["amy@example.org"]]


def test_an_approved_post_is_told_once(submitted, mailoutbox):
    submitted.current_task_state.specific.approve(user=person("eve"))
    assert WorkflowState.objects.get(pk=submitted.pk).status == WorkflowState.STATUS_APPROVED
    (mail,) = to_amy(mailoutbox)
    assert mail.subject == "你的文章已上线：三升够一个人 <b>"
    assert "http://127.0.0.1:8000/three/" in mail.body.replace("/digital", "") and "<b>" in mail.body
    (page,) = [text for text, kind in mail.alternatives if kind == "text/html"]
    assert "&lt;b&gt;" in page and "<b>" not in page and 'lang="zh-Hans"' in page
    assert mail.extra_headers["X-Idempotency-Key"] == f"approved:{submitted.pk}"


def test_a_returned_post_is_told_with_the_note_in_the_writers_language(submitted, mailoutbox):
    profile = UserProfile.get_for_user(person("amy"))
    profile.preferred_language = "en"
    profile.save()
    submitted.current_task_state.specific.reject(user=person("eve"), comment="请写明价格来源")
    (mail,) = to_amy(mailoutbox)
    assert mail.subject.startswith("Your post came back")
    assert "请写明价格来源" in mail.body and "/admin/pages/" in mail.body
    assert "Turn such mail off" in mail.body and "种草" in mail.body


@pytest.mark.parametrize("way", ["unwanted", "no address", "locked out"])
def test_who_does_not_want_it_or_cannot_get_it_gets_none(submitted, mailoutbox, way):
    amy = person("amy")
    profile = UserProfile.get_for_user(amy)
    profile.approved_notifications = way != "unwanted"
    profile.save()
    User.objects.filter(pk=amy.pk).update(email="" if way == "no address" else amy.email, is_active=way != "locked out")
    submitted = WorkflowState.objects.get(pk=submitted.pk)
    submitted.current_task_state.specific.approve(user=person("eve"))
    assert not to_amy(mailoutbox)


def test_an_address_that_is_none_keeps_no_post_from_being_approved(submitted, mailoutbox):
    User.objects.filter(username="amy").update(email="amy@@\nexample")
    submitted = WorkflowState.objects.get(pk=submitted.pk)
    submitted.current_task_state.specific.approve(user=person("eve"))
    assert WorkflowState.objects.get(pk=submitted.pk).status == WorkflowState.STATUS_APPROVED


def test_a_featured_post_is_told_with_the_reason_and_not_again_when_the_reason_changes(mailoutbox):
    site()
    post = published(person("amy"), "三升够一个人")
    mailoutbox.clear()
    slot = board.feature(post.pk, "写得最清楚的一篇", None, by=person("eve"))
    (mail,) = to_amy(mailoutbox)
    assert "写得最清楚的一篇" in mail.body
    board.feature(post.pk, "换一句", None, by=person("eve"))
    keys = {mail.extra_headers["X-Idempotency-Key"] for mail in to_amy(mailoutbox)}
    assert keys == {f"featured:{slot.pk}"}
