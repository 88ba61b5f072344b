"""The door to the admin."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.auth import LoginForm as AdminLoginForm


class LoginForm(AdminLoginForm):
    """With a label that can be translated: Wagtail's declares the field anew and leaves Django's label behind."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Password")
