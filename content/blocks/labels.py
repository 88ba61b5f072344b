"""The word that marks advertising, in one place: neither a translation nor a writer's field can change or leave it out.

The rules want this very word; what other languages say for it may stand beside it, never instead of it.
"""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

AD = "广告"


def ad_words() -> str:
    """The label as the page's reader sees it."""
    return f"{AD} Ad" if get_language() == "en" else AD


def ad_label(extra: str = "") -> SafeString:
    """The label as markup, for the start of a title."""
    return format_html('<span class="ad{}">{}</span>', f" {extra}" if extra else "", ad_words())


def ad_prefix(title: str, is_ad: bool) -> str:
    """A title for where there is no markup: shares, feeds, the browser's tab."""
    return f"【{AD}】{title}" if is_ad else title
