"""The featured board: what editors put in front, for how long and why."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class FeaturedSlot(models.Model):
    """A place in the featured feed, with a window of time and the editor's reason, which readers see."""

    page = models.OneToOneField(Page, models.CASCADE, related_name="+", verbose_name=_("post"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    reason = models.CharField(_("why, in one sentence"), max_length=160)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("featured slot")
        verbose_name_plural = _("featured board")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.page.title
