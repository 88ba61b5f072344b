"""What people adds to Wagtail's admin."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from wagtail import hooks

from affiliate.people.admin.viewsets import PeopleViewSetGroup


@hooks.register("register_admin_viewset")
def people() -> PeopleViewSetGroup:
    return PeopleViewSetGroup()


@hooks.register("register_permissions")
def permissions() -> Any:
    return Permission.objects.filter(content_type__app_label="people", codename="view_commission")
