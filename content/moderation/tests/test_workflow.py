"""The story of a post: a writer submits, withdraws, submits again; an editor sends back or approves; it is live."""

from __future__ import annotations

import pytest
from django.urls import reverse
from wagtail.models import WorkflowState
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from content.moderation.tests.factories import draft, person, site

pytestmark = pytest.mark.django_db


def form(**more):
    return nested_form_data(
        {
            "title": "三升够一个人",
            "slug": "three-litres",
            "verdict": "",
            "used_for": "",
            "body": streamfield([]),
            "comments": inline_formset([]),
            **more,
        }
    )


def edit(client, page, **more):
    answer = client.post(f"/admin/pages/{page.pk}/edit/", form(**more), follow=True)
    page.refresh_from_db()
    return answer


def act(client, page, action, **more):
    state = page.current_workflow_task_state
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, state.pk])
    answer = client.post(address, more)
    assert answer.status_code in (200, 302, 403), answer.status_code
    page.refresh_from_db()
    return answer


@pytest.fixture
def page(client):
    site()
    client.force_login(person("amy"))
    return draft(person("amy"), "三升够一个人", slug="three-litres")


def status(page):
    return page.current_workflow_state.status if page.current_workflow_state else None


def test_a_writer_submits_an_editor_approves_and_it_is_live(client, page):
    edit(client, page, **{"action-submit": "1"})
    assert status(page) == WorkflowState.STATUS_IN_PROGRESS and not page.live
    client.force_login(person("eve"))
    act(client, page, "approve", comment="")
    assert page.live


def test_a_writer_cannot_publish_nor_approve(client, page):
    edit(client, page, **{"action-publish": "1"})
    assert not page.live
    edit(client, page, **{"action-submit": "1"})
    act(client, page, "approve", comment="")
    assert not page.live


def test_a_post_in_review_is_locked_until_the_writer_withdraws_it(client, page):
    edit(client, page, **{"action-submit": "1"})
    edit(client, page, title="heimlich")
    assert page.get_latest_revision_as_object().title == "三升够一个人"
    offered = client.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    assert "action-cancel-workflow" in offered
    edit(client, page, **{"action-cancel-workflow": "1"})
    assert status(page) is None
    edit(client, page, title="Nachgebessert")
    assert page.get_latest_revision_as_object().title == "Nachgebessert"
    edit(client, page, **{"action-submit": "1"})
    assert status(page) == WorkflowState.STATUS_IN_PROGRESS


def test_an_editor_sends_back_with_a_note_and_the_writer_finds_it_on_the_desk(client, page):
    edit(client, page, **{"action-submit": "1"})
    client.force_login(person("eve"))
    act(client, page, "reject", comment="请写明价格来源")
    assert status(page) == WorkflowState.STATUS_NEEDS_CHANGES
    client.force_login(person("amy"))
    edit(client, page, title="改好了", **{"action-submit": "1"})
    assert status(page) == WorkflowState.STATUS_IN_PROGRESS


def test_the_writer_of_one_post_cannot_withdraw_anothers(client, page):
    edit(client, page, **{"action-submit": "1"})
    client.force_login(person("ben"))
    assert edit(client, page, **{"action-cancel-workflow": "1"}).redirect_chain
    assert status(page) == WorkflowState.STATUS_IN_PROGRESS
