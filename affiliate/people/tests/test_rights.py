"""Attacks by somebody who may change users: each would make them, or a friend, more than they are."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core import mail
from django.core.exceptions import ValidationError

from affiliate.people import admission, rights
from affiliate.people.api import Agency, Author, User
from affiliate.people.models import Application, Invitation

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _outbox(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def person(name: str, *roles: str, **more: object) -> User:
    user = User.objects.create_user(name, email=f"{name}@example.org", **more)
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


@pytest.fixture
def otto(client) -> User:
    """An operator, logged in."""
    user = person("otto", "Operators")
    client.force_login(user)
    return user


def role(name: str) -> Group:
    return Group.objects.get(name=name)


def form_of(user: User, **changes: object) -> dict[str, object]:
    kept = {"username": user.username, "email": user.email, "first_name": "", "last_name": "", "is_active": "on"}
    return {**kept, "groups": [group.pk for group in user.groups.all()], **changes}


def edit(client, user: User, **changes: object) -> User:
    client.post(f"/admin/users/edit/{user.pk}/", form_of(user, **changes))
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("roles", [["Editors"], ["Operators"], ["Operators", "Writers"], ["Writers", "Editors"]])
@pytest.mark.parametrize("active", [True, False])
def test_the_address_and_name_of_somebody_beside_or_above_stay_whoever_asks(client, otto, roles, active):
    eve = person("eve", *roles, is_active=active)
    found = edit(client, eve, email="otto+eve@example.org", username="mine", first_name="X")
    assert (found.email, found.username, found.first_name) == ("eve@example.org", "eve", "")
    assert client.get(f"/admin/users/edit/{eve.pk}/").status_code in (302, 403)
    assert not EmailAddress.objects.filter(email__startswith="otto").exists() and mail.outbox == []


def test_a_writer_is_named_and_switched_off_but_not_taken_over(client, otto):
    """What a writer earns goes to whoever can order a new password."""
    amy = person("amy", "Writers")
    Author.objects.create(user=amy, handle="amy", name="Amy")
    found = edit(client, amy, email="otto+amy@example.org", username="mine", first_name="Amy", is_active="")
    assert (found.email, found.username) == ("amy@example.org", "amy")
    assert (found.first_name, found.is_active) == ("Amy", False)
    assert list(found.groups.all()) == [role("Writers")]
    assert not EmailAddress.objects.exists() and mail.outbox == []


def test_an_author_without_a_role_is_not_taken_over_either(otto):
    amy = person("amy")
    assert rights.may_take_over(otto, amy)
    Author.objects.create(user=amy, handle="amy", name="Amy")
    assert not rights.may_take_over(otto, User.objects.get(pk=amy.pk))


def test_no_role_is_given_that_is_not_below_ones_own(client, otto):
    amy = person("amy")
    for name in ("Editors", "Operators"):
        assert not edit(client, amy, groups=[role(name).pk]).groups.exists()
        new = {"username": "new", "email": "n@example.org", "groups": [role(name).pk]}
        client.post("/admin/users/new/", new)
        client.post(f"/admin/bulk/people/user/assign_role/?id={amy.pk}", {"role": role(name).pk})
        assert not User.objects.filter(groups=role(name)).exclude(pk=otto.pk).exists()
    assert list(edit(client, amy, groups=[role("Writers").pk]).groups.all()) == [role("Writers")]
    assert list(edit(client, amy, groups=[role("Support").pk]).groups.all()) == [role("Support")]


def test_nobody_makes_superusers_but_superusers(client, otto):
    amy = person("amy")
    edit(client, amy, is_superuser="on")
    new = {"username": "new", "email": "n@example.org", "is_superuser": "on"}
    client.post("/admin/users/new/", new)
    client.post(f"/admin/users/copy/{amy.pk}/", new | {"username": "copy"})
    assert not User.objects.filter(is_superuser=True).exists()
    assert not User.objects.filter(username="copy").exists()
    client.force_login(person("chief", is_superuser=True))
    edit(client, amy, is_superuser="on")
    assert User.objects.get(pk=amy.pk).is_superuser


def test_nobody_changes_their_own_roles_or_address_in_the_admin(client, otto):
    found = edit(client, otto, groups=[role("Operators").pk, role("Support").pk], email="x@example.org", first_name="O")
    assert (list(found.groups.all()), found.email, found.first_name) == ([role("Operators")], "otto@example.org", "O")
    client.post(f"/admin/bulk/people/user/assign_role/?id={otto.pk}", {"role": role("Support").pk})
    assert list(otto.groups.all()) == [role("Operators")]


def test_many_at_once_are_guarded_like_one(client, otto):
    eve, amy = person("eve", "Editors"), person("amy")
    query = f"id={eve.pk}&id={amy.pk}"
    client.post(f"/admin/bulk/people/user/set_active_state/?{query}", {"mark_as_active": "False"})
    client.post(f"/admin/bulk/people/user/assign_role/?{query}", {"role": role("Support").pk})
    client.post(f"/admin/bulk/people/user/delete/?{query}")
    assert User.objects.filter(is_active=True).count() == 3 and list(eve.groups.all()) == [role("Editors")]
    client.post(f"/admin/bulk/people/user/set_active_state/?id={amy.pk}", {"mark_as_active": "False"})
    assert not User.objects.get(pk=amy.pk).is_active


def test_support_changes_nobody(client):
    client.force_login(person("sue", "Support"))
    amy = person("amy")
    edit(client, amy, email="sue@example.org")
    for action, data in (("assign_role", {"role": role("Support").pk}), ("set_active_state", {"mark_as_active": ""})):
        client.post(f"/admin/bulk/people/user/{action}/?id={amy.pk}", data)
    found = User.objects.get(pk=amy.pk)
    assert (found.email, found.is_active, found.groups.count()) == ("amy@example.org", True, 0)


def test_an_author_is_not_moved_to_another_login(client, otto):
    amy, friend, eve = person("amy", "Writers"), person("friend"), person("eve", "Editors")
    author = Author.objects.create(user=amy, handle="amy", name="Amy")
    form = {"name": "Amy", "handle": "amy", "agency": ""}
    for user in (friend.pk, ""):
        client.post(f"/admin/authors/edit/{author.pk}/", form | {"user": user})
        assert Author.objects.get().user == amy
    client.post("/admin/authors/new/", {"name": "E", "handle": "eve-e", "agency": "", "user": eve.pk})
    assert Author.objects.count() == 1
    client.force_login(person("chief", is_superuser=True))
    client.post(f"/admin/authors/edit/{author.pk}/", form | {"user": friend.pk})
    assert Author.objects.get().user == friend


def test_no_editor_is_shown_money_by_way_of_an_agency(client, otto):
    agency, eve, amy = Agency.objects.create(name="好物社"), person("eve", "Editors"), person("amy")
    client.post(f"/admin/agencies/edit/{agency.pk}/", {"name": "好物社", "members": [eve.pk]})
    assert not agency.members.exists() and not User.objects.get(pk=eve.pk).has_perm("people.view_commission")
    client.post(f"/admin/agencies/edit/{agency.pk}/", {"name": "好物社", "members": [amy.pk]})
    assert list(agency.members.all()) == [amy]


def test_nobody_admits_or_invites_themselves_or_who_does_more(otto):
    eve = person("eve", "Editors")
    for user in (otto, eve):
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        wish = Application.objects.create(user=user, name="x", handle=f"the-{user.username}", about="x")
        with pytest.raises(ValidationError):
            admission.admit(wish.pk, otto)
        letter = admission.invite(user.email, otto)
        with pytest.raises(ValidationError):
            admission.accept(letter.pk, user, f"a-{user.username}", "x")
        assert not user.groups.filter(name="Writers").exists()
    assert not Author.objects.exists() and not Invitation.objects.exclude(accepted_at=None).exists()


def test_accounts_of_staff_are_closed_and_handed_out_by_superusers_alone(client, otto):
    eve, amy = person("eve", "Editors"), person("amy", "Writers")
    for path in ("", "data.zip"):
        assert client.get(f"/admin/members/{eve.pk}/{path}").status_code in (302, 403)
    assert client.get(f"/admin/members/{amy.pk}/").status_code == 200
    client.post(f"/admin/members/{eve.pk}/close/", {"username": "eve"})
    assert not hasattr(eve, "closing")


def test_both_addresses_hear_of_a_change_and_the_old_one_holds_until_the_new_is_confirmed(client, otto):
    amy = person("amy")
    assert edit(client, amy, email="new@example.org").email == "amy@example.org"
    assert sorted(letter.to[0] for letter in mail.outbox) == ["amy@example.org", "new@example.org"]
    to_the_old = next(letter for letter in mail.outbox if letter.to == ["amy@example.org"])
    assert "otto" in to_the_old.body and "new@example.org" in to_the_old.body

    mail.outbox.clear()
    client.logout()
    client.post("/account/password/reset/", {"email": "new@example.org"})
    assert mail.outbox == []  # a new password is not to be had at an address that nobody has confirmed


def test_a_confirmed_address_takes_the_place_of_the_old_one_which_is_told(client, otto):
    amy = person("amy")
    edit(client, amy, email="new@example.org")
    letter = next(letter for letter in mail.outbox if letter.to == ["new@example.org"])
    path = re.search(r"https?://[^/\s]+(/account/confirm-email/\S+)", letter.body)
    assert path, letter.body
    mail.outbox.clear()
    client.logout()
    client.post(path[1])
    assert User.objects.get(pk=amy.pk).email == "new@example.org"
    assert [letter.to for letter in mail.outbox] == [["amy@example.org"]]


def test_an_address_that_is_somebody_elses_is_refused(client, otto):
    amy, _ben = person("amy"), person("ben")
    edit(client, amy, email="BEN@example.org")
    assert not EmailAddress.objects.exists() and mail.outbox == []


def test_superusers_may_everything_but_set_an_address_unasked(client):
    client.force_login(person("chief", is_superuser=True))
    eve = person("eve", "Editors")
    found = edit(client, eve, email="new@example.org", username="eva", groups=[role("Operators").pk])
    assert (found.username, list(found.groups.all())) == ("eva", [role("Operators")])
    assert found.email == "eve@example.org" and len(mail.outbox) == 2
