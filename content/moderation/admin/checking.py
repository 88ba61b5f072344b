"""Findings where posts are written and approved: live while one types, and above the post for whoever approves it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.models import Page

from content.moderation.admin.stopping import way_out
from content.moderation.checks import Finding, check, check_texts
from content.moderation.overrides import still_blocking
from content.moderation.privacy import POLICY
from content.pages.api import Post

PLACES = ("title", "card", "text")
LONGEST = 60_000
MOST_SHOWN = 30


@require_POST
@never_cache
def check_now(request: HttpRequest) -> JsonResponse:
    """Findings in what stands in the form now. Nothing is kept."""
    texts = [(place, text[:LONGEST]) for place in PLACES for text in request.POST.getlist(place)]
    found = check_texts(texts)[:MOST_SHOWN] if sum(len(text) for _place, text in texts) <= 4 * LONGEST else []
    return JsonResponse({"findings": [as_json(finding) for finding in found]})


def as_json(finding: Finding) -> dict[str, Any]:
    """A finding as the editor's script shows it."""
    return {
        "word": finding.word,
        "around": finding.around,
        "sentence": finding.sentence,
        "risk": finding.risk,
        "serious": finding.serious,
        "where": where(finding),
    }


def where(finding: Finding) -> str:
    """The place in words."""
    return {"title": _("Title"), "card": _("Card"), "text": _("Text")}[finding.where]


def show_findings(request: HttpRequest, page: Page) -> None:
    """Above a post, for whoever may approve it: what the check finds in its newest draft."""
    if request.method != "GET" or not isinstance(page, Post) or POLICY.only_adds(request.user):
        return
    found = check(page)
    if found:
        serious = any(finding.serious for finding in found)
        stopped = still_blocking(page, found)
        said = _("To look at before this goes live (what you approve is kept with your name and your comment):")
        if stopped:
            mend = _("This cannot go live before what is marked with ✕ is mended.")
            said = format_html("{} {}<br>{}", mend, way_out(page, request.user), said)
        lines = ((line(finding, stops=finding in stopped),) for finding in found[:MOST_SHOWN])
        rows = format_html_join("", "<li>{}</li>", lines)
        text = format_html("{}<ul>{}</ul>", said, rows)
        (messages.error if serious else messages.warning)(request, text)


def line(finding: Finding, *, stops: bool = False) -> str:
    """A finding in one line."""
    sign = "✕ " if stops else ""
    word = f"「{finding.word}」 " if finding.word else ""
    return f"{sign}{where(finding)}: {word}{finding.sentence} ({finding.risk})"


def editor_script() -> SafeString:
    """The script that asks while one types."""
    return format_html(
        '<link rel="stylesheet" href="{}">'
        '<script src="{}" data-address="{}" data-heading="{}" data-note="{}" defer></script>',
        static("moderation/checks.css"),
        static("moderation/checks.js"),
        reverse("moderation_check"),
        _("Before you submit: words to look at"),
        _("You may submit all the same; the editors see this too."),
    )
