"""Findings where posts are written and approved: live while one types, and above the post for whoever approves it."""

from __future__ import annotations

from collections.abc import Collection
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
from content.moderation.checks import Finding, check, check_texts, check_typed
from content.moderation.overrides import still_blocking
from content.moderation.privacy import POLICY
from content.pages.api import Post

PLACES = ("title", "card", "text")
LONGEST = 60_000
MOST_SHOWN = 30


@require_POST
@never_cache
def check_now(request: HttpRequest) -> JsonResponse:
    """Findings in what stands in the form now, with the facts of the draft that is saved. Nothing is kept."""
    texts = [(place, text[:LONGEST]) for place in PLACES for text in request.POST.getlist(place)]
    if sum(len(text) for _place, text in texts) > 4 * LONGEST:
        return JsonResponse({"findings": []})
    post = _saved(request)
    found = check_typed(post, texts) if post else check_texts(texts)
    stopped = still_blocking(post, found) if post else ()
    return JsonResponse({"findings": [as_json(one, stops=one in stopped) for one in found[:MOST_SHOWN]]})


def _saved(request: HttpRequest) -> Post | None:
    """The newest draft of the post that is being written; None before it is saved, and of a post of somebody else."""
    number = request.POST.get("page", "")
    page = Page.objects.filter(pk=int(number[:9])).first() if number.isdecimal() else None
    page = page.specific if page and page.permissions_for_user(request.user).can_edit() else None
    draft = page.get_latest_revision_as_object() if isinstance(page, Post) else None
    return draft if isinstance(draft, Post) else None


def as_json(finding: Finding, *, stops: bool = False) -> dict[str, Any]:
    """A finding as the editor's script shows it."""
    return {
        "word": finding.word,
        "around": finding.around,
        "sentence": finding.sentence,
        "risk": finding.risk,
        "serious": finding.serious,
        "stops": stops,
        "place": finding.where,
        "where": finding.place,
    }


def show_findings(request: HttpRequest, page: Page) -> None:
    """Above a post, for whoever may approve it: what the check finds in its newest draft."""
    if request.method != "GET" or not isinstance(page, Post) or POLICY.only_adds(request.user):
        return
    found = check(page)
    if found:
        stopped = still_blocking(page, found)
        said = _("To look at before this goes live (what you approve is kept with your name and your comment):")
        if stopped:
            mend = _("This cannot go live before what is marked with ✕ is mended.")
            said = format_html("{} {}<br>{}", mend, way_out(page, request.user), said)
        rows = format_html_join("", "<li>{}</li>", ((line(one, stopped),) for one in found[:MOST_SHOWN]))
        text = format_html('{}<ul class="zc-found">{}</ul>', said, rows)
        (messages.error if stopped else messages.warning)(request, text)


def line(finding: Finding, stopped: Collection[Finding] = ()) -> str:
    """A finding in one line, with what came of it: it stops, or an editor has let it pass."""
    word = f"「{finding.word}」" if finding.word else ""
    passed = _("(let pass)") if finding.blocks and finding not in stopped else ""
    parts = ("✕" if finding in stopped else "", finding.place, word, finding.sentence, passed, f"— {finding.risk}")
    return " ".join(part for part in parts if part)


def editor_script() -> SafeString:
    """The script that asks while one types."""
    return format_html(
        '<link rel="stylesheet" href="{}">'
        '<script src="{}" data-address="{}" data-heading="{}" data-note="{}" '
        'data-stops="{}" data-go="{}" defer></script>',
        static("moderation/checks.css"),
        static("moderation/checks.js"),
        reverse("moderation_check"),
        _("Before you submit: words to look at"),
        _("You may submit all the same; the editors see this too."),
        _("This cannot go live before what is marked with ✕ is mended."),
        _("Show me"),
    )
