"""Placements, their affiliate links, the tables the exit reads, clicks and their daily sums."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from affiliate.catalog.api import Item
from affiliate.connections.api import FIRST, Merchant
from affiliate.people.api import Author
from affiliate.tracking.exit.forms import Form


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
    token_text = models.CharField(max_length=500, blank=True)
    mini_program = models.CharField(max_length=500, blank=True)
    coupon_id = models.PositiveBigIntegerField(null=True, blank=True)
    """The item's coupon that the link was asked for with: coupon and item in one, made anew for the next coupon."""
    sub_id = models.CharField(max_length=80, blank=True, db_index=True)
    ad_slot = models.CharField(max_length=80, blank=True, db_index=True)
    carries_click_token = models.BooleanField(default=False)
    expires_at = models.DateTimeField(null=True, blank=True, db_index=True)
    problem = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True, db_index=True)
    fetched_at = models.DateTimeField(null=True, blank=True)


class AdSlot(models.Model):
    """One ad slot of ours at a network that carries no sub-ID: what stands in for one while it is lent to an author."""

    network = models.CharField(_("network"), max_length=30)
    slot = models.CharField(_("ad slot"), max_length=80)
    """As links and orders name it: `mm_1_2_3`, with `:4` behind it for a relation."""
    account = models.CharField(_("account"), max_length=60, default=FIRST)
    """Name of our account that it is one of: links through it are made with that."""
    note = models.CharField(_("note"), max_length=200, blank=True)
    active = models.BooleanField(_("may be lent"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("ad slot")
        verbose_name_plural = _("ad slots")
        ordering = ["network", "pk"]
        constraints = [models.UniqueConstraint(fields=["network", "slot"], name="ad_slot_once")]

    def __str__(self) -> str:
        return f"{self.network}/{self.slot}"


class SlotLoan(models.Model):
    """A slot lent to one author, from when to when. Never deleted: orders are credited by who had the slot then."""

    slot = models.ForeignKey(AdSlot, models.PROTECT, related_name="loans")
    network = models.CharField(max_length=30)
    """The slot's own, here for the rule that an author has one slot at a network."""
    author = models.ForeignKey(Author, models.PROTECT, related_name="slot_loans")
    lent_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-lent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["slot"], condition=models.Q(returned_at=None), name="one_borrower_per_slot"
            ),
            models.UniqueConstraint(
                fields=["network", "author"], condition=models.Q(returned_at=None), name="one_slot_per_author"
            ),
            models.CheckConstraint(
                condition=models.Q(returned_at=None) | models.Q(returned_at__gte=models.F("lent_at")),
                name="loan_ends_after_it_begins",
            ),
        ]


class ExitVersion(models.Model):
    """One row: the counter that every change of the exit's tables takes its version from.

    Whoever writes locks the row first, so versions are committed in the order they were taken: an exit that has seen
    version 7 will never be shown a 6 later.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    version = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_exit_version")]


class ExitTarget(models.Model):
    """What the exit needs of a placement, flat. `version` grows with every change: an exit picks up what is new."""

    code = models.CharField(max_length=10, primary_key=True)
    placement_id = models.BigIntegerField()
    url = models.CharField(max_length=2000, blank=True)
    """With `{token}` where the click's token goes; empty: nowhere to go (the page explains)."""
    app_link = models.BooleanField(default=False)
    """Whether the placement has a link that opens the shop's app: without one nobody is shown the page for it."""
    earns = models.BooleanField(default=False)
    network = models.CharField(max_length=30)
    gone = models.BooleanField(default=False, db_default=False)
    """Whether the shop took the item down: the reader is asked before being sent there."""
    version = models.BigIntegerField(db_index=True)


class ExitForm(models.TextChoices):
    """What a tracked link answers with inside an app: `Form` of the exit, for people."""

    WEB = Form.WEB.value, _("the shop's web page, in one hop")
    HELP = Form.HELP.value, _("the helping page with the password")
    APP = Form.APP.value, _("the page that opens the shop's app")


