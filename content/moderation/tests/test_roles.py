"""The three groups: made once, completed, and no more than each needs."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from wagtail.models import GroupPagePermission, Page, Site, Workflow, WorkflowPage

from affiliate.people.api import may_view_commission
from content.moderation.api import CATEGORY_EDITORS, EDITORS, ensure_category_editors, ensure_roles, ensure_site
from content.moderation.board import may_feature
from content.moderation.tests.factories import person, site
from content.pages.api import HomePage

pytestmark = pytest.mark.django_db


def everything() -> tuple[object, ...]:
    return (
        sorted(Group.objects.values_list("name", "permissions__codename")),
        GroupPagePermission.objects.count(),
        Workflow.objects.count(),
        WorkflowPage.objects.count(),
        HomePage.objects.count(),
        Site.objects.count(),
    )


def test_making_site_and_roles_again_changes_nothing():
    site()
    before = everything()
    ensure_site()
    ensure_roles()
    assert everything() == before


def test_a_fresh_database_has_a_front_page_instead_of_the_welcome_page():
    site()
    assert Site.objects.get(is_default_site=True).root_page.specific == HomePage.objects.get()
    assert not Page.objects.filter(depth=2, slug="home").exists()


def test_roles_can_be_made_before_there_is_a_front_page():
    ensure_roles()
    assert Group.objects.filter(name=EDITORS).exists()


def test_the_groups_that_wagtail_is_born_with_are_gone():
    site()
    assert not Group.objects.filter(name="Moderators").exists()
    assert not GroupPagePermission.objects.filter(page__depth=1).exists()


def test_what_an_operator_gave_a_group_stays():
    site()
    from content.moderation.roles import permissions

    Group.objects.get(name="Writers").permissions.add(*permissions(("wagtailcore.view_page",)))
    ensure_roles()
    assert Group.objects.get(name="Writers").permissions.filter(codename="view_page").exists()


def test_editors_never_keep_the_sight_of_commission():
    site()
    from content.moderation.roles import permissions

    Group.objects.get(name=EDITORS).permissions.add(*permissions(("people.view_commission",)))
    ensure_roles()
    assert not may_view_commission(person("eve"))


@pytest.mark.parametrize(
    ("name", "money", "featuring"), [("amy", True, False), ("eve", False, True), ("otto", True, False)]
)
def test_who_sees_money_does_not_feature(name, money, featuring):
    site()
    assert may_view_commission(person(name)) is money
    assert may_feature(person(name)) is featuring


def test_whoever_gains_the_sight_of_money_loses_the_board():
    site()
    from content.moderation.roles import permissions

    eve = person("eve")
    eve.user_permissions.add(*permissions(("people.view_commission",)))
    assert not may_feature(type(eve).objects.get(pk=eve.pk))


def test_every_post_goes_through_the_editors():
    channel = site()
    groups = [set(task.specific.groups.values_list("name", flat=True)) for task in channel.get_workflow().tasks]
    assert groups == [{EDITORS, f"{CATEGORY_EDITORS}: digital"}]


def test_a_category_editor_decides_in_one_channel_and_sees_nothing_of_another(client):
    from wagtail.models import Page

    from content.pages.api import ChannelPage, HomePage, ReviewPage

    mine = site()
    other = HomePage.objects.get().add_child(instance=ChannelPage(title="户外", slug="outdoor"))
    amy = person("amy")
    pages = []
    for channel in (mine, other):
        page = channel.add_child(instance=ReviewPage(title=f"in {channel.slug}", owner=amy, live=False))
        page.save_revision(user=amy)
        page.get_workflow().start(page, amy)
        pages.append(page)
    cato = type(amy).objects.create_user("cato", password="x")
    cato.groups.add(ensure_category_editors(mine))
    client.force_login(type(amy).objects.get(pk=cato.pk))
    for page in pages:
        state = page.current_workflow_state.current_task_state
        client.post(f"/admin/pages/workflow/action/{page.pk}/approve/{state.pk}/", {"comment": ""})
    assert [Page.objects.get(pk=page.pk).live for page in pages] == [True, False]
    assert client.get(f"/admin/pages/{pages[1].pk}/edit/").status_code == 302
    assert "in outdoor" not in client.get("/admin/pages/search/?q=outdoor").content.decode()


def test_a_channel_keeps_its_group_when_it_is_renamed():
    channel = site()
    group = ensure_category_editors(channel)
    channel.slug = "tech"
    channel.save()
    assert ensure_category_editors(channel) == group
