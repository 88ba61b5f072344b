"""The featured board: which post stands where, from when to when, and why, in the words of whoever put it there."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class FeaturedSlot(models.Model):
    """One stay of one post at one place. Ended stays are kept: they are the record of who featured what and why."""

    page_id = models.PositiveBigIntegerField(_("post"))
    page_title = models.CharField(_("title"), max_length=255)
    position = models.PositiveSmallIntegerField(_("place"))
    reason = models.CharField(_("reason"), max_length=200)
    """One sentence, shown to readers."""
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    left_at = models.DateTimeField(null=True, blank=True, editable=False)
    """When it left the feed; None while it stands there."""
    left_because = models.CharField(max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = _("featured slot")
        verbose_name_plural = _("featured slots")
        ordering = ["position", "pk"]
        permissions = [("feature_posts", "Can feature posts")]
        constraints = [
            models.UniqueConstraint(
                fields=["page_id"], condition=models.Q(left_at=None), name="one_stay_per_post_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.page_title}"
