"""Where a page stands on the site."""

from __future__ import annotations

from wagtail.models import Page


def address(page: Page) -> str:
    """The page's path on the site."""
    parts = page.get_url_parts()
    return parts[2] if parts and parts[2] else f"/{page.slug}/"
