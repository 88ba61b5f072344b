"""What the picker asks: which products a text names, how items stand now, and to keep what was typed by hand."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from affiliate.catalog.api import Item, explain, items_with_coupons, save_by_hand
from affiliate.networks.api import BadInput
from content.blocks.api import LONGEST_PASTE
from content.desk.admin.forms import HandForm
from content.desk.cards import cards
from content.desk.finding import find

MOST_IDS = 100


@require_POST
@never_cache
def resolve(request: HttpRequest) -> JsonResponse:
    """Products for a pasted text. Takes as long as networks may take; no transaction is open meanwhile."""
    text = request.POST.get("text", "")
    if len(text) > LONGEST_PASTE:
        too_long = _("The text is longer than 10,000 characters. Shorten it to the part with the link.")
        return JsonResponse({"matches": [], "message": too_long}, status=400)
    found = find(text, request.user)
    return JsonResponse({"matches": found.cards, "message": found.message, "searched": found.searched})


@require_GET
@never_cache
def items(request: HttpRequest) -> JsonResponse:
    """Cards of items by id, all of a page in one request; unknown ids are left out."""
    ids = [
        int(part) for part in request.GET.get("ids", "").split(",")[:MOST_IDS] if part.isdecimal() and len(part) < 19
    ]
    found = items_with_coupons(ids)
    return JsonResponse({"items": cards([found[pk] for pk in dict.fromkeys(ids) if pk in found], request.user)})


@require_POST
@never_cache
def by_hand(request: HttpRequest, item_id: int) -> JsonResponse:
    """Keep what was typed. What the network itself says of an item stays."""
    item = get_object_or_404(Item, pk=item_id)
    form = HandForm(request.POST)
    if not form.is_valid():
        errors = {name: " ".join(str(e) for e in found) for name, found in form.errors.items()}
        return JsonResponse(
            {"errors": errors, "message": _("Nothing was changed. Correct the marked fields.")}, status=400
        )
    try:
        save_by_hand(item, **form.cleaned_data)
    except BadInput as error:
        # Its message is written for the writer; only errors without one need the general words.
        return JsonResponse({"errors": {}, "message": error.message or explain(error)}, status=400)
    return JsonResponse({"item": cards([items_with_coupons([item_id])[item_id]], request.user)[0]})
