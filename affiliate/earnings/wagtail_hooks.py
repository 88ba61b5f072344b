"""Registrations with the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from affiliate.earnings.admin.access import may_open, sees_everybody, sees_own
from affiliate.earnings.admin.merchants import page_of
from affiliate.earnings.admin.panel import add_panel

hooks.register("construct_homepage_panels", add_panel)
hooks.register("merchant_pages", page_of, order=10)


@hooks.register("register_admin_urls")
def urls() -> list[URLPattern | URLResolver]:
    return [path("earnings/", include("affiliate.earnings.admin.urls"))]


@hooks.register("register_permissions")
def permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(
        content_type__app_label="earnings", codename__in=["manage_earnings", "report_income"]
    )


class OwnItem(MenuItem):
    """For authors: their own lines."""

    def is_shown(self, request: HttpRequest) -> bool:
        return sees_own(request.user)


class OperatorsItem(MenuItem):
    """For who sees everybody's."""

    def is_shown(self, request: HttpRequest) -> bool:
        return sees_everybody(request.user)


@hooks.register("register_admin_menu_item")
def menu_item() -> Any:
    items = [
        OwnItem(_("My earnings"), reverse("earnings:lines"), name="my-earnings", icon_name="user", order=10),
        OperatorsItem(
            _("All earnings"), reverse("earnings:everybody"), name="all-earnings", icon_name="group", order=20
        ),
        OperatorsItem(_("Unattributed orders"), reverse("earnings:queue"), name="queue", icon_name="help", order=30),
        OwnItem(_("Income and tax"), reverse("earnings:tax"), name="tax", icon_name="form", order=15),
        OperatorsItem(_("Income by quarter"), reverse("earnings:income"), name="income", icon_name="form", order=50),
        OperatorsItem(_("Order files"), reverse("earnings:files"), name="files", icon_name="upload", order=40),
        OperatorsItem(_("Messages of networks"), reverse("earnings:pushes"), name="pushes", icon_name="mail", order=45),
        OperatorsItem(
            _("Direct merchants"), reverse("earnings:merchants"), name="merchants-orders", icon_name="pick", order=50
        ),
    ]
    menu = Menu(items=items)

    class Earnings(SubmenuMenuItem):
        def is_shown(self, request: HttpRequest) -> bool:
            return may_open(request.user)

    return Earnings(_("Earnings"), menu, name="earnings", icon_name="form", order=350)
