"""The legal pages of a new site: drafts in Chinese and in English that an operator reads, corrects and answers for."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction
from wagtail.models import Page

from content.pages.home import HomePage
from content.pages.legal import LegalKind, LegalPage

FOLDER = Path(__file__).with_name("drafts")
PAGES = (
    (LegalKind.PRIVACY, "privacy", "隐私政策", "Privacy"),
    (LegalKind.TERMS, "terms", "用户协议", "Terms of use"),
    (LegalKind.DISCLOSURE, "disclosure", "广告与佣金说明", "Advertising and commission"),
    (LegalKind.EARN, "how-we-earn", "我们怎么赚钱、功劳怎么算", "How we earn, how credit works"),
    (LegalKind.RULES, "rules", "分成规则", "Rules of the split"),
    (LegalKind.COMPLAINTS, "complaints", "投诉与联系", "Complaints and contact"),
)


@transaction.atomic
def ensure_legal_pages() -> int:
    """Publish the drafts on a site that has never had a legal page; on any other nothing. Returns how many were made.

    What an operator has deleted does not come back, and what an operator has written is not touched.
    """
    home = HomePage.objects.first()
    if home is None or LegalPage.objects.exists():
        return 0
    for kind, slug, title, title_en in PAGES:
        page = LegalPage(
            title=title,
            title_en=title_en,
            slug=slug if Page._slug_is_available(slug, home) else f"site-{slug}",
            legal_kind=kind,
            body=_draft(kind, "zh"),
            body_en=_draft(kind, "en"),
            locale=home.locale,
        )
        home.add_child(instance=page)
        page.save_revision().publish()
    return len(PAGES)


def _draft(kind: str, language: str) -> str:
    return (FOLDER / f"{kind}.{language}.html").read_text(encoding="utf-8").strip()
