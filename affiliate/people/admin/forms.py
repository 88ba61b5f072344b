"""The door to the admin."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.account import NameEmailForm
from wagtail.admin.forms.auth import LoginForm as AdminLoginForm


class LoginForm(AdminLoginForm):
    """With a label that can be translated: Wagtail's declares the field anew and leaves Django's label behind."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Password")


def let_names_be_empty() -> None:
    """Writers go by a pen name. Wagtail's account page keeps nothing, not even the choice of a language, of who has no
    first and last name, and offers no other place to say so.
    """
    for name in ("first_name", "last_name"):
        NameEmailForm.base_fields[name].required = False
