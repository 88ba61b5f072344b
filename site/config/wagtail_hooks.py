"""What the project itself adds to Wagtail's admin."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button

from config.mail import views as mail
from config.members import views as members


class MailMenuItem(MenuItem):
    """For those who may see what could not be sent."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(mail.MANAGE))


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [
        path("mail/", mail.show, name="config_mail"),
        path("mail/again/", mail.again, name="config_mail_again"),
        path("members/<int:pk>/", members.operators_show, name="config_member"),
        path("members/<int:pk>/data.zip", members.operators_download, name="config_member_download"),
        path("members/<int:pk>/close/", members.operators_close, name="config_member_close"),
    ]


@hooks.register("register_settings_menu_item")
def mail_menu_item() -> MenuItem:
    return MailMenuItem(_("Mail"), reverse("config_mail"), icon_name="mail", order=320)


@hooks.register("register_permissions")
def permissions() -> Any:
    return Permission.objects.filter(content_type__app_label="config", codename__in=["manage_mail", "manage_members"])


@hooks.register("register_user_listing_buttons")
def personal_data_button(user: Any, request_user: Any) -> Any:
    """In the list of users."""
    if request_user.has_perm(members.MANAGE) and (request_user.is_superuser or not user.is_superuser):
        yield Button(_("Personal data"), reverse("config_member", args=[user.pk]), icon_name="user", priority=60)


@hooks.register("register_account_menu_item")
def my_data(request: HttpRequest) -> dict[str, Any]:
    """On the account page."""
    help_text = _("Download what we keep of you, or close your account.")
    return {"url": reverse("member"), "label": _("My data"), "help_text": help_text}
