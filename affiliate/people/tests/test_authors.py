"""Authors: their handles, and who may change them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError

from affiliate.people.api import Agency, Author, User, ensure_author, may_view_commission

pytestmark = pytest.mark.django_db


def user_with(*permissions: str) -> User:
    user = User.objects.create_user(f"user{User.objects.count()}", password="x")
    for name in ("wagtailadmin.access_admin", *permissions):
        app, codename = name.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("handle", ["admin", "Editor", "go", "a", "-a", "ä", "a b", "x" * 31])
def test_a_handle_that_misleads_or_breaks_an_address_is_refused(handle):
    with pytest.raises(ValidationError):
        Author(handle=handle, name="x").full_clean()


def test_a_handle_is_taken_once():
    Author.objects.create(handle="amy", name="Amy")
    with pytest.raises(ValidationError):
        Author(handle="amy", name="Other").full_clean()


@pytest.mark.parametrize("name", ["admin", "系统", "a", "Amy Li", "amy@x.test"])
def test_every_user_gets_an_author_with_a_good_handle_once(name):
    user = User.objects.create_user(name)
    author = ensure_author(user)
    author.full_clean()
    assert ensure_author(User.objects.get(pk=user.pk)) == author


def test_two_users_with_the_same_stem_get_different_handles():
    assert (
        ensure_author(User.objects.create_user("amy")).handle != ensure_author(User.objects.create_user("Amy")).handle
    )


def test_operators_edit_authors_and_agencies_and_writers_do_not(client):
    Agency.objects.create(name="好物社")
    client.force_login(user_with("people.view_author", "people.add_author", "people.view_agency", "people.add_agency"))
    assert client.get("/admin/authors/").status_code == 200
    assert "好物社" in client.get("/admin/agencies/").content.decode()
    answer = client.post("/admin/authors/new/", {"name": "艾米", "handle": "amy-li", "user": "", "agency": ""})
    assert answer.status_code == 302 and Author.objects.get().handle == "amy-li"
    client.force_login(user_with("people.view_commission"))
    assert client.get("/admin/authors/new/").status_code in (302, 403)


def test_a_reserved_handle_is_refused_in_the_form(client):
    client.force_login(user_with("people.add_author"))
    answer = client.post("/admin/authors/new/", {"name": "x", "handle": "admin", "user": "", "agency": ""})
    assert answer.status_code == 200 and not Author.objects.exists()


def test_money_is_for_whom_it_was_allowed():
    assert may_view_commission(user_with("people.view_commission"))
    assert not may_view_commission(user_with())
