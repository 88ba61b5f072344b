"""The outbox: one row for each message to each recipient."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from affiliate.connections.api import EncryptedJSONField


class MailState(models.TextChoices):
    """How far a mail is."""

    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    UNSENT = "unsent", _("could not be sent")


class Reason(models.TextChoices):
    """Why a mail was not sent, in plain words."""

    UNREACHABLE = "unreachable", _("The mail server does not answer.")
    CLOSED = "closed", _("The mail server takes no mail at the moment.")
    SLOW = "slow", _("The mail server took too long.")
    BROKEN_OFF = "broken_off", _("The mail server broke the connection off.")
    NO_TLS = "no_tls", _("The mail server offers no encryption, so nothing was told to it.")
    TLS = "tls", _("The encrypted connection failed: the server's certificate is not trusted, or is for another host.")
    LOGIN = "login", _("The mail server does not accept the name and password of EMAIL_URL.")
    BUSY = "busy", _("The mail server asks us to try again later.")
    RECIPIENT = "recipient", _("The mail server refuses the recipient's address.")
    SENDER = "sender", _("The mail server refuses our address (FROM_EMAIL).")
    CONTENT = "content", _("The mail server refuses the message itself.")
    DISK = "disk", _("The folder for mail cannot be written to.")
    KEY = "key", _("The stored message cannot be read with any of ENCRYPTION_KEYS.")
    INTERRUPTED = "interrupted", _("The worker was stopped each time while it was sending.")


class OutgoingMail(models.Model):
    """One message to one recipient. What was sent loses its content at once: it may hold links that open accounts."""

    key = models.CharField(max_length=64, blank=True)
    """Digest of idempotency key and recipient; empty where the caller gave no key."""
    purpose = models.CharField(max_length=40, blank=True)
    recipient = models.CharField(max_length=320, db_index=True)
    sender = models.CharField(max_length=320)
    subject = models.CharField(max_length=255, blank=True)
    content = EncryptedJSONField(default=dict, blank=True)
    """`{"mime": base64}`: the message as it goes over the wire. Empty once it was sent, or is too old to be sent."""
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    """While waiting: when to try. While being sent: when whoever sends it counts as dead."""
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    """The server's own code and words."""
    created_at = models.DateTimeField(auto_now_add=True)
    tried_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    """When it was sent, or given up."""

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        default_permissions = ()
        permissions = [("manage_mail", "Can see mail that could not be sent, and send it again")]
        indexes = [models.Index(fields=["state", "next_try_at"], name="mail_due")]
        constraints = [models.UniqueConstraint(fields=["key"], condition=~models.Q(key=""), name="mail_once_per_key")]
