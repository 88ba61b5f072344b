"""The schedule and the workers' heartbeats: what several workers must agree on."""

from __future__ import annotations

from django.db import models

from config.mail.models import MailState, OutgoingMail
from config.members.models import AccountClosing

__all__ = ["AccountClosing", "Heartbeat", "MailState", "OutgoingMail", "ScheduledJob"]


class ScheduledJob(models.Model):
    """One job of the schedule. Whoever moves `due_at` on by a conditional update runs it; the others do not."""

    name = models.CharField(max_length=60, primary_key=True)
    due_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name


class Heartbeat(models.Model):
    """A worker's last sign of life; tasks of a worker that fell silent are taken up by another."""

    worker_id = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.worker_id


class NetworkCalls(models.Model):
    """How many calls to a network ended in one way since the installation began; every process adds to it."""

    network = models.CharField(max_length=30)
    outcome = models.CharField(max_length=20)
    calls = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "outcome"], name="network_calls_unique")]

    def __str__(self) -> str:
        return f"{self.network} {self.outcome}: {self.calls}"
