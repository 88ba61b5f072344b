"""What every post has: an author of record, a verdict, a cover and a body of blocks."""

from __future__ import annotations

import re
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from affiliate.people.api import Author, ensure_author
from content.blocks.api import PICTURE_CHOICES
from content.blocks.body import Body
from content.blocks.product import ProductValue
from content.pages import pictures
from content.pages.ai import AiUse
from content.pages.forms import PostForm
from content.pages.reading import reading_context

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def printable(text: str) -> str:
    """The text without control characters, which neither HTML nor XML can hold, and without those that turn the
    direction of what follows.
    """
    return _UNFIT.sub("", text)


class Post(Page):
    """Abstract base of reviews, deals and lists."""

    kind = "post"
    base_form_class = PostForm

    author = models.ForeignKey(
        Author, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("author")
    )
    verdict = models.CharField(_("verdict in one sentence"), max_length=160, blank=True)
    cover = models.ForeignKey(
        "wagtailimages.Image", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("cover")
    )
    body = StreamField(Body(), verbose_name=_("body"), blank=True)
    ai_use = models.CharField(
        _("artificial intelligence in the words"),
        max_length=10,
        choices=AiUse.choices,
        default=AiUse.NONE,
        help_text=_("The law asks you to declare it. Readers see it beside your name."),
    )
    cover_ai = models.CharField(
        _("artificial intelligence in the cover"), max_length=10, choices=PICTURE_CHOICES, default=AiUse.NONE
    )
    health_advice = models.BooleanField(
        _("gives advice on health"),
        default=False,
        help_text=_("Nothing of medicine, medical devices or health food may be sold beside such advice."),
    )
    for_minors = models.BooleanField(
        _("is meant for people under 18"),
        default=False,
        help_text=_("Medicine, health food, cosmetics and alcohol may not be advertised to them."),
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("verdict", help_text=_("What readers see first, on the card and above the post.")),
        FieldPanel("cover"),
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldPanel("ai_use"), FieldPanel("cover_ai"), FieldPanel("health_advice"), FieldPanel("for_minors")],
            _("What the law asks about"),
        ),
    ]
    promote_panels = [
        MultiFieldPanel(
            [FieldPanel("slug"), FieldPanel("seo_title"), FieldPanel("search_description")], _("For search engines")
        )
    ]
    parent_page_types = ["pages.ChannelPage"]
    subpage_types: list[str] = []

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Whoever creates a post is its author of record from the first draft on."""
        if self.author_id is None and self.owner is not None:
            self.author = ensure_author(self.owner)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Characters that no page may hold and nobody sees come along with what is pasted; they end here."""
        super().clean()
        for name in ("title", "verdict"):
            setattr(self, name, printable(getattr(self, name)))

    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> Any:
        """Page, placements and feed change together or not at all; the pictures are ready by then."""
        pictures.make_unlocked(revision.as_object())
        with transaction.atomic():
            return super().publish(revision, *args, **kwargs)

    def with_content_json(self, content: Any) -> Any:
        """An old revision never changes whom the post belongs to."""
        page = super().with_content_json(content)
        if self.author_id is not None:
            page.author_id = self.author_id
        return page

    def products(self) -> list[tuple[str, ProductValue]]:
        """Every product block with its block id, in reading order."""
        return [(child.id, child.value) for child in self.body if child.block_type == "product"]

    def get_context(self, request: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context(request, *args, **kwargs), **reading_context(self, request)}
