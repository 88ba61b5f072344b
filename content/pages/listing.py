"""A ranked list: several things compared, in order."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from content.pages.post import Post


class ListPage(Post):
    """Product blocks stand in the order of the ranking."""

    kind = "list"
    page_description = _("Several things compared, in the order that you recommend them.")

    class Meta:
        verbose_name = _("ranked list")
