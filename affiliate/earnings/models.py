"""What networks reported, our projection of it, whom it is credited to, and the book of what is owed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from affiliate.connections.api import FIRST
from affiliate.earnings.income_models import IncomeRecord as IncomeRecord
from affiliate.earnings.income_models import TaxIdentity as TaxIdentity
from affiliate.earnings.push_models import PushedOrder as PushedOrder
from affiliate.earnings.upload_models import Upload as Upload
from affiliate.earnings.upload_models import UploadContent as UploadContent
from affiliate.people.api import Agency, Author
from affiliate.tracking.api import Placement


class Channel(models.TextChoices):
    """How a report reached us."""

    PULL = "pull", _("pulled")
    PUSH = "push", _("pushed")
    FILE = "file", _("file")


class NetworkEvent(models.Model):
    """What a network said about one order line, verbatim; one row per different saying."""

    network = models.CharField(max_length=30)
    line_id = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    """SHA-256 of the report: the same saying, by whatever way it comes, is one event."""
    channel = models.CharField(max_length=5, choices=Channel.choices)
    raw = models.JSONField()
    reading = models.JSONField()
    """What our adapter understood of it: an OrderLine without its `raw`. Read anew when an adapter learns more."""
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "line_id", "digest"], name="event_once")]


class HeldReason(models.TextChoices):
    """Why an order line earns nothing although its state alone would let it."""

    UNKNOWN_STATE = "unknown_state", _("The network used a state that we do not know yet.")
    NEGATIVE = "negative", _("An amount is negative.")
    ABSURD = "absurd", _("An amount is beyond belief.")
    CONTRADICTORY = "contradictory", _("What the network says of it contradicts itself, or leaves the sum open.")
    UNREADABLE = "unreadable", _("An amount cannot be read or is in the wrong unit; it counts as nothing so far.")
    ABOVE_AMOUNT = "above_amount", _("The commission is higher than what the buyer paid.")


class LineStateChoice(models.TextChoices):
    """Mirror of networks.types.LineState for forms and filters."""

    PENDING = "pending", _("waiting for the shop")
    CONFIRMED = "confirmed", _("confirmed")
    SETTLED = "settled", _("settled")
    INVALID = "invalid", _("returned or refused")


class Order(models.Model):
    """Our current projection of one item of one order: an order line."""

    network = models.CharField(max_length=30)
    merchant = models.CharField(max_length=30, blank=True)
    order_id = models.CharField(max_length=80)
    line_id = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=LineStateChoice.choices)
    network_state = models.CharField(max_length=60)
    unknown_state = models.BooleanField(default=False)
    currency = models.CharField(max_length=3, default="CNY")
    amount_minor = models.BigIntegerField()
    estimated_commission_minor = models.BigIntegerField()
    settled_commission_minor = models.BigIntegerField(null=True, blank=True)
    refunded_minor = models.BigIntegerField(default=0)
    sub_id = models.CharField(max_length=80, blank=True, db_index=True)
    ad_slot = models.CharField(max_length=80, blank=True)
    coupon_code = models.CharField(max_length=40, blank=True)
    """What the buyer typed at the checkout, as the merchant told it."""
    item_id = models.CharField(max_length=200, blank=True)
    item_title = models.CharField(max_length=300, blank=True)
    shop = models.CharField(max_length=100, blank=True)
    quantity = models.PositiveIntegerField(default=1)
    placed_at = models.DateTimeField(db_index=True)
    updated_at = models.DateTimeField(null=True, blank=True)
    """The network's own clock of the last change: an older report never overwrites a newer one."""
    finished_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    first_seen_at = models.DateTimeField(auto_now_add=True)
    held_reason = models.CharField(max_length=20, choices=HeldReason.choices, blank=True)
    """Why nothing is credited although an author is known: contradictory amounts, an unknown state."""
    released_at = models.DateTimeField(null=True, blank=True)
    """When the operator's settlement made it payable. Set once, by `settle` alone."""

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        constraints = [models.UniqueConstraint(fields=["network", "line_id"], name="order_line_unique")]
        indexes = [models.Index(fields=["state", "placed_at"], name="order_state_placed")]
        permissions = [("manage_earnings", "Can see everybody's earnings, assign order lines and upload order files")]

    def __str__(self) -> str:
        return f"{self.network}:{self.line_id}"

    @property
    def commission_minor(self) -> int:
        """What the network will pay us as far as it has said: what it settled, or else its estimate."""
        settled = self.settled_commission_minor
        return self.estimated_commission_minor if settled is None else settled


