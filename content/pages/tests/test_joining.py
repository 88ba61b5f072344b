"""Whoever joins agrees to the terms as they stand; which words those were is kept, shown and handed out."""

from __future__ import annotations

import pytest

from affiliate.people.api import Consent, ConsentKind, User, consent_in_force
from affiliate.people.forms import AcceptForm, ApplicationForm, ProfileForm
from affiliate.people.models import Application, Author
from content.pages import joining
from content.pages.api import LegalPage, ensure_legal_pages
from content.pages.tests.making import make_channel

pytestmark = pytest.mark.django_db

WISH = {"name": "阿宁", "handle": "a-ning", "about": "咖啡", "disclosure": ""}
ACCOUNT = {"email": "ning@example.org", "username": "ning", "password1": "a-long-and-odd-phrase"}


@pytest.fixture
def pages():
    make_channel()
    ensure_legal_pages()


def test_nobody_is_asked_where_there_are_no_terms():
    assert joining.terms() is None and "agree" not in ApplicationForm().fields


def test_an_application_without_the_tick_is_refused_and_with_it_names_the_version(client, pages):
    html = client.get("/account/signup/").content.decode()
    assert 'name="agree"' in html and 'href="/terms/"' in html and 'href="/privacy/"' in html
    assert "checked" not in html
    assert client.post("/account/signup/", ACCOUNT | WISH).status_code == 200
    assert not User.objects.filter(username="ning").exists()
    agreed = {"agree": "terms 1, privacy 1"}
    assert f'value="{agreed["agree"]}"' in html
    assert client.post("/account/signup/", ACCOUNT | WISH | agreed).status_code == 302
    held = consent_in_force(User.objects.get(username="ning"), ConsentKind.TERMS)
    assert held.version == "terms 1, privacy 1" and Application.objects.exists()


def test_a_tick_under_words_that_changed_before_it_was_sent_is_none(client, pages):
    page = LegalPage.objects.get(legal_kind="terms")
    page.body = "<p>新的约定</p>"
    page.save_revision().publish()
    answer = client.post("/account/signup/", ACCOUNT | WISH | {"agree": "terms 1, privacy 1"})
    html = answer.content.decode()
    assert answer.status_code == 200 and not User.objects.filter(username="ning").exists()
    assert 'value="terms 2, privacy 1"' in html and "checked" not in html


def test_every_way_to_join_asks_and_a_profile_does_not(pages):
    user = User.objects.create_user("amy")
    author = Author.objects.create(user=user, handle="amy", name="Amy")
    assert "agree" in AcceptForm().fields and "agree" in ApplicationForm().fields
    assert "agree" not in ProfileForm(author).fields


def test_terms_that_change_are_put_before_the_member_who_agrees_to_these_and_no_others(client, pages):
    user = User.objects.create_user("amy", "amy@example.org", "x")
    client.force_login(user)
    assert "/me/agree/" in client.get("/me/data/").content.decode()
    client.post("/me/agree/", {"version": "terms 9, privacy 9"})
    assert not Consent.objects.exists()
    client.post("/me/agree/", {"version": "terms 1, privacy 1"})
    assert "/me/agree/" not in client.get("/me/data/").content.decode()
    page = LegalPage.objects.get(legal_kind="terms")
    page.body = "<p>新的约定</p>"
    page.save_revision().publish()
    html = client.get("/me/data/").content.decode()
    assert 'value="terms 2, privacy 1"' in html
    client.post("/me/agree/", {"version": "terms 2, privacy 1"})
    assert [bool(one.withdrawn_at) for one in Consent.objects.order_by("pk")] == [True, False]


def test_asking_takes_two_queries(pages, django_assert_num_queries):
    with django_assert_num_queries(2):
        joining.terms()
