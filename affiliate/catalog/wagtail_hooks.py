"""What the catalogue adds to Wagtail's admin."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import include, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks

from affiliate.catalog.admin import same_urls, urls
from affiliate.catalog.admin.feeds import CHANGE
from affiliate.catalog.admin.same import SameMenuItem
from affiliate.connections.api import Merchant


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [path("feeds/", include(urls)), path("products/", include(same_urls))]


@hooks.register("register_admin_menu_item")
def same_in_menu() -> SameMenuItem:
    return SameMenuItem(
        gettext_lazy("Same products"), reverse("same:listing"), name="same", icon_name="link", order=152
    )


@hooks.register("merchant_pages", order=20)
def products(request: HttpRequest, merchant: Merchant) -> tuple[str, str, str] | None:
    """The way from a merchant to its products."""
    if not request.user.has_perm(CHANGE):
        return None
    return _("Products"), reverse("catalog:feed", args=[merchant.pk]), "list-ul"
