"""Placements, their affiliate links, the table the exit reads, clicks and their daily sums."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from affiliate.catalog.models import Item
from affiliate.people.models import Author


class Placement(models.Model):
    """One product block, in one page, by one author: the unit that has a code and a sub-ID.

    The author of record is frozen here. Pages are known by plain values only, never by a foreign key into content.
    """

    code = models.CharField(max_length=10, unique=True)
    page_id = models.PositiveBigIntegerField(db_index=True)
    page_title = models.CharField(max_length=255)
    page_url = models.CharField(max_length=500)
    surface = models.CharField(max_length=30, default="post")
    block_path = models.CharField(max_length=200)
    """Where in the page: the ids of the blocks down to it, joined by dots."""
    block_label = models.CharField(max_length=100, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    author = models.ForeignKey(Author, models.PROTECT, related_name="placements")
    item = models.ForeignKey(Item, models.PROTECT, related_name="placements")
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        constraints = [
            models.UniqueConstraint(
                fields=["page_id", "block_path", "item"],
                condition=models.Q(retired_at=None),
                name="one_live_placement_per_block",
            )
        ]

    def __str__(self) -> str:
        return self.code


class LinkState(models.TextChoices):
    """How far a placement is on its way to a link that earns."""

    WAITING = "waiting", _("being fetched")
    READY = "ready", _("ready")
    FAILED = "failed", _("not to be had")


class PlacementLink(models.Model):
    """The affiliate link of a placement, in the forms its network returned, renewed before `expires_at`."""

    placement = models.OneToOneField(Placement, models.CASCADE, related_name="link")
    state = models.CharField(max_length=10, choices=LinkState.choices, default=LinkState.WAITING)
    url = models.URLField(max_length=2000, blank=True)
    short_url = models.URLField(max_length=500, blank=True)
    deeplink = models.CharField(max_length=2000, blank=True)
    token_text = models.CharField(max_length=300, blank=True)
    mini_program = models.CharField(max_length=500, blank=True)
    sub_id = models.CharField(max_length=80, blank=True, db_index=True)
    ad_slot = models.CharField(max_length=80, blank=True, db_index=True)
    carries_click_token = models.BooleanField(default=False)
    expires_at = models.DateTimeField(null=True, blank=True, db_index=True)
    problem = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True, db_index=True)
    fetched_at = models.DateTimeField(null=True, blank=True)


class ExitTarget(models.Model):
    """What the exit needs of a placement, flat: it reads this table and nothing else.

    `version` grows with every change of the table, so that a running exit picks up only what is new.
    """

    code = models.CharField(max_length=10, primary_key=True)
    placement_id = models.BigIntegerField()
    url = models.CharField(max_length=2000)
    """With `{token}` where the click's token goes; empty: nowhere to go (the page explains)."""
    earns = models.BooleanField(default=False)
    network = models.CharField(max_length=30)
    helper = models.BooleanField(default=False)
    """True where some apps cannot open the target: those readers get the helping page."""
    page_url = models.CharField(max_length=500)
    version = models.BigIntegerField(db_index=True)


class ClickClass(models.TextChoices):
    """Who clicked."""

    HUMAN = "human", _("reader")
    SUSPECT = "suspect", _("suspect")
    BOT = "bot", _("bot")
    PREFETCH = "prefetch", _("prefetch or preview")
    STAFF = "staff", _("staff")
    DUPLICATE = "duplicate", _("repeated")


class Click(models.Model):
    """One visit of a tracked link. No raw address of a reader is kept: `visitor` is a hash whose salt lives a day."""

    token = models.CharField(max_length=20, unique=True)
    code = models.CharField(max_length=10)
    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=10, choices=ClickClass.choices)
    earns = models.BooleanField(default=False)
    """False where the placement had no affiliate link yet: the click cannot earn."""
    surface = models.CharField(max_length=20, blank=True)
    visitor = models.CharField(max_length=32, blank=True)
    referrer_host = models.CharField(max_length=100, blank=True)
    app = models.CharField(max_length=20, blank=True)
    platform = models.CharField(max_length=20, blank=True)
    target_host = models.CharField(max_length=100, blank=True)

    class Meta:
        indexes = [models.Index(fields=["code", "at"], name="click_code_at")]


class ClickDay(models.Model):
    """Clicks of one placement on one day (UTC) by class: derived from Click, remade at will."""

    day = models.DateField()
    code = models.CharField(max_length=10)
    kind = models.CharField(max_length=10, choices=ClickClass.choices)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "code", "kind"], name="click_day_unique")]
