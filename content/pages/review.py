"""A review: what somebody found out by using a thing."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from content.pages.post import Post


class ReviewPage(Post):
    """Long reading with product cards in it."""

    kind = "review"
    page_description = _("What you found out by using a thing: a long text with product cards in it.")

    used_for = models.CharField(_("how long it was used"), max_length=40, blank=True)
    content_panels = [*Post.content_panels[:2], FieldPanel("used_for"), *Post.content_panels[2:]]

    class Meta:
        verbose_name = _("review")
