"""Forms of users. A field that is not for who asks is not there, or keeps what it holds whatever is sent."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import UserCreationForm, UserEditForm

from affiliate.people import rights
from affiliate.people.models import User


class ByWhom:
    """Fits the form of a user to who asks for it."""

    def __init__(self, *args: Any, asked_by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked_by = asked_by
        for name in ("first_name", "last_name"):
            self.fields[name].required = False  # type: ignore[attr-defined]  # writers go by a pen name
        if not asked_by.is_superuser:
            self.fields["groups"].queryset = rights.groups_to_give(asked_by)  # type: ignore[attr-defined]
            if "is_superuser" in self.fields:  # type: ignore[attr-defined]
                self.close("is_superuser", _("Only an administrator makes administrators."))

    def close(self, name: str, why: Any) -> None:
        """Show the field and keep what it holds."""
        field = self.fields[name]  # type: ignore[attr-defined]
        field.disabled, field.help_text = True, why


class GuardedCreationForm(ByWhom, UserCreationForm):
    class Meta(UserCreationForm.Meta):
        pass


class GuardedEditForm(ByWhom, UserEditForm):
    new_address = ""
    """What was entered in place of the address in force, which stays until the new one is confirmed."""

    class Meta(UserEditForm.Meta):
        pass

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by, user = self.asked_by, self.instance
        if by.pk == user.pk:
            self.close("email", _("You change your own address on the page of your account."))
        elif not rights.may_take_over(by, user):
            why = _("With it one can log in as them. They change it themselves; else an administrator does.")
            self.close("email", why)
            self.close("username", why)
        if by.pk == user.pk and not by.is_superuser:
            self.fields["groups"].queryset = Group.objects.filter(user=user)
            self.close("groups", _("Nobody changes their own roles."))

    def clean_email(self) -> str:
        """The address that is in force; another one is kept for a letter to be written to it."""
        asked: str = self.cleaned_data["email"]
        in_force: str = self.initial.get("email") or ""
        if asked.lower() == in_force.lower():
            return in_force
        if User.objects.filter(email__iexact=asked).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Somebody else has this address."), code="taken")
        self.new_address = asked
        return in_force

    def clean_groups(self) -> list[Group]:
        """What was ticked, and what one may not take away."""
        kept = self.instance.groups.exclude(pk__in=self.fields["groups"].queryset)
        return [*self.cleaned_data["groups"], *kept]
