"""Pages that say who we are and by which rules we play: written in Wagtail, in Chinese and in English, and kept.

Readers and authors may rely on what stood there on the day: every change makes a numbered version that stays readable.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.http import Http404
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.rich_text import expand_db_html

from affiliate.earnings.api import split_plans
from content.pages.data_register import REGISTER

FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link"]
TEXTS = ("title", "title_en", "body", "body_en")


class LegalKind(models.TextChoices):
    """Which of the pages that the law or fairness asks for; the order is that of the footer."""

    PRIVACY = "privacy", _("Privacy, with the table of what is kept")
    TERMS = "terms", _("Terms of use")
    DISCLOSURE = "disclosure", _("Advertising and commission")
    EARN = "earn", _("How we earn and how credit works")
    RULES = "rules", _("Rules of the split, with the parts in force")
    COMPLAINTS = "complaints", _("Complaints and contact, with what stands in the settings")
    OTHER = "other", _("Another page of this sort")


class LegalPage(Page):
    """One such page. What is generated (the table of data, the split, the contact) follows its words by itself."""

    legal_kind = models.CharField(_("which page"), max_length=20, choices=LegalKind.choices, default=LegalKind.OTHER)
    body = RichTextField(_("words in Chinese"), features=FEATURES)
    title_en = models.CharField(_("title in English"), max_length=255, blank=True)
    body_en = RichTextField(_("words in English"), features=FEATURES, blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("legal_kind"),
        FieldPanel("body", help_text=_("{company}, {contact} and {site} stand for what the settings say.")),
        MultiFieldPanel([FieldPanel("title_en"), FieldPanel("body_en")], _("English")),
    ]
    parent_page_types = ["pages.HomePage"]
    subpage_types: list[str] = []
    page_description = _("Privacy, terms, disclosure, rules, complaints: linked at the foot of every page.")

    class Meta:
        verbose_name = _("legal page")

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = {**super().get_context(request, *args, **kwargs), "versions": list(self.versions.order_by("-number"))}
        shown = asked_version(context["versions"], request.GET.get("version", ""))
        words = shown or self
        english = get_language() == "en"
        context |= {
            "shown": shown or (context["versions"] or [None])[0],
            "is_old": shown is not None and shown != context["versions"][0],
            "heading": (english and words.title_en) or words.title,
            "html": filled_in(expand_db_html((english and words.body_en) or words.body)),
            "canonical": f"{settings.SITE_URL}/{self.slug}/",
            "operator": settings.OPERATOR,
        }
        return context | generated(self.legal_kind)


class LegalVersion(models.Model):
    """What a legal page said from a day on. Never changed."""

    page = models.ForeignKey(LegalPage, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=255)
    title_en = models.CharField(max_length=255, blank=True)
    body = models.TextField()
    body_en = models.TextField(blank=True)
    published_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "number"], name="one_legal_version_per_number")]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"


def keep_version(page: LegalPage) -> LegalVersion:
    """The version that holds the page's present words: the last one, or a new one where they have changed."""
    last = page.versions.order_by("-number").first()
    words = {name: getattr(page, name) for name in TEXTS}
    if last is not None and words == {name: getattr(last, name) for name in TEXTS}:
        return last
    kept: LegalVersion = page.versions.create(number=last.number + 1 if last else 1, **words)
    return kept


def asked_version(versions: list[LegalVersion], asked: str) -> LegalVersion | None:
    """The version a reader asked for; None where none was asked for. Raises Http404 for one that never was."""
    if not asked:
        return None
    found = next((version for version in versions if str(version.number) == asked), None)
    if found is None:
        raise Http404
    return found


def filled_in(html: str) -> str:
    """The words with what the settings say in the place of their names."""
    operator = settings.OPERATOR
    contact = " · ".join(part for part in (operator.email, operator.phone, operator.address) if part)
    values = {
        "{company}": operator.company or _now("the operator of this site"),
        "{contact}": contact or _now("the contact at the foot of this page"),
        "{site}": settings.SITE_URL.partition("://")[2],
    }
    for name, value in values.items():
        html = html.replace(name, escape(value))
    return html


def generated(kind: str) -> dict[str, Any]:
    """What a page of this kind shows beyond its words."""
    if kind == LegalKind.PRIVACY:
        return {"register": REGISTER}
    if kind == LegalKind.RULES:
        return {"plans": split_plans()}
    return {"contact": True} if kind == LegalKind.COMPLAINTS else {}


def foot_links() -> list[dict[str, str]]:
    """Every legal page that is live, in the order of the footer: one query."""
    order = {kind: place for place, kind in enumerate(LegalKind.values)}
    found = LegalPage.objects.live().values("slug", "title", "title_en", "legal_kind", "path")
    english = get_language() == "en"
    return [
        {"url": f"/{row['slug']}/", "title": (english and row["title_en"]) or row["title"]}
        for row in sorted(found, key=lambda row: (order.get(row["legal_kind"], len(order)), row["path"]))
    ]
