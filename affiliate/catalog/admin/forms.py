"""Forms of a merchant's feed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from affiliate.catalog.feeds.starting import LARGEST_UPLOAD
from affiliate.catalog.models import MerchantFeed
from affiliate.networks.api import BadInput, checked_download

EVERY = [(1, _lazy("hour")), (6, _lazy("6 hours")), (24, _lazy("day"))]


class FeedForm(forms.ModelForm[MerchantFeed]):
    """Where the feed is and how it is read. Nothing is fetched while it is saved."""

    every_hours = forms.TypedChoiceField(label=_lazy("Fetched every"), choices=EVERY, coerce=int)

    class Meta:
        model = MerchantFeed
        fields = ["url", "every_hours", "in_minor_units"]
        help_texts = {
            "url": _lazy("https, a public address. Leave it empty where you upload files instead."),
            "in_minor_units": _lazy("Tick it where 12.80 yuan stand as 1280."),
        }

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        try:
            if url:
                checked_download(url)
        except BadInput as exc:
            raise forms.ValidationError(_(exc.template), code="address") from exc
        return url

    def save(self, commit: bool = True) -> MerchantFeed:
        """A changed feed is fetched whole, and at the next turn."""
        feed = self.instance
        if self.has_changed():
            feed.etag = feed.last_modified = ""
            feed.next_at = timezone.now() if feed.url else None
        return super().save(commit)


class UploadForm(forms.Form):
    """One file."""

    file = forms.FileField(label=_lazy("File"), help_text=_lazy("CSV, xlsx or JSON, at most 20 MB."))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_UPLOAD:
            raise forms.ValidationError(
                _("The file is larger than %(size)s MB. Nothing was changed; let it be fetched from an address.")
                % {"size": LARGEST_UPLOAD // 1024 // 1024}
            )
        return file
