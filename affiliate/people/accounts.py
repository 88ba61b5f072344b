"""What is our own in allauth: who may sign up, who must confirm first, and no address of anybody at rest."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

CONFIRM = "allauth.account.stages.EmailVerificationStage"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Logins, letters and rules of accounts."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": gettext_lazy("User name or password is wrong."),
        "email_password_mismatch": gettext_lazy("E-mail address or password is wrong."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.APPLICATIONS)

    def get_client_ip(self, request: HttpRequest) -> str:
        """A pseudonym: it is counted and compared, and kept with sessions."""
        return str(import_string(settings.AXES_CLIENT_IP_CALLABLE)(request))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Wrong passwords are counted by axes, in the database that all processes share, and by nobody else."""

    def get_login_stages(self) -> list[str]:
        return [
            "affiliate.people.stages.ConfirmStage" if stage == CONFIRM else stage
            for stage in super().get_login_stages()
        ]

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The admin for whoever may enter it, their own page for everybody else."""
        if request.user.has_perm("wagtailadmin.access_admin"):
            return resolve_url(settings.LOGIN_REDIRECT_URL)
        return reverse("people_home")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        super().send_mail(template_prefix, email, {"site_url": settings.SITE_URL, **context})

    def send_notification_mail(self, template_prefix: str, user: Any, context: Any = None, email: str = "") -> None:
        """To the address that allauth knows, else to the one that an operator or a command gave the user."""
        to = email or EmailAddress.objects.get_primary_email(user) or user.email
        super().send_notification_mail(template_prefix, user, context, to)


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: secrets encrypted at rest, QR codes as plain SVG."""

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _fernet().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise ImproperlyConfigured(
                "A second factor cannot be read with any of ENCRYPTION_KEYS. Put the key it was written with back, "
                "or reset the person's factors: manage.py reset_second_factor NAME."
            ) from error

    def build_totp_svg(self, url: str) -> str:
        drawn = BytesIO()
        segno.make(url, error="m").save(drawn, kind="svg", scale=5, border=3, light="#fff", dark="#1e211c")
        return drawn.getvalue().decode()

    def get_totp_issuer(self) -> str:
        return _("Zhongcao")

    def get_totp_label(self, user: Any) -> str:
        return str(user.get_username())


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])
