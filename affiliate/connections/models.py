"""Accounts at networks, direct merchants, and the state that all processes share about each network."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from affiliate.connections.fields import EncryptedJSONField

FIRST = "default"
"""Name of the account that was there first, whichever is the default now."""


class Account(models.Model):
    """One of our accounts at a network. Credentials are encrypted at rest, written once and never shown again."""

    network = models.CharField(_("network"), max_length=30)
    name = models.CharField(_("name"), max_length=60, default=FIRST)
    """Never changed: other rooms know an account by network and name."""
    credentials = EncryptedJSONField(_("credentials"), default=dict, blank=True)
    is_default = models.BooleanField(default=True)
    """Links are made with it, and the environment speaks of it: one at each network."""
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    """When the access token runs out; empty where nobody knows."""
    authorised_until = models.DateTimeField(null=True, blank=True)
    """From then on nothing can be renewed and a person must authorise again; empty where nobody knows."""
    renewed_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    """Since when the network refuses its credentials; empty once a call went well again."""
    lease_until = models.DateTimeField(null=True, blank=True)
    """A worker renews the tokens, and has this long to say how it went."""
    spent = models.CharField(max_length=64, blank=True)
    """Digest of the refresh token that was sent and whose answer is not kept: it is never sent again by itself."""
    renewal_kind = models.CharField(max_length=20, blank=True)
    renewal_error = models.CharField(max_length=300, blank=True)
    """Why the last renewal failed: our sentence, untranslated; on the next line the network's own code and words."""

    class Meta:
        verbose_name = _("network account")
        verbose_name_plural = _("network accounts")
        constraints = [
            models.UniqueConstraint(fields=["network", "name"], name="account_unique"),
            models.UniqueConstraint(
                fields=["network"], condition=models.Q(is_default=True), name="one_default_account"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.network}/{self.name}"


class CodeRule(models.TextChoices):
    """Whom an order is credited to that carries one author's coupon code and came through another's link."""

    CODE = "code", _("the coupon code decides")
    LINK = "link", _("the link decides")


class Merchant(models.Model):
    """A merchant who pays us directly (the network `direct`)."""

    slug = models.SlugField(_("short name"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=80)
    hosts = models.CharField(_("hosts its links may lead to"), max_length=500, help_text=_("Separated by commas."))
    link_template = models.CharField(
        _("link template"),
        max_length=500,
        help_text=_("With {url} or {item_id}, and {token} where the order will name the click."),
    )
    item_url_pattern = models.CharField(_("item address pattern"), max_length=300, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="CNY", validators=[RegexValidator(r"^[A-Z]{3}$")])
    commission_rate_bp = models.PositiveIntegerField(_("commission in basis points"), default=0)
    window_days = models.PositiveSmallIntegerField(
        _("attribution window in days"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("A click is credited with orders placed within this many days after it."),
    )
    code_rule = models.CharField(
        _("where code and link name different authors"), max_length=4, choices=CodeRule.choices, default=CodeRule.CODE
    )
    terms = models.TextField(
        _("terms"), max_length=4000, blank=True, help_text=_("What was agreed with the merchant, in your words.")
    )
    secret = EncryptedJSONField(_("postback secret"), default=dict, blank=True)
    """`current`, and after a rotation `previous` with `previous_until` (ISO 8601)."""
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("direct merchant")
        verbose_name_plural = _("direct merchants")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Whoever changes what was agreed leaves a new version of it behind: older orders keep the older one."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            now = {name: getattr(self, name) for name in AGREED}
            last = MerchantTerms.objects.filter(merchant=self).order_by("-valid_from", "-pk").first()
            if last is None or any(getattr(last, name) != value for name, value in now.items()):
                MerchantTerms.objects.create(merchant=self, valid_from=timezone.now(), **now)


AGREED = ("commission_rate_bp", "window_days", "code_rule", "terms")


class MerchantTerms(models.Model):
    """What was agreed with a merchant from a time on. An order counts by the version in force when it was placed; one
    that is older than all versions by the first.
    """

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="versions")
    valid_from = models.DateTimeField()
    commission_rate_bp = models.PositiveIntegerField(default=0)
    window_days = models.PositiveSmallIntegerField(default=30)
    code_rule = models.CharField(max_length=4, choices=CodeRule.choices, default=CodeRule.CODE)
    terms = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["merchant", "valid_from"], name="terms_in_force")]


class MessageKind(models.TextChoices):
    """Why a merchant's message is kept beside the orders."""

    REFUSED = "refused", pgettext_lazy("message", "refused")
    TEST = "test", _("test")


class MerchantMessage(models.Model):
    """A message that a merchant really signed and that made no order: refused, or marked as a test. Nothing about the
    buyer is kept. Pruned after 90 days.
    """

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="messages")
    at = models.DateTimeField(auto_now_add=True, db_index=True)
    kind = models.CharField(max_length=10, choices=MessageKind.choices)
    status = models.PositiveSmallIntegerField()
    answer = models.CharField(max_length=300)
    body = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-pk"]


class NetworkState(models.Model):
    """What every process must agree on about a network: its switch, its breaker, how it did lately."""

    network = models.CharField(max_length=30, primary_key=True)
    switched_on = models.BooleanField(_("switched on"), default=True)
    failures = models.PositiveIntegerField(default=0)
    """Failures in a row; a success sets it back."""
    open_until = models.DateTimeField(null=True, blank=True)
    """The circuit breaker lets nothing through before this time."""
    trips = models.PositiveIntegerField(default=0)
    """How often in a row the breaker has opened: each time for longer."""
    probing = models.BooleanField(default=False)
    """One call is out to see whether the network is back; `open_until` is how long the others wait for it."""
    last_success_at = models.DateTimeField(null=True, blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)
    last_error_kind = models.CharField(max_length=20, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    """Our sentence, untranslated; on the next line the network's own code and words."""
    calls_a_day = models.PositiveIntegerField(_("calls allowed in a day"), null=True, blank=True)
    """As the network's console tells the operator; empty where it tells nothing."""

    class Meta:
        verbose_name = _("network")
        verbose_name_plural = _("networks")

    def __str__(self) -> str:
        return self.network


class CallDay(models.Model):
    """How many calls to a network ended in one way on one day of the site's clock."""

    network = models.CharField(max_length=30)
    day = models.DateField(db_index=True)
    outcome = models.CharField(max_length=20)
    """"ok", or the kind of the error."""
    calls = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "day", "outcome"], name="call_day_once")]


class CallFault(models.Model):
    """A way in which calls to a network failed lately, and how often."""

    network = models.CharField(max_length=30)
    kind = models.CharField(max_length=20)
    error = models.CharField(max_length=300)
    """Our sentence, untranslated; on the next line the network's own code and words."""
    at = models.DateTimeField(db_index=True)
    """The last time."""
    times = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["network", "kind", "error"], name="call_fault_once")]


class CallSlot(models.Model):
    """Shared rate limit of one operation: the time before which no further call may start."""

    key = models.CharField(max_length=80, primary_key=True)
    next_at = models.DateTimeField()


class UsedNonce(models.Model):
    """A postback's nonce, so that the same message is not taken twice. Pruned after a day."""

    merchant = models.CharField(max_length=30)
    nonce = models.CharField(max_length=80)
    seen_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "nonce"], name="nonce_once")]
