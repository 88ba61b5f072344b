"""The desk: where each of one's posts stands, and what an editor wrote to it, without opening any history."""

from __future__ import annotations

import pytest

from content.desk.posts import desk_of
from content.moderation.tests.factories import draft, person, published, site

pytestmark = pytest.mark.django_db

NOTE = "请补充两只杯子的容量。"


@pytest.fixture
def sent_back():
    site()
    page = draft(person("amy"), "玻璃杯")
    state = page.get_workflow().start(page, person("amy"))
    state.current_task_state.reject(user=person("eve"), comment=NOTE)
    return page


def test_a_post_that_was_sent_back_stands_there_with_the_editors_words(client, sent_back):
    draft(person("amy"), "草稿一")
    published(person("amy"), "上线一")
    draft(person("ben"), "别人的")
    desk = desk_of(person("amy"))
    assert [(page.title, note) for page, note in desk.sent_back] == [("玻璃杯", NOTE)]
    assert [page.title for page in desk.drafts] == ["草稿一"]
    assert [page.title for page, _clicks in desk.live] == ["上线一"]
    client.force_login(person("amy"))
    assert NOTE in client.get("/admin/").content.decode()


def test_the_editors_words_stand_above_the_post_when_its_writer_opens_it(client, sent_back):
    client.force_login(person("amy"))
    address = f"/admin/pages/{sent_back.pk}/edit/"
    assert NOTE in client.get(address).content.decode()
    state = sent_back.current_workflow_state
    state.resume(user=person("amy"))
    assert NOTE not in client.get(address).content.decode()


def test_what_an_editor_wrote_is_shown_as_text(client):
    site()
    page = draft(person("amy"), "x")
    page.get_workflow().start(page, person("amy")).current_task_state.reject(
        user=person("eve"), comment="<script>alert(1)</script>"
    )
    client.force_login(person("amy"))
    for address in ("/admin/", f"/admin/pages/{page.pk}/edit/"):
        assert "<script>alert(1)" not in client.get(address).content.decode()


def test_a_desk_of_many_posts_takes_as_many_queries_as_one_of_few(django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    site()
    for number in range(3):
        published(person("amy"), f"a{number}")
    with CaptureQueriesContext(connection) as few:
        desk_of(person("amy"))
    for number in range(5):
        published(person("amy"), f"b{number}")
        page = draft(person("amy"), f"c{number}")
        page.get_workflow().start(page, person("amy")).current_task_state.reject(user=person("eve"), comment=NOTE)
    with django_assert_num_queries(len(few)):
        desk_of(person("amy"))
