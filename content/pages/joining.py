"""Which legal texts whoever joins agrees to: terms and privacy, each with the number of its version."""

from __future__ import annotations

from django.utils.translation import get_language

from affiliate.people.api import Terms
from content.pages.legal import LegalKind, LegalPage

AGREED = (LegalKind.TERMS, LegalKind.PRIVACY)


def terms() -> Terms | None:
    """In two queries; None where the site has no live page of either kind."""
    pages = {}
    for page in LegalPage.objects.live().filter(legal_kind__in=AGREED).order_by("-pk").prefetch_related("versions"):
        pages[page.legal_kind] = page  # of two pages of a kind the older one, which the footer names first
    found = [pages[kind] for kind in AGREED if kind in pages]
    if not found:
        return None
    english = get_language() == "en"
    return Terms(
        version=", ".join(f"{page.legal_kind} {newest(page)}" for page in found),
        links=tuple(((english and page.title_en) or page.title, f"/{page.slug}/") for page in found),
    )


def newest(page: LegalPage) -> int:
    """The number of the version that holds the page's words now; 0 before there is any."""
    return max((version.number for version in page.versions.all()), default=0)
