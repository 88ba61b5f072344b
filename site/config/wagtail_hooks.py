"""What the project itself adds to Wagtail's admin."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from config.mail import views as mail


class MailMenuItem(MenuItem):
    """For those who may see what could not be sent."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(mail.MANAGE))


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [
        path("mail/", mail.show, name="config_mail"),
        path("mail/again/", mail.again, name="config_mail_again"),
    ]


@hooks.register("register_settings_menu_item")
def mail_menu_item() -> MenuItem:
    return MailMenuItem(_("Mail"), reverse("config_mail"), icon_name="mail", order=320)


@hooks.register("register_permissions")
def permissions() -> Any:
    return Permission.objects.filter(content_type__app_label="config", codename="manage_mail")
