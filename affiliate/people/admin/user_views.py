"""Wagtail's views of users: who asks decides what a form holds, and a new address is asked for, never set."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.utils.translation import gettext as _
from wagtail.users.views.users import CreateView, EditView, UserViewSet

from affiliate.people.addresses import ask_to_change
from affiliate.people.admin.user_forms import GuardedCreationForm, GuardedEditForm


class GuardedCreateView(CreateView):
    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "asked_by": self.request.user}


class GuardedEditView(EditView):
    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "asked_by": self.request.user}

    def save_instance(self) -> Any:
        user = super().save_instance()
        if self.form.new_address:
            ask_to_change(self.request, user, self.form.new_address)
            messages.info(
                self.request,
                _("A letter is on its way to %(new)s. The old address stays in force until its link is opened.")
                % {"new": self.form.new_address},
            )
        return user


class GuardedUserViewSet(UserViewSet):
    add_view_class = GuardedCreateView
    edit_view_class = GuardedEditView
    copy_view_enabled = False
    """Wagtail's view of a copy asks none of the hooks, so that whoever may add users could add superusers."""

    def get_form_class(self, for_update: bool = False) -> Any:
        return GuardedEditForm if for_update else GuardedCreationForm
