"""Wagtail's account page, for people who go by a pen name."""

from __future__ import annotations

from wagtail.admin.forms.account import NameEmailForm


def let_names_be_empty() -> None:
    """Writers go by a pen name. Wagtail's account page keeps nothing, not even the choice of a language, of who has no
    first and last name, and offers no other place to say so.
    """
    for name in ("first_name", "last_name"):
        NameEmailForm.base_fields[name].required = False
