"""Wagtail's room of users with our views; named in INSTALLED_APPS in its place."""

from __future__ import annotations

from wagtail.users.apps import WagtailUsersAppConfig


class UsersConfig(WagtailUsersAppConfig):
    default = False
    user_viewset = "affiliate.people.admin.user_views.GuardedUserViewSet"
