"""What search engines are told: every post and listing, and to leave tracked links alone."""

from __future__ import annotations

from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from content.feed.models import Card
from content.pages.api import ChannelPage

MOST = 50_000


@require_safe
def sitemap_xml(_request: HttpRequest) -> HttpResponse:
    """Addresses of all listings, then of all posts, newest first."""
    paths = ["/", *(f"/{slug}/" for slug in ChannelPage.objects.live().values_list("slug", flat=True))]
    handles = Card.objects.exclude(author_handle="").order_by("author_handle").values_list("author_handle", flat=True)
    paths += [f"/u/{handle}/" for handle in handles.distinct()]
    paths += Card.objects.order_by("-first_published_at").values_list("url", flat=True)[: MOST - len(paths)]
    rows = "".join(f"<url><loc>{escape(settings.SITE_URL + path)}</loc></url>" for path in paths)
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'
    return HttpResponse(body, content_type="application/xml; charset=utf-8")


@require_safe
def robots_txt(_request: HttpRequest) -> HttpResponse:
    """Crawlers may read everything that is for reading."""
    lines = ["User-agent: *", "Disallow: /go/", "Disallow: /admin/", "Disallow: /search/", ""]
    return HttpResponse("\n".join([*lines, f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]), content_type="text/plain")
