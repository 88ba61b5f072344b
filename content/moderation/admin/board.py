"""The featured board: candidates, what is featured, and what has left."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from affiliate.people.api import may_view_commission
from content.moderation import board
from content.moderation.admin.forms import FeatureForm, TakeOffForm


def editors_only(view: Any) -> Any:
    """Refuses those who may not feature, and says so to those who may not because they see money."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if board.may_feature(request.user):
            answer: HttpResponse = view(request, *args, **kwargs)
            return answer
        return render(
            request, "moderation/no_board.html", {"sees_money": may_view_commission(request.user)}, status=403
        )

    return guarded


@require_GET
@editors_only
def show(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "")
    context = {
        "slots": board.slots(),
        "candidates": board.candidates(words),
        "ended": board.ended(),
        "words": words,
    }
    return render(request, "moderation/board.html", context)


@require_POST
@editors_only
def feature(request: HttpRequest) -> HttpResponse:
    form = FeatureForm(request.POST)
    if not form.is_valid():
        sentences = " ".join(str(error) for errors in form.errors.values() for error in errors)
        messages.error(request, _("Nothing was changed. %(why)s") % {"why": sentences})
        return _back()
    data = form.cleaned_data
    return _tried(
        request, lambda: board.feature(data["page_id"], data["reason"], data["until"], by=request.user), _("Featured.")
    )


@require_POST
@editors_only
def move(request: HttpRequest, slot_id: int) -> HttpResponse:
    step = 1 if request.POST.get("step") == "down" else -1
    return _tried(request, lambda: board.move(slot_id, step, by=request.user), "")


@require_POST
@editors_only
def take_off(request: HttpRequest, slot_id: int) -> HttpResponse:
    form = TakeOffForm(request.POST)
    why = form.cleaned_data["why"] if form.is_valid() else ""
    return _tried(request, lambda: board.take_off(slot_id, why, by=request.user), _("Taken off the board."))


def _tried(request: HttpRequest, act: Any, done: str) -> HttpResponseRedirect:
    try:
        act()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if done:
            messages.success(request, done)
    return _back()


def _back() -> HttpResponseRedirect:
    return redirect("moderation_board")
