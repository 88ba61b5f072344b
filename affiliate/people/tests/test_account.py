"""The account page keeps what a writer chooses, whatever they are called."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission

from affiliate.people.models import User

pytestmark = pytest.mark.django_db


def test_who_has_no_first_and_last_name_may_choose_a_language(client):
    user = User.objects.create_user("amy", email="amy@example.org")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)
    form = client.get("/admin/account/").context["panels_by_tab"]
    fields = {
        field.html_name: field.value() or ""
        for panels in form.values()
        for panel in panels
        for field in panel.get_form()
        if field.html_name != "avatar-avatar"
    }
    answer = client.post("/admin/account/", fields | {"locale-preferred_language": "en"})
    assert answer.status_code == 302
    assert 'lang="en"' in client.get("/admin/").content.decode()


def test_the_login_says_password_in_the_language_of_the_site(client):
    assert "密码" in client.get("/admin/login/").content.decode().split('for="id_password"')[1][:200]
