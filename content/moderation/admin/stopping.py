"""A post that a check stops does not go live from the admin: it stays a draft, and the editor is told what to do."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.models import Page

from content.moderation.checks import Finding
from content.moderation.overrides import let_pass, may_let_pass, overrides_of, still_blocking
from content.pages.api import Post

LEAST_WORDS = 6


class LetPassForm(forms.Form):
    """Why it may stay."""

    reason = forms.CharField(
        label=gettext_lazy("Why it may stay"),
        min_length=LEAST_WORDS,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One sentence that you could say to the market supervision."),
    )
    proof = forms.CharField(
        label=gettext_lazy("What proves it"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("A link, a file, the number of a document. It is kept with your name."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    """Stands for what the page showed: nobody answers for what they have not seen."""


def before_publish(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Wagtail has saved the draft by now; an answer of ours leaves it at that."""
    return _stopped(request, page) if isinstance(page, Post) else None


def before_edit(request: HttpRequest, page: Page) -> None:
    """An approval of what is stopped becomes a plain save, so that no edit is lost. Approvals that come another way end
    in signal_handlers.before_approval.
    """
    approves = request.method == "POST" and request.POST.get("workflow-action-name") == "approve"
    if not (approves and request.POST.get("action-workflow-action") and isinstance(page, Post)):
        return
    if still_blocking(page):
        posted = request.POST.copy()
        del posted["action-workflow-action"]
        request.POST = posted  # type: ignore[assignment]  # Django's own setter takes it
        _say(request)


def before_bulk(request: HttpRequest, action_type: str, objects: list[Any], _action: Any) -> HttpResponse | None:
    """Many posts at once: the first that is stopped stops them all."""
    if action_type != "publish":
        return None
    posts = (page.specific.get_latest_revision_as_object() for page in objects)
    return next((answer for post in posts if isinstance(post, Post) and (answer := _stopped(request, post))), None)


def let_pass_view(request: HttpRequest, page_id: int) -> HttpResponse:
    """What stops a post, and the form that lets it pass."""
    page = get_object_or_404(Page, pk=page_id).specific
    if not isinstance(page, Post) or not may_let_pass(request.user, page):
        raise PermissionDenied
    post = page.get_latest_revision_as_object()
    blocking = still_blocking(post)
    form = LetPassForm(request.POST or None, initial={"seen": _mark_of(blocking)})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if not blocking or said["seen"] == _mark_of(blocking):
            if let_pass(post, request.user, blocking, said["reason"], said["proof"]):
                messages.success(request, _("Kept. The post can be published now."))
            return redirect("wagtailadmin_pages:edit", page.pk)
        messages.error(request, _("The post was changed meanwhile. Nothing was kept: look at what stops it now."))
        form = LetPassForm(initial={**said, "seen": _mark_of(blocking)})
    context = {"page": page, "form": form, "blocking": blocking, "overrides": overrides_of(page.pk)}
    return TemplateResponse(request, "moderation/let_pass.html", context)


def _mark_of(blocking: list[Finding]) -> str:
    return sha256(repr(sorted(one.key for one in blocking)).encode()).hexdigest()


def way_out(page: Post, user: Any) -> Any:
    """The link to that form, for whoever may use it."""
    if not page.pk or not may_let_pass(user, page):
        return ""
    address = reverse("moderation_let_pass", args=[page.pk])
    return format_html('<a class="zc-checks__pass" href="{}">{}</a>', address, _("Let it pass with a reason"))


def _stopped(request: HttpRequest, page: Post) -> HttpResponse | None:
    if not still_blocking(page):
        return None
    _say(request)
    return HttpResponseRedirect(reverse("wagtailadmin_pages:edit", args=[page.pk]))


def _say(request: HttpRequest) -> None:
    """The post's own page names each finding below: checking.show_findings."""
    messages.error(request, _("Saved as a draft and not published. What has to be mended first is marked with ✕."))
