"""What connections adds to Wagtail's admin."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.http import HttpRequest
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from affiliate.connections.admin import access, urls
from affiliate.connections.admin.merchants import MerchantViewSet


class NetworksMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(access.SEE))


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [path("networks/", include(urls))]


@hooks.register("register_admin_viewset")
def merchants() -> MerchantViewSet:
    return MerchantViewSet()


@hooks.register("register_settings_menu_item")
def networks_menu_item() -> MenuItem:
    return NetworksMenuItem(_("Networks"), reverse("connections:networks"), icon_name="site", order=300)


@hooks.register("register_permissions")
def permissions() -> Any:
    return Permission.objects.filter(
        content_type__app_label="connections",
        codename__in=["view_networkstate", "change_networkstate", "change_account"],
    )
