"""What an editor types to feature a post."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class FeatureForm(forms.Form):
    """Which post, why, and until when."""

    page_id = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Why, in one sentence for readers"), max_length=200)
    until = forms.DateTimeField(
        label=_("Until (empty: until taken off)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )


class TakeOffForm(forms.Form):
    """Why a post leaves."""

    why = forms.CharField(max_length=200, required=False)
