"""What moderation keeps: the featured board, the checks before publication, and the file of what was advertised.

People stand in the file by number and name, without a foreign key: their accounts may go, the file stays as written.
"""

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


class CheckRun(models.Model):
    """One look through one revision of a post, as it was submitted or published. Written once, never changed."""

    page_id = models.PositiveBigIntegerField(db_index=True)
    revision_id = models.PositiveBigIntegerField()
    moment = models.CharField(max_length=10, choices=[("submitted", _("submitted")), ("published", _("published"))])
    rules = models.CharField(max_length=20)
    """Version of the rules that it went by."""
    findings = models.JSONField(default=list)
    """`[{"rule", "where", "word", "around", "serious", "blocks"}]`; empty where nothing was found."""
    passed_by_id = models.PositiveBigIntegerField(null=True)
    passed_by = models.CharField(max_length=150, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    """In an editor's words, where they let something pass."""
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["revision_id", "moment", "rules"], name="one_check_run_per_revision")
        ]

    def __str__(self) -> str:
        return f"{self.page_id} {self.moment} {self.at:%F %R}"


class CheckOverride(models.Model):
    """What an editor let pass although a check stops it. Written once, never changed; part of the advertising file."""

    page_id = models.PositiveBigIntegerField(db_index=True)
    revision_id = models.PositiveBigIntegerField(null=True)
    rules = models.CharField(max_length=20)
    findings = models.JSONField(default=list)
    """As in CheckRun, those alone that stopped the post."""
    reason = models.CharField(_("reason"), max_length=500)
    proof = models.CharField(_("proof"), max_length=500, blank=True)
    """Where it can be checked: a link, a file, a document's number."""
    by_id = models.PositiveBigIntegerField(null=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.page_id} {self.at:%F %R}"


class LandingTest(models.Model):
    """What was found last at the end of an item's link."""

    item_id = models.PositiveBigIntegerField(primary_key=True)
    state = models.CharField(max_length=12)
    """One of LandingState."""
    title = models.CharField(max_length=300, blank=True)
    price_minor = models.PositiveBigIntegerField(null=True)
    tested_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.item_id}: {self.state}"


class AdRecord(models.Model):
    """What one post showed as advertising, from when to when. A change of the post ends one record and begins the next.

    Append-only: the database refuses every change but the end, and to forget one within three years after it.
    """

    page_id = models.PositiveBigIntegerField(db_index=True)
    revision_id = models.PositiveBigIntegerField(null=True)
    kind = models.CharField(max_length=10)
    title = models.CharField(_("title"), max_length=255)
    url = models.CharField(max_length=500)
    label = models.CharField(max_length=20)
    """The words of the label, as they stand at the start of the title."""
    snapshot = models.TextField()
    """Everything that readers were shown in words, label and disclosure in their places."""
    content_hash = models.CharField(max_length=64)
    products = models.JSONField(default=list)
    """`[{"code", "block", "network", "item", "shop", "title", "price_minor", "currency", "source", "seen_at"}]`."""
    terms = models.JSONField(default=list)
    """What was known of the commission: `[{"code", "rate_bp", "commission_minor"}]`. For who may see commission."""
    author_id = models.PositiveBigIntegerField(null=True, db_index=True)
    author_name = models.CharField(max_length=60, blank=True)
    ai_use = models.CharField(max_length=10, blank=True)
    run = models.ForeignKey(CheckRun, models.PROTECT, null=True, related_name="ads")
    approved_by_id = models.PositiveBigIntegerField(null=True)
    approved_by = models.CharField(max_length=150, blank=True)
    written_afterwards = models.BooleanField(default=False)
    """Found live without a record: an installation older than the file."""
    shown_from = models.DateTimeField(_("from"), db_index=True)
    shown_until = models.DateTimeField(_("until"), null=True, db_index=True)
    """The moment it was last live; None while it is."""

    class Meta:
        verbose_name = _("advertising record")
        verbose_name_plural = _("advertising file")
        ordering = ["-shown_from", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["page_id"], condition=models.Q(shown_until=None), name="one_open_ad_record_per_post"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.shown_from:%F}"
