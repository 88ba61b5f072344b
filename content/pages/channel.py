"""A channel: a subject that posts belong to."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page


class ChannelPage(Page):
    """Where writers put their posts."""

    introduction = models.CharField(_("introduction"), max_length=200, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("introduction")]
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["pages.ReviewPage", "pages.DealPage", "pages.ListPage"]

    class Meta:
        verbose_name = _("channel")
