"""Things worth buying: products, their items on networks, what a buyer gets now, and what it used to cost."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Product(models.Model):
    """The thing itself; items on several networks can be offers of one product."""

    title = models.CharField(_("title"), max_length=300)
    brand = models.CharField(_("brand"), max_length=100, blank=True)
    barcode = models.CharField(_("barcode"), max_length=20, blank=True, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.title


class Source(models.TextChoices):
    """Where a price came from, the most trusted first."""

    API = "api", _("network")
    FEED = "feed", _("merchant's feed")
    READER = "reader", _("readers")
    HAND = "hand", _("writer")
    SHARED = "shared", _("shared text")


class Item(models.Model):
    """One listing on one network, with the offer as last seen (prices in fen of `currency`, times in UTC)."""

    network = models.CharField(max_length=30)
    item_id = models.CharField(max_length=200)
    product = models.ForeignKey(Product, models.SET_NULL, null=True, blank=True, related_name="items")
    url = models.URLField(max_length=1000, blank=True)
    title = models.CharField(_("title"), max_length=300, blank=True)
    brand = models.CharField(_("brand"), max_length=100, blank=True)
    shop = models.CharField(_("shop"), max_length=100, blank=True)
    image_url = models.URLField(_("picture"), max_length=1000, blank=True)
    """An https address of the network's, or a path under /static/ or /media/ of ours."""
    currency = models.CharField(max_length=3, default="CNY")
    price_minor = models.PositiveBigIntegerField(_("price"), null=True, blank=True)
    final_price_minor = models.PositiveBigIntegerField(_("price after coupon"), null=True, blank=True)
    commission_rate_bp = models.PositiveIntegerField(null=True, blank=True)
    commission_minor = models.PositiveBigIntegerField(null=True, blank=True)
    source = models.CharField(max_length=10, choices=Source.choices, blank=True)
    seen_at = models.DateTimeField(_("seen"), null=True, blank=True)
    available = models.BooleanField(_("available"), default=True)
    complete = models.BooleanField(default=False)
    """False while the network has not answered yet: a worker tries again until it has."""
    problem = models.CharField(max_length=300, blank=True)
    """Why it is not complete, in plain words for the writer."""
    problem_kind = models.CharField(max_length=20, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_look_at = models.DateTimeField(null=True, blank=True, db_index=True)
    """When a worker asks the network again; None: not by itself."""
    wanted_at = models.DateTimeField(null=True, blank=True)
    """When somebody last pasted, placed or showed it: items that nobody wants any more are not refreshed."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("item")
        verbose_name_plural = _("items")
        constraints = [models.UniqueConstraint(fields=["network", "item_id"], name="item_unique")]

    def __str__(self) -> str:
        return self.title or f"{self.network}:{self.item_id}"


class Coupon(models.Model):
    """An amount off an item, with threshold and window. Old ones stay as history; the newest seen counts."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="coupons")
    amount_minor = models.PositiveBigIntegerField()
    threshold_minor = models.PositiveBigIntegerField(default=0)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    remaining = models.PositiveIntegerField(null=True, blank=True)
    total = models.PositiveIntegerField(null=True, blank=True)
    url = models.URLField(max_length=1000, blank=True)
    code = models.CharField(max_length=60, blank=True)
    seen_at = models.DateTimeField()
    current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=models.Q(current=True), name="one_current_coupon_per_item"
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor}/{self.threshold_minor}"


class PriceObservation(models.Model):
    """A price as seen at one time: the record that the history chart and every comparison stand on."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="observations")
    seen_at = models.DateTimeField()
    price_minor = models.PositiveBigIntegerField()
    final_price_minor = models.PositiveBigIntegerField()
    source = models.CharField(max_length=10, choices=Source.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "seen_at"], name="observation_unique")]
        ordering = ["seen_at"]

    def __str__(self) -> str:
        return f"{self.item_id} {self.final_price_minor} @ {self.seen_at:%F %R}"