class Basis(models.TextChoices):
    """Why an order line is credited to whom, the surest first."""

    CLICK = "click", _("the click's own token")
    PLACEMENT = "placement", _("the placement's code")
    CODE = "code", _("the author's coupon code")
    AD_SLOT = "ad_slot", _("the ad slot")
    MATCH = "match", _("a click shortly before")
    HAND = "hand", _("decided by a person")


class Conversion(models.Model):
    """An order line credited to a placement and its author, with the basis of the credit."""

    order = models.OneToOneField(Order, models.PROTECT, related_name="conversion")
    placement = models.ForeignKey(Placement, models.PROTECT, null=True, blank=True, related_name="conversions")
    author = models.ForeignKey(Author, models.PROTECT, related_name="conversions")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="conversions")
    """The author's agency when the line was credited: a later change of agency moves no money."""
    click_token = models.CharField(max_length=20, blank=True)
    basis = models.CharField(max_length=10, choices=Basis.choices)
    confidence_bp = models.PositiveIntegerField(default=10_000)
    decided_by = models.CharField(max_length=150, blank=True)
    """Who decided it, where the basis is a person's hand."""
    plan = models.ForeignKey("SplitPlan", models.PROTECT, related_name="conversions")
    created_at = models.DateTimeField(auto_now_add=True)


class SplitPlan(models.Model):
    """How what a network pays us is shared, from a date on. Parts are weights: site 30 to author's side 60."""

    version = models.PositiveIntegerField(unique=True)
    valid_from = models.DateTimeField(unique=True)
    site_parts = models.PositiveIntegerField(default=30)
    author_parts = models.PositiveIntegerField(default=60)
    agency_parts = models.PositiveIntegerField(default=0)
    """Out of the author's side, where the author has an agency; without one the author has the whole side."""
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("split plan")
        verbose_name_plural = _("split plans")
        ordering = ["valid_from"]
        constraints = [
            models.CheckConstraint(condition=models.Q(author_parts__gt=0), name="plan_has_an_author_side"),
            models.CheckConstraint(
                condition=models.Q(agency_parts__lte=models.F("author_parts")), name="plan_agency_within_author_side"
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"


class AccountKind(models.TextChoices):
    """What an account of the book stands for."""

    NETWORK = "network", _("network: owes us")
    AUTHOR_PENDING = "author_pending", _("author, pending")
    AUTHOR_CONFIRMED = "author_confirmed", _("author, confirmed")
    AUTHOR_PAYABLE = "author_payable", _("author, payable")
    AUTHOR_PAID = "author_paid", _("author, paid")
    AGENCY_PENDING = "agency_pending", _("agency, pending")
    AGENCY_CONFIRMED = "agency_confirmed", _("agency, confirmed")
    AGENCY_PAYABLE = "agency_payable", _("agency, payable")
    AGENCY_PAID = "agency_paid", _("agency, paid")
    SITE_PENDING = "site_pending", _("site, pending")
    SITE_CONFIRMED = "site_confirmed", _("site, confirmed")
    SITE = "site", _("site, settled")


class LedgerAccount(models.Model):
    """An account of the book: one per kind, owner and currency. Its balance is the sum of its entries."""

    key = models.CharField(max_length=80, unique=True)
    """`kind:owner:currency`, because a unique constraint over empty owners holds on no two databases alike."""
    kind = models.CharField(max_length=20, choices=AccountKind.choices)
    network = models.CharField(max_length=30, blank=True)
    author = models.ForeignKey(Author, models.PROTECT, null=True, blank=True, related_name="ledger_accounts")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="ledger_accounts")
    currency = models.CharField(max_length=3, default="CNY")


class LedgerEntry(models.Model):
    """One movement: `amount_minor` from the account credited to the account debited. Never changed, never deleted."""

    key = models.CharField(max_length=200, unique=True)
    """Says what it is for (`order:jd:123_456:3`, the third entry of that line): the database refuses it twice."""
    debit = models.ForeignKey(LedgerAccount, models.PROTECT, related_name="debits")
    credit = models.ForeignKey(LedgerAccount, models.PROTECT, related_name="credits")
    amount_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    order = models.ForeignKey(Order, models.PROTECT, null=True, blank=True, related_name="entries")
    reverses = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="reversals")
    note = models.CharField(max_length=200, blank=True)
    posted_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="ledger_amount_above_zero"),
            models.CheckConstraint(condition=~models.Q(debit=models.F("credit")), name="ledger_two_accounts"),
        ]


class PullCursor(models.Model):
    """How far the orders of one account at a network have been read, and who is reading now."""

    network = models.CharField(max_length=30)
    account = models.CharField(max_length=60, default=FIRST)
    """The account's name, as connections knows it."""
    time_type = models.CharField(max_length=10, default="updated")
    read_until = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "account", "time_type"], name="one_cursor")]
