"""Orders that networks told us of by themselves, until their report has been read."""

from __future__ import annotations

from django.db import models

from affiliate.connections.api import FIRST


class PushState(models.TextChoices):
    """What became of it."""

    WAITING = "waiting"
    READ = "read"
    MISSING = "missing"
    """Given up: the network's report did not show it within two days."""


class PushedOrder(models.Model):
    """One order that one proved message named. The message itself is not kept: nothing in it is believed."""

    network = models.CharField(max_length=30)
    account = models.CharField(max_length=60, default=FIRST)
    """The account whose secret proved the message: its report is read."""
    message = models.CharField(max_length=64)
    """Names the message: the same one, however often it is delivered, is one row for each of its orders."""
    order_id = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=PushState.choices, default=PushState.WAITING)
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    """From when on it may be read; set ahead by whoever starts to read, so that two never read it at once."""
    problem = models.CharField(max_length=30, blank=True)
    """The kind of the last error, empty where there was none."""
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["network", "message", "order_id"], name="pushed_order_once")]
        indexes = [models.Index(fields=["state", "next_try_at"], name="pushed_order_due")]

    def __str__(self) -> str:
        return f"{self.network}:{self.order_id}"
