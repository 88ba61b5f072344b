"""Order files that operators handed in, and what came of each."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from affiliate.connections.api import EncryptedJSONField


class UploadState(models.TextChoices):
    """How far a file has come."""

    TAKING = "taking", _("being taken")
    TAKEN = "taken", _("taken")
    FAILED = "failed", _("broken off")


class Upload(models.Model):
    """An order file that an operator gave us: who, when, which bytes, what came of it."""

    network = models.CharField(max_length=30)
    filename = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    profile = models.CharField(max_length=60, blank=True)
    uploaded_by = models.CharField(max_length=150, blank=True)
    uploaded_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=UploadState.choices, default=UploadState.TAKEN)
    lines = models.PositiveIntegerField(default=0)
    """How many order lines of it can be read; 0 for files of long ago."""
    position = models.PositiveIntegerField(default=0)
    """How many of them are taken."""
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    tries = models.PositiveSmallIntegerField(default=0)
    """How often in a row somebody began to take it and was stopped."""
    claimed_until = models.DateTimeField(null=True, blank=True)
    """Until then somebody takes it."""
    problem = models.JSONField(default=dict, blank=True)
    """Why it broke off, as a kept sentence."""

    class Meta:
        verbose_name = _("order file")
        verbose_name_plural = _("order files")
        ordering = ["-uploaded_at", "-pk"]


class UploadContent(models.Model):
    """The bytes of a file while its lines are taken, as base64; gone with the last of them."""

    upload = models.OneToOneField(Upload, models.CASCADE, primary_key=True, related_name="content")
    data = EncryptedJSONField()

    class Meta:
        default_permissions = ()
