"""Which items are the same product, in the admin: what waits for a person, what is joined, what was answered."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem

from affiliate.catalog.joining import by_person
from affiliate.catalog.models import Item, Product, SameQuestion
from affiliate.catalog.reading_out import yuan
from affiliate.connections.api import network_name

JOIN = "catalog.join_products"
WAITING_SHOWN, ANSWERED_SHOWN, JOINED_SHOWN = 30, 30, 30


class SameMenuItem(MenuItem):
    """In the menu of those who may answer."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(JOIN)


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The page, in a constant number of queries."""
    permitted(request)
    questions = SameQuestion.objects.select_related("low", "high")
    waiting = questions.filter(same=None)
    products = Paginator(_joined(), JOINED_SHOWN).get_page(request.GET.get("p"))
    context = {
        "questions": [_with_faces(one) for one in waiting.order_by("-likeness", "pk")[:WAITING_SHOWN]],
        "waiting": waiting.count(),
        "answered": [
            _with_faces(one) for one in questions.exclude(same=None).order_by("-decided_at", "-pk")[:ANSWERED_SHOWN]
        ],
        "products": products,
        "joined": [(product, [face(item) for item in product.items.all()]) for product in products],
        "page_title": _("Same products"),
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": "", "label": _("Same products")},
        ],
    }
    return render(request, "catalog/same.html", context)


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer one question."""
    permitted(request)
    done = _found(by_person.answer, pk, same="yes" in request.POST, by=request.user.get_username())
    if done:
        messages.success(request, _("Kept with your name. You can take it back below."))
    else:
        messages.warning(request, _("Somebody has answered this already. Nothing was changed."))
    return redirect("same:listing")


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an answer back."""
    permitted(request)
    if _found(by_person.undo, pk):
        messages.success(request, _("Taken back: the question is open again."))
    else:
        messages.warning(request, _("This question is open already. Nothing was changed."))
    return redirect("same:listing")


@require_POST
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one item out of its product."""
    permitted(request)
    if _found(by_person.split, pk, by=request.user.get_username()):
        messages.success(request, _("Taken out. It will not be joined to these again; you can take that back below."))
    else:
        messages.warning(request, _("This item stands alone already. Nothing was changed."))
    return redirect("same:listing")


def _joined() -> QuerySet[Product]:
    offers = Prefetch("items", Item.objects.order_by("pk"))
    found = Product.objects.annotate(shops=Count("items")).filter(shops__gt=1)
    return found.order_by("-pk").prefetch_related(offers)


def _with_faces(question: SameQuestion) -> dict[str, Any]:
    return {"row": question, "items": [face(question.low), face(question.high)]}


def face(item: Item) -> dict[str, Any]:
    """An item as a person recognises it."""
    secure = item.url.startswith("https://")
    return {
        "item": item,
        "network": network_name(item.network),
        "price": yuan(item.final_price_minor, item.currency),
        "url": item.url if secure else "",
        "barcode": item.barcode.lstrip("0"),
    }


def _found(act: Any, pk: int, **given: Any) -> bool:
    """What came of it; not found where the thing was thrown away meanwhile."""
    try:
        return bool(act(pk, **given))
    except (SameQuestion.DoesNotExist, Item.DoesNotExist) as exc:
        raise Http404 from exc


def permitted(request: HttpRequest) -> None:
    """Raises PermissionDenied for whoever may not say which items are the same."""
    if not request.user.has_perm(JOIN):
        raise PermissionDenied
