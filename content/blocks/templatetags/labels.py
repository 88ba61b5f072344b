"""Tags for what must be marked: advertising."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from content.blocks import labels

register = template.Library()


@register.simple_tag
def ad(extra: str = "") -> SafeString:
    """The label 广告."""
    return labels.ad_label(extra)


@register.simple_tag
def ad_prefix() -> str:
    """The label for a title without markup."""
    return labels.ad_prefix("", True)
