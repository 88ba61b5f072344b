"""What people adds to Wagtail's admin."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission
from django.http import HttpRequest
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from affiliate.people.admin import guards, joining, urls
from affiliate.people.admin.viewsets import PeopleViewSetGroup
from affiliate.people.second_factor import REQUIRED

hooks.register("before_edit_user", guards.on_edit)
hooks.register("before_delete_user", guards.on_delete)
hooks.register("before_bulk_action", guards.on_bulk)


class PermittedItem(MenuItem):
    """Only for those who hold the permission."""

    def __init__(self, permission: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.permission = permission

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(self.permission))


class WithoutSecondFactor(Component):
    """Said on the first page of the admin as long as nobody is asked for a second factor."""

    name = "people_without_second_factor"
    template_name = "people/without_second_factor.html"
    order = 10

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"demo": settings.DEMO}


@hooks.register("register_admin_viewset")
def people() -> PeopleViewSetGroup:
    return PeopleViewSetGroup()


@hooks.register("register_admin_urls")
def addresses() -> list[Any]:
    return [path("people/", include(urls))]


@hooks.register("register_admin_menu_item")
def applications_item() -> MenuItem:
    return PermittedItem(
        joining.SEE_APPLICATIONS, _("Applications"), reverse("people_admin:applications"),
        name="applications", icon_name="user", order=401,
    )  # fmt: skip


@hooks.register("register_admin_menu_item")
def invitations_item() -> MenuItem:
    return PermittedItem(
        joining.SEE_INVITATIONS, _("Invitations"), reverse("people_admin:invitations"),
        name="invitations", icon_name="mail", order=402,
    )  # fmt: skip


@hooks.register("register_admin_menu_item")
def own_item() -> MenuItem:
    """For everybody: profile, password, second factor and sessions stand on the site's own pages."""
    return MenuItem(_("My profile"), reverse("people_home"), name="my-profile", icon_name="user", order=9000)


@hooks.register("construct_homepage_panels")
def say_without_second_factor(request: HttpRequest, panels: list[Component]) -> None:
    if settings.SECOND_FACTOR != REQUIRED and request.user.has_perm("people.needs_second_factor"):
        panels.append(WithoutSecondFactor())


@hooks.register("register_permissions")
def permissions() -> Any:
    names = ["view_commission", "needs_second_factor"]
    names += [f"{action}_application" for action in ("view", "change")]
    names += [f"{action}_invitation" for action in ("view", "add", "change")]
    return Permission.objects.filter(content_type__app_label="people", codename__in=names)
