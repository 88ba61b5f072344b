"""The site's tree: a front page below Wagtail's root, in place of the welcome page of a fresh installation."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from wagtail.models import Locale, Page, Site

from content.pages.api import HomePage


@transaction.atomic
def ensure_site() -> HomePage:
    """The front page, made where there is none; the default site points at it. Running it again changes nothing."""
    home: HomePage | None = HomePage.objects.order_by("pk").first()
    if home is None:
        root = Page.get_first_root_node()
        root = root or Page.add_root(instance=Page(title="Root", slug="root"))
        home = HomePage(
            title="种草", slug="zhongcao", locale=Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)[0]
        )
        root.add_child(instance=home)
    address = urlsplit(settings.SITE_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    site, _made = Site.objects.get_or_create(
        is_default_site=True,
        defaults={"hostname": address.hostname or "localhost", "port": port, "root_page": home, "site_name": "种草"},
    )
    wanted = {"root_page_id": home.pk, "hostname": address.hostname or "localhost", "port": port, "site_name": "种草"}
    if any(getattr(site, name) != value for name, value in wanted.items()):
        Site.objects.filter(pk=site.pk).update(**wanted)
        Site.clear_site_root_paths_cache()
        welcome = Page.objects.filter(depth=2, slug="home", content_type__model="page").first()
        if welcome is not None:
            Page.objects.get(pk=welcome.pk).delete()
    return home
