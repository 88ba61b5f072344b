"""Writers see and edit their own drafts, and nothing of anybody else's before it is live."""

from __future__ import annotations

import pytest
from django.urls import NoReverseMatch, reverse
from wagtail.admin.urls import pages as page_urls

from content.moderation.tests.factories import draft, person, published, site

pytestmark = pytest.mark.django_db

WORD = "lantern"
SECRET = f"{WORD} Zq7draft"
MARK = "Zq7draft"


@pytest.fixture
def amy(client):
    site()
    client.force_login(person("amy"))
    return client


@pytest.fixture
def bens(amy):
    return draft(person("ben"), SECRET)


LISTINGS = [
    "/admin/",
    "/admin/pages/",
    f"/admin/pages/search/?q={WORD}",
    f"/admin/pages/search/results/?q={WORD}",
    "/admin/pages/usage/pages/reviewpage/",
    "/admin/pages/usage/pages/reviewpage/results/",
    "/admin/reports/site-history/",
    "/admin/reports/workflow/",
    "/admin/reports/workflow_tasks/",
    "/admin/reports/aging-pages/",
    "/admin/reports/locked/",
    "/admin/reports/page-types-usage/",
    f"/admin/choose-page/search/?q={WORD}",
    "/admin/api/main/pages/?fields=*&for_explorer=1",
]


@pytest.mark.parametrize("address", LISTINGS)
def test_no_listing_names_the_draft_of_another(amy, bens, address):
    bens.get_workflow().start(bens, person("ben"))
    answer = amy.get(address, follow=True)
    assert MARK not in answer.content.decode()


@pytest.mark.parametrize("where", ["/admin/pages/{}/", "/admin/pages/{}/results/", "/admin/choose-page/{}/"])
def test_the_channel_does_not_list_it_either(amy, bens, where):
    answer = amy.get(where.format(bens.get_parent().pk))
    assert answer.status_code == 200
    assert MARK not in answer.content.decode()


def page_addresses(page):
    for pattern in page_urls.urlpatterns:
        name = f"wagtailadmin_pages:{pattern.name}"
        for arguments in ([page.pk], [page.pk, page.latest_revision_id]):
            try:
                yield reverse(name, args=arguments)
            except NoReverseMatch:
                continue


def test_no_address_of_a_page_opens_the_draft_of_another(amy, bens):
    addresses = list(page_addresses(bens))
    assert len(addresses) > 15
    for address in addresses:
        answer = amy.get(address)
        if "confirm_cancellation" not in address:  # a dialogue that asks "really?" and shows nothing of the page
            assert answer.status_code in (302, 403, 404, 405), address
        assert MARK not in answer.content.decode(), address


def test_the_draft_title_of_a_live_post_of_another_stays_hidden(amy):
    page = published(person("ben"), "Published")
    page.title = SECRET
    page.save_revision(user=person("ben"))
    for address in [*LISTINGS, f"/admin/pages/{page.get_parent().pk}/", f"/admin/choose-page/{page.get_parent().pk}/"]:
        text = amy.get(address, follow=True).content.decode()
        assert MARK not in text, address


def test_a_writer_finds_and_edits_their_own_draft(amy):
    own = draft(person("amy"), "艾米的草稿")
    assert "艾米的草稿" in amy.get(f"/admin/pages/{own.get_parent().pk}/").content.decode()
    assert amy.get(f"/admin/pages/{own.pk}/edit/").status_code == 200


def test_a_writer_may_link_to_what_readers_see(amy):
    page = published(person("ben"), "Seen by all")
    assert "Seen by all" in amy.get(f"/admin/choose-page/{page.get_parent().pk}/").content.decode()


def test_an_editor_sees_everybodys_drafts(client):
    page = draft(person("ben") if site() else None, SECRET)
    client.force_login(person("eve"))
    assert MARK in client.get(f"/admin/pages/{page.get_parent().pk}/").content.decode()
    assert client.get(f"/admin/pages/{page.pk}/edit/").status_code == 200


def test_writers_add_posts_but_no_channels(amy):
    channel = site()
    assert amy.get(f"/admin/pages/add/pages/reviewpage/{channel.pk}/").status_code == 200
    assert amy.get(f"/admin/pages/add/pages/channelpage/{channel.get_parent().pk}/").status_code in (302, 403)


def test_somebody_without_any_role_sees_no_page(client):
    site()
    from affiliate.people.api import User

    client.force_login(User.objects.create_user("nobody"))
    assert client.get("/admin/pages/").status_code == 302
