"""Joining two items by hand: each is found by its link, its short name or words, then both become one product."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from affiliate.catalog.admin.same import face, permitted
from affiliate.catalog.joining import by_person
from affiliate.catalog.messages import explain, explain_nothing
from affiliate.catalog.models import Item
from affiliate.catalog.resolve import resolve
from affiliate.networks.api import find_urls

MOST_FOUND = 8
LONGEST_TEXT = 2_000
WHY_NOT: dict[str, Promise] = {
    "itself": _lazy("Both are the same item. Choose another one."),
    "joined": _lazy("These two are offers of one product already."),
    "refused": _lazy(
        "Somebody said that these, or others joined to them, are not the same. Take that answer back first, under "
        "“Answered last”."
    ),
    "barcode": _lazy("Their barcodes differ: the maker calls them different products."),
}


@dataclass(slots=True)
class Side:
    """One of the two: what was typed, what that found, and which of it is chosen."""

    name: str
    label: str
    text: str = ""
    chosen: int | None = None
    faces: list[dict[str, Any]] = field(default_factory=list)
    problem: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """The form; found items stand under what was typed, and are joined only by the second button."""
    permitted(request)
    sides = [_side(request, "one", _("One item")), _side(request, "other", _("The other, or any item of its product"))]
    problem = ""
    if "join" in request.POST:
        one, other = (side.chosen for side in sides)
        if one is None or other is None:
            problem = _("Choose an item on each side.")
        elif not (problem := _join(one, other, request.user.get_username())):
            messages.success(request, _("Joined, with your name. You can take it back below."))
            return redirect("same:listing")
    context = {
        "sides": sides,
        "ready": all(side.faces for side in sides),
        "problem": problem,
        "page_title": _("Join two items"),
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("same:listing"), "label": _("Same products")},
            {"url": "", "label": _("Join two items")},
        ],
    }
    return render(request, "catalog/join.html", context, status=422 if problem else 200)


def _join(one: int, other: int, by: str) -> str:
    """Why not, in words; empty where it is done."""
    try:
        by_person.join_two(one, other, by=by)
    except by_person.CannotJoin as exc:
        return str(WHY_NOT[exc.reason])
    except Item.DoesNotExist as exc:
        raise Http404 from exc
    return ""


def _side(request: HttpRequest, name: str, label: str) -> Side:
    side = Side(name, label, request.POST.get(f"{name}_text", "")[:LONGEST_TEXT].strip())
    if not side.text:
        return side
    items, side.problem = _find(side.text)
    side.faces = [face(item) for item in items]
    ids, wanted = [item.pk for item in items], request.POST.get(name, "")
    side.chosen = next((pk for pk in ids if str(pk) == wanted), ids[0] if len(ids) == 1 else None)
    return side


def _find(text: str) -> tuple[list[Item], str]:
    """Items that the text names or whose titles have its words, and what is to be said where there are none. A link to
    something new is looked up at its network, within the deadline of every pasted link.
    """
    matches = resolve(text, lookup=False)
    if any(match.item is None for match in matches):
        matches = resolve(text, lookup=True)
    if matches:
        found = [match.item for match in matches if match.item is not None]
        return found[:MOST_FOUND], "" if found else next(explain(match.error) for match in matches if match.error)
    if find_urls(text):
        return [], explain_nothing(text)
    items = Item.objects.exclude(title="")
    for word in text.split()[:10]:
        items = items.filter(title__icontains=word)
    found = list(items.order_by("-wanted_at", "-pk")[:MOST_FOUND])
    return found, "" if found else _("No known item has these words in its name. Paste its link instead.")
