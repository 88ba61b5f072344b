"""The root of the site: the front page, drawn by the feed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class HomePage(Page):
    """Holds the channels and the legal pages. Its address is answered by content.feed."""

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["pages.ChannelPage", "pages.LegalPage"]

    class Meta:
        verbose_name = _("front page")
