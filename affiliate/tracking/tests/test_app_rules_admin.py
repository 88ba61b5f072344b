"""Where links lead, in the admin: operators change a row, others do not see it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.utils import translation

from affiliate.people.api import User
from affiliate.tracking.models import AppRule, ExitVersion

pytestmark = pytest.mark.django_db
RULE = {"app": "weibo", "platform": "ios", "network": "jd", "form": "app", "note": "tapped it", "checked_on": ""}


@pytest.fixture
def operator(client):
    user = User.objects.create_user("op", password="x")
    names = ["access_admin", *(f"{action}_apprule" for action in ("view", "add", "change", "delete"))]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(user)
    with translation.override("en"):
        yield client


def test_a_row_is_added_and_every_process_told(operator):
    before = ExitVersion.objects.get().version
    assert operator.post("/admin/app_rules/new/", RULE).status_code == 302
    rule = AppRule.objects.get(note="tapped it")
    assert (rule.app, rule.platform, rule.network, rule.form) == ("weibo", "ios", "jd", "app")
    assert ExitVersion.objects.get().version > before


@pytest.mark.parametrize(
    ("field", "value"),
    [("app", "wechatt"), ("platform", "symbian"), ("network", "nope"), ("form", "hologram"), ("app", "")],
)
def test_what_the_exit_does_not_know_cannot_be_chosen(operator, field, value):
    count = AppRule.objects.count()
    assert operator.post("/admin/app_rules/new/", RULE | {field: value}).status_code == 200
    assert AppRule.objects.count() == count


def test_one_case_has_one_row(operator):
    operator.post("/admin/app_rules/new/", RULE)
    assert operator.post("/admin/app_rules/new/", RULE).status_code == 200
    assert AppRule.objects.filter(note="tapped it").count() == 1


def test_the_list_names_apps_and_forms_as_people_do(operator, django_assert_max_num_queries):
    operator.get("/admin/app_rules/")
    with django_assert_max_num_queries(20):
        page = operator.get("/admin/app_rules/").content.decode()
    for words in ("微信", "企业微信", "淘宝", "口令与帮助页"):
        assert words in page
    assert operator.get("/admin/app_rules/?form=app").content.decode().count("<tr") > 10


def test_who_may_not_sees_nothing_of_it(client):
    user = User.objects.create_user("writer", password="x")
    user.user_permissions.set(Permission.objects.filter(codename="access_admin"))
    client.force_login(user)
    for address in ("/admin/app_rules/", "/admin/app_rules/new/"):
        assert client.get(address).status_code in (302, 403)