class AppRule(models.Model):
    """Which form the links of one network take inside one app. The most exact row wins; without one it is the web.

    Apps change their minds without notice; an operator flips a row and every process follows within a second.
    """

    app = models.CharField(_("app"), max_length=20)
    platform = models.CharField(_("platform"), max_length=10, blank=True, help_text=_("Empty: every platform."))
    network = models.CharField(_("network"), max_length=30, default="*", help_text=_("* means every network."))
    form = models.CharField(_("what readers are given"), max_length=10, choices=ExitForm.choices, default=ExitForm.HELP)
    note = models.CharField(_("note"), max_length=200, blank=True)
    checked_on = models.DateField(_("tried by hand on"), null=True, blank=True)

    class Meta:
        verbose_name = _("rule for an app")
        verbose_name_plural = _("rules for apps")
        ordering = ["app", "network", "platform"]
        constraints = [models.UniqueConstraint(fields=["app", "platform", "network"], name="one_rule_per_case")]

    def __str__(self) -> str:
        return f"{self.app}/{self.platform or '*'}/{self.network}"


class AuthorCode(models.Model):
    """A coupon code of a merchant that belongs to one author: an order that carries it credits that author, with or
    without a click. Whose it is never changes; a code that is over may be given out again as a row of its own.
    """

    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="codes", verbose_name=_("direct merchant"))
    code = models.CharField(_("code"), max_length=40)
    """In the form of `author_codes.plain`: what buyers type differs in case and width."""
    author = models.ForeignKey(Author, models.PROTECT, related_name="codes", verbose_name=_("author"))
    benefit = models.CharField(_("what the buyer gets"), max_length=100, blank=True)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    """Empty: until somebody ends it."""
    closed_at = models.DateTimeField(null=True, blank=True)
    """Set once the code is over and free to be given out again; until then nobody else can have it."""
    created_by = models.CharField(max_length=150, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("author's coupon code")
        verbose_name_plural = _("authors' coupon codes")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "code"], condition=models.Q(closed_at=None), name="one_open_row_per_code"
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at=None) | models.Q(ends_at__gte=models.F("starts_at")), name="code_ends_later"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None)
                | models.Q(ends_at__isnull=False, ends_at__lte=models.F("closed_at")),
                name="code_closed_only_when_over",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises ValueError where a row that is stored would get another merchant, code or author."""
        if self.pk is not None:
            whose = AuthorCode.objects.filter(pk=self.pk).values_list("merchant_id", "code", "author_id").first()
            if whose is not None and whose != (self.merchant_id, self.code, self.author_id):
                raise ValueError("A code never changes its owner: end it, and give it out as a new row.")
        super().save(*args, **kwargs)


class VisitorSalt(models.Model):
    """The salt of one day (UTC) that visitors' hashes are made with. Deleted when the day is over."""

    day = models.DateField(primary_key=True)
    salt = models.CharField(max_length=64)


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
    """False where the placement had no affiliate link yet, or its network was off and nobody was led there: the click
    cannot earn.
    """
    surface = models.CharField(max_length=20, blank=True)
    visitor = models.CharField(max_length=32, blank=True)
    referrer_host = models.CharField(max_length=100, blank=True)
    app = models.CharField(max_length=20, blank=True)
    platform = models.CharField(max_length=20, blank=True)
    target_host = models.CharField(max_length=100, blank=True)

    class Meta:
        indexes = [
            # The exit asks it at every click: has this visitor just been here?
            models.Index(
                fields=["visitor", "code"], condition=models.Q(kind__in=["human", "suspect"]), name="click_repeats"
            ),
        ]


class ClickDay(models.Model):
    """Clicks of one placement on one day (UTC) by class: derived from Click, remade at will."""

    day = models.DateField()
    code = models.CharField(max_length=10)
    kind = models.CharField(max_length=10, choices=ClickClass.choices)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "code", "kind"], name="click_day_unique")]
