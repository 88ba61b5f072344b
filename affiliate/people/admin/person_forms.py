"""Forms of authors and agencies: whose login stands behind a name is as guarded as the login itself."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from affiliate.people import rights
from affiliate.people.models import User


class AuthorForm(WagtailAdminModelForm):
    """An author keeps the login they have: it is what the money goes to."""

    def clean_user(self) -> User | None:
        asked: User | None = self.cleaned_data["user"]
        before = User.objects.filter(pk=self.initial.get("user")).first()
        if asked == before or self.for_user.is_superuser:
            return asked
        if before is not None:
            raise ValidationError(_("An author keeps their login. Only an administrator moves an author to another."))
        if asked is not None and not rights.may_manage(self.for_user, asked):
            raise ValidationError(_("Only an administrator makes an author of this user."))
        return asked


class AgencyForm(WagtailAdminModelForm):
    """A member is given the role of agencies with it, and loses it with it."""

    def clean_members(self) -> Any:
        asked = self.cleaned_data["members"]
        before = set(self.instance.members.all()) if self.instance.pk else set()
        for user in before.symmetric_difference(asked):
            if not rights.may_manage(self.for_user, user):
                raise ValidationError(
                    _("Only an administrator changes to which agencies %(name)s belongs."),
                    params={"name": user.get_username()},
                )
        return asked
