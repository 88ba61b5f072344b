"""Every address, outermost rooms first; what nothing else answers is a Wagtail page."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from config.media import media

# Rooms whose addresses stand in a urls.py of their own.
ROOMS = ["affiliate.earnings", "affiliate.tracking", "content.search", "content.feed"]

urlpatterns = [
    path("", include("affiliate.people.urls")),  # the login, at the admin's address
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("i18n/", include("django.conf.urls.i18n")),
    *[path("", include(f"{room}.urls")) for room in ROOMS if find_spec(f"{room}.urls")],
    path("media/<path:path>", media),
    path("me/", include("config.members.urls")),
    path("", include(wagtail_urls)),
]
