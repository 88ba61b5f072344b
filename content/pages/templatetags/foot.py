"""The foot of every reader's page: the legal pages, and who answers for the site."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings

from content.pages.legal import foot_links

register = template.Library()


@register.inclusion_tag("includes/legal_links.html")
def legal_links() -> dict[str, Any]:
    """Links to the legal pages that are live."""
    return {"links": foot_links()}


@register.inclusion_tag("includes/operator.html")
def operator() -> dict[str, Any]:
    """Company, numbers and contact from the settings. Asks no database: it stands on error pages too."""
    return {"operator": settings.OPERATOR}
