"""Things worth buying: products, their items on networks, what a buyer gets now, and what it used to cost."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from affiliate.connections.api import Merchant


class Product(models.Model):
    """The thing itself; items on several networks can be offers of one product."""

    title = models.CharField(_("title"), max_length=300)
    brand = models.CharField(_("brand"), max_length=100, blank=True)
    barcode = models.CharField(_("barcode"), max_length=20, blank=True, db_index=True)
    """All 14 digits of its GTIN; empty where nobody says it."""
    model_key = models.CharField(max_length=200, blank=True, db_index=True)
    """`brand|model` as names.model_key makes it."""
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    """Where its items went when a person said that two products are one; the row stays, so that it can be undone."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            models.UniqueConstraint(
                fields=["barcode"], condition=~models.Q(barcode=""), name="one_product_per_barcode"
            ),
            models.UniqueConstraint(
                fields=["model_key"],
                condition=models.Q(barcode="") & ~models.Q(model_key=""),
                name="one_product_per_model",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class JoinedBy(models.TextChoices):
    """Why an item is an offer of its product."""

    BARCODE = "barcode", _("same barcode")
    MODEL = "model", _("same brand and model")
    PERSON = "person", _("a person said so")


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
    joined_by = models.CharField(max_length=10, choices=JoinedBy.choices, blank=True)
    joined_key = models.CharField(max_length=220, blank=True)
    """The barcode or the model by which it was joined: while that is the same, nothing is looked up again."""
    barcode = models.CharField(_("barcode"), max_length=14, blank=True, db_index=True)
    """All 14 digits of its GTIN, the check digit right."""
    model = models.CharField(_("model"), max_length=100, blank=True)
    compared_at = models.DateTimeField(null=True, blank=True, db_index=True)
    """When its name was last compared with others; None: it is still to be."""
    url = models.URLField(max_length=1000, blank=True)
    title = models.CharField(_("title"), max_length=300, blank=True)
    brand = models.CharField(_("brand"), max_length=100, blank=True)
    category = models.CharField(max_length=100, blank=True)
    """The network's own word for what it is."""
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


class SameQuestion(models.Model):
    """Whether two items are the same product, asked of a person once. The answer is kept: a no is not asked again."""

    low = models.ForeignKey(Item, models.CASCADE, related_name="+")
    high = models.ForeignKey(Item, models.CASCADE, related_name="+")
    """The item with the higher id: a pair stands here once, whichever way it was found."""
    likeness = models.PositiveSmallIntegerField(default=0)
    """In percent; 0 where nobody compared: a person took the item out of a product."""
    asked_at = models.DateTimeField(auto_now_add=True)
    same = models.BooleanField(null=True)
    """None until somebody has answered."""
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=150, blank=True)
    moved = models.JSONField(default=list)
    """What a yes changed, so that it can be undone: item, product before, why it was there."""

    class Meta:
        verbose_name = _("same product?")
        permissions = [("join_products", "Can say which items are the same product")]
        constraints = [
            models.UniqueConstraint(fields=["low", "high"], name="a_pair_is_asked_once"),
            models.CheckConstraint(condition=models.Q(low__lt=models.F("high")), name="a_pair_is_ordered"),
        ]


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


class MerchantFeed(models.Model):
    """Where a direct merchant's products come from, how to read them, and how that went."""

    merchant = models.OneToOneField(Merchant, models.CASCADE, related_name="feed")
    url = models.CharField(_("address of the feed"), max_length=1000, blank=True)
    every_hours = models.PositiveSmallIntegerField(_("fetched every so many hours"), default=6)
    in_minor_units = models.BooleanField(_("prices are in the smallest unit (fen)"), default=False)
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=200, blank=True)
    next_at = models.DateTimeField(null=True, blank=True, db_index=True)
    """When it is fetched next; None where there is no address."""
    claimed_until = models.DateTimeField(null=True, blank=True)
    """A run reads until then; none other begins before."""

    def __str__(self) -> str:
        return f"{self.merchant_id}"


class RunState(models.TextChoices):
    """How far the reading of a feed has come."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("being read")
    HELD = "held", _("waits for you")
    DONE = "done", _("taken")
    SAME = "same", _("nothing new")
    FAILED = "failed", _("not taken")
    REFUSED = "refused", _("not taken")


class FeedRun(models.Model):
    """One reading of a feed, fetched or uploaded: what came of it, with every row that could not be taken."""

    feed = models.ForeignKey(MerchantFeed, models.CASCADE, related_name="runs")
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.WAITING)
    filename = models.CharField(max_length=200, blank=True)
    """Of an upload; empty for what was fetched."""
    uploaded_by = models.CharField(max_length=150, blank=True)
    data = models.BinaryField(null=True)
    """An upload, or a feed that waits for a person, until it is read."""
    believes_jumps = models.BooleanField(default=False)
    """A person said that prices which jump a hundredfold are right this time."""
    preview = models.JSONField(default=dict)
    """What a person was asked to look at before anything was taken; see feeds.preview."""
    decided_by = models.CharField(max_length=150, blank=True)
    """Who let it through or refused it; empty where nobody was asked, or a newer reading came first."""
    asked_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    problem = models.JSONField(default=dict)
    """Why it was not taken as a whole: a sentence and its values."""
    rejected = models.JSONField(default=list)
    """The first rows that could not be taken: line, reason and what stood there."""

    class Meta:
        ordering = ["-asked_at", "-pk"]


class FeedItem(models.Model):
    """What a feed said last of one item: the same again needs no writing, and what is missing is noticed."""

    feed = models.ForeignKey(MerchantFeed, models.CASCADE, related_name="items")
    item = models.OneToOneField(Item, models.CASCADE, related_name="in_feed")
    digest = models.CharField(max_length=40)
    seen_in = models.PositiveBigIntegerField(db_index=True)
    """The last run that had it."""
    present = models.BooleanField(default=True)
    """False once it was missing and taken down."""


class HoldKind(models.TextChoices):
    """What a person has to decide about a feed."""

    PRICE = "price", _("a price jumps")
    VANISHED = "vanished", _("products are missing")


class FeedHold(models.Model):
    """A question of a feed to a person. Nothing of it is done until it is answered; the answer is kept."""

    feed = models.ForeignKey(MerchantFeed, models.CASCADE, related_name="holds")
    run = models.ForeignKey(FeedRun, models.CASCADE, related_name="holds")
    kind = models.CharField(max_length=10, choices=HoldKind.choices)
    digest = models.CharField(max_length=40)
    """Of the row: the same row is not asked about twice."""
    line = models.PositiveIntegerField(default=0)
    item_id = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=300, blank=True)
    old_minor = models.PositiveBigIntegerField(null=True)
    new_minor = models.PositiveBigIntegerField(null=True)
    count = models.PositiveIntegerField(default=0)
    """How many products are missing."""
    cells = models.JSONField(default=dict)
    """The row as it stood there."""
    raised_at = models.DateTimeField(auto_now_add=True)
    accepted = models.BooleanField(null=True)
    """None until somebody has decided."""
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["feed", "kind", "item_id", "digest"], name="one_question_per_row")
        ]
