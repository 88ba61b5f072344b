"""What authors earned by quarter, as the tax report of a platform asks for it; and, apart, who they are."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from affiliate.connections.api import EncryptedJSONField
from affiliate.people.api import Author


class PersonKind(models.TextChoices):
    """As what somebody earns."""

    PERSON = "person", _("a natural person")
    BUSINESS = "business", _("a business")


class TaxIdentity(models.Model):
    """Name and number of an author for the tax report. Given with a consent of its own, encrypted, not shown again."""

    author = models.OneToOneField(Author, models.PROTECT, related_name="tax_identity")
    kind = models.CharField(max_length=10, choices=PersonKind.choices, default=PersonKind.PERSON)
    secret = EncryptedJSONField()
    """`{"name", "number"}`."""
    version = models.PositiveIntegerField(default=1)
    """Grows with every correction."""
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        default_permissions = ()


class IncomeKind(models.TextChoices):
    """Kinds of income."""

    COMMISSION = "commission", _("commission")


class IncomeRecord(models.Model):
    """What one author earned in one quarter. Never changed: a correction is the next version."""

    author = models.ForeignKey(Author, models.PROTECT, related_name="income_records")
    quarter = models.CharField(max_length=6)
    """As `2026Q3`; quarters of the site's time zone."""
    kind = models.CharField(max_length=12, choices=IncomeKind.choices, default=IncomeKind.COMMISSION)
    currency = models.CharField(max_length=3)
    version = models.PositiveIntegerField()
    identity_version = models.PositiveIntegerField(default=0)
    """Of the tax identity that stood then; 0 where there was none."""
    gross_minor = models.BigIntegerField()
    """What became payable to the author."""
    refunds_minor = models.BigIntegerField()
    """What was taken back of that, or of what became payable earlier."""
    net_minor = models.BigIntegerField()
    lines = models.PositiveIntegerField()
    """Order lines behind it."""
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        permissions = [("report_income", "Can export authors' income with names and identity numbers")]
        constraints = [
            models.UniqueConstraint(
                fields=["author", "quarter", "kind", "currency", "version"], name="income_version_once"
            ),
            models.CheckConstraint(
                condition=models.Q(net_minor=models.F("gross_minor") - models.F("refunds_minor")), name="income_adds_up"
            ),
        ]
