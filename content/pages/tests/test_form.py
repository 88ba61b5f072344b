"""A title is enough: an address that is missing or taken stops no writer."""

from __future__ import annotations

import pytest

from content.moderation.tests.factories import draft, person, published, site
from content.pages.api import ReviewPage

pytestmark = pytest.mark.django_db


def send(client, address, title, slug):
    fields = {"title": title, "slug": slug, "verdict": "", "body-count": "0"}
    for formset in ("comments",):
        fields |= {f"{formset}-TOTAL_FORMS": "0", f"{formset}-INITIAL_FORMS": "0"}
    return client.post(address, fields)


@pytest.fixture
def add(client):
    channel = site()
    client.force_login(person("amy"))
    return lambda title, slug: send(client, f"/admin/pages/add/pages/reviewpage/{channel.pk}/", title, slug)


@pytest.mark.parametrize(
    ("title", "slug", "made"), [("保温杯", "保温杯", "保温杯-2"), ("保温杯", "", "保温杯-2"), ("🎉🎉", "", "post")]
)
def test_a_draft_gets_a_free_address(add, title, slug, made):
    draft(person("ben"), "保温杯", slug="保温杯")
    assert add(title, slug).status_code == 302
    assert ReviewPage.objects.get(owner=person("amy")).slug == made


def test_saving_a_draft_again_keeps_its_address(add, client):
    draft(person("ben"), "保温杯", slug="保温杯")
    add("保温杯", "保温杯")
    page = ReviewPage.objects.get(owner=person("amy"))
    send(client, f"/admin/pages/{page.pk}/edit/", "保温杯 二", "保温杯")
    assert ReviewPage.objects.get(pk=page.pk).get_latest_revision_as_object().slug == "保温杯-2"


def test_a_live_post_never_moves_by_itself(client):
    draft(person("ben") if site() else None, "x", slug="taken")
    page = published(person("amy"), "y", slug="mine")
    client.force_login(person("eve"))
    answer = send(client, f"/admin/pages/{page.pk}/edit/", "y", "taken")
    assert answer.status_code == 200
    assert ReviewPage.objects.get(pk=page.pk).get_latest_revision_as_object().slug == "mine"
