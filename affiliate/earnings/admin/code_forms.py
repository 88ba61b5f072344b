"""The form by which an author gets a code."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _lazy

from affiliate.connections.api import Merchant
from affiliate.people.api import Author
from affiliate.tracking import api as tracking


class CodeForm(forms.Form):
    """One code of one author, from now or a day on."""

    code = forms.CharField(label=_lazy("Code"), max_length=40)
    author = forms.ModelChoiceField(Author.objects.order_by("name"), label=_lazy("Author"))
    benefit = forms.CharField(label=_lazy("What the buyer gets"), max_length=100, required=False)
    starts_at = forms.DateTimeField(
        label=_lazy("From (empty: now)"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    ends_at = forms.DateTimeField(
        label=_lazy("Until (empty: until ended)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )

    def give(self, merchant: Merchant, by: str) -> tracking.AuthorCode | None:
        """The code that was given; None where the form says why not."""
        if not self.is_valid():
            return None
        data = self.cleaned_data
        try:
            return tracking.author_codes.give(
                merchant,
                data["code"],
                data["author"],
                starts_at=data["starts_at"],
                ends_at=data["ends_at"],
                benefit=data["benefit"],
                by=by,
            )
        except ValidationError as exc:
            self.add_error(None, exc)
            return None
