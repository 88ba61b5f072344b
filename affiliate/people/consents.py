"""Consents: what a person agreed to, in which wording, when; and when they took it back.

Only for what needs one: the terms of whoever joins, the identity number for tax reports. Service mail and the site
itself need none, so nobody is asked; payout data is not kept at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from affiliate.people.models import User


class ConsentKind(models.TextChoices):
    """What is agreed to."""

    TERMS = "terms", _("terms of use and privacy")
    MAIL = "mail", _("mail beyond what the service needs")
    PAYOUT = "payout", _("payout data")
    TAX_IDENTITY = "tax", _("identity number for tax reports")


class Consent(models.Model):
    """One agreement. Rows are ended, never deleted or changed: they are the proof."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="consents")
    kind = models.CharField(max_length=10, choices=ConsentKind.choices)
    version = models.CharField(max_length=40)
    """Of the wording that was shown, such as `2026-11` or `terms 3, privacy 2`."""
    given_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"], condition=models.Q(withdrawn_at=None), name="one_consent_in_force"
            )
        ]


def consent_in_force(user: User, kind: ConsentKind) -> Consent | None:
    """The agreement that holds now."""
    return Consent.objects.filter(user=user, kind=kind, withdrawn_at=None).first()


@transaction.atomic
def give_consent(user: User, kind: ConsentKind, version: str) -> Consent:
    """Note that the user agrees to this wording. The same again changes nothing, another one ends the one before."""
    standing = consent_in_force(user, kind)
    if standing is not None and standing.version == version:
        return standing
    withdraw_consent(user, kind)
    return Consent.objects.get_or_create(user=user, kind=kind, withdrawn_at=None, defaults={"version": version})[0]


def withdraw_consent(user: User, kind: ConsentKind) -> bool:
    """End the agreement that holds. False where none does."""
    standing = Consent.objects.filter(user=user, kind=kind, withdrawn_at=None)
    return bool(standing.update(withdrawn_at=timezone.now()))
