"""Direct merchants in the admin, and the page that shows a new secret once."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail import hooks
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton

from affiliate.connections.admin.forms import MerchantForm
from affiliate.connections.merchants import end_overlap, overlap_ends, renew_secret
from affiliate.connections.models import Merchant

log = logging.getLogger("zhongcao.networks")

CHANGE = "connections.change_merchant"
OVERLAPS = {"7": gettext_lazy("7 more days"), "1": gettext_lazy("1 more day"), "0": gettext_lazy("not at all")}
"""How long the old secret counts after a new one is made, in days."""


class CreateMerchant(generic.CreateView):
    """A new merchant needs a secret next."""

    def get_success_url(self) -> str:
        return reverse("connections:secret", args=[self.object.pk])


class EditMerchant(generic.EditView):
    """With a way to the secret's page, and to what rooms above know of the merchant: their hooks `merchant_pages` take
    the request and the merchant and answer a label, an address and an icon, or None.
    """

    @property
    def header_buttons(self) -> list[Any]:
        url = reverse("connections:secret", args=[self.object.pk])
        pages = [page(self.request, self.object) for page in hooks.get_hooks("merchant_pages")]
        return [
            *(HeaderButton(label, url=to, icon_name=icon) for label, to, icon in filter(None, pages)),
            HeaderButton(_("Postback secret"), url=url, icon_name="key"),
        ]


class MerchantViewSet(ModelViewSet):
    model = Merchant
    name = "merchants"
    icon = "pick"
    menu_label = gettext_lazy("Direct merchants")
    menu_order = 310
    add_to_settings_menu = True
    add_view_class = CreateMerchant
    edit_view_class = EditMerchant
    list_display = ["name", "slug", "hosts", BooleanColumn("active", label=gettext_lazy("Active"))]
    search_fields = ["name", "slug", "hosts"]
    copy_view_enabled = False
    inspect_view_enabled = False

    def get_form_class(self, for_update: bool = False) -> type[MerchantForm]:
        return MerchantForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def secret(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a new secret; the answer to the button is the only page that ever shows it."""
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    merchant = get_object_or_404(Merchant, pk=pk)
    made = ""
    if request.method == "POST" and "end" in request.POST:
        end_overlap(merchant)
        log.info("The former secret of merchant %s was ended by user %s.", merchant.slug, request.user.pk)
    elif request.method == "POST":
        days = request.POST.get("overlap", "")
        made = renew_secret(merchant, timedelta(days=int(days) if days in OVERLAPS else 0))
        log.info("The secret of merchant %s was renewed by user %s.", merchant.slug, request.user.pk)
    context = {
        "merchant": merchant,
        "made": made,
        "has_secret": bool((merchant.secret or {}).get("current")),
        "old_until": until if (until := overlap_ends(merchant)) and until > timezone.now() else None,
        "overlaps": OVERLAPS.items(),
        "page_title": merchant.name,
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("merchants:index"), "label": _("Direct merchants")},
            {"url": reverse("merchants:edit", args=[pk]), "label": merchant.name},
            {"url": "", "label": _("Postback secret")},
        ],
    }
    return render(request, "connections/secret.html", context)
