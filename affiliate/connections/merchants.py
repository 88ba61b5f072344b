"""Direct merchants: the secrets their postbacks are signed with, and the nonces they have used."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from affiliate.connections.fields import Unreadable
from affiliate.connections.models import Merchant, UsedNonce
from affiliate.networks.api import Reauthorise

LONGEST_NONCE = 80
NONCE_LIFE = timedelta(days=1)


def merchant_secret(slug: str) -> str | None:
    """The secret of a merchant's postback, from NETWORK_DIRECT_<MERCHANT>_SECRET or the admin; None where unknown.

    A merchant that is no longer active keeps its secret: refunds of old orders still arrive. Raises Reauthorise where
    no key reads the secret that is kept.
    """
    name = f"NETWORK_DIRECT_{slug.upper().replace('-', '_')}_SECRET"
    merchant = Merchant.objects.filter(slug=slug).first()
    if merchant is None:
        return None
    if named := settings.NETWORK_ENVIRONMENT.get(name):
        return named
    if isinstance(merchant.secret, Unreadable):
        raise Reauthorise(
            "The postback secret of the merchant %(merchant)s cannot be read with any of ENCRYPTION_KEYS; nothing was "
            "deleted. Put the key back that it was written with, or give the merchant a new secret.",
            network="direct",
            code="unreadable",
            values={"merchant": merchant.slug},
        )
    return (merchant.secret or {}).get("current") or None


def renew_secret(merchant: Merchant) -> str:
    """Give the merchant a new secret. The answer is the only time it is shown."""
    secret = secrets.token_urlsafe(32)
    merchant.secret = {"current": secret}
    merchant.save(update_fields=["secret"])
    return secret


def use_nonce(merchant: str, nonce: str) -> bool:
    """Take a nonce. False where it was taken before; the database decides, so two at once cannot both win."""
    if len(nonce) > LONGEST_NONCE or "\x00" in nonce:
        nonce = hashlib.sha256(nonce.encode("utf-8", "replace")).hexdigest()
    try:
        with transaction.atomic():
            UsedNonce.objects.create(merchant=merchant, nonce=nonce)
    except IntegrityError:
        return False
    return True


def old_nonces(now: datetime) -> QuerySet[UsedNonce]:
    """Nonces older than a day: their timestamps alone refuse the message by then."""
    return UsedNonce.objects.filter(seen_at__lt=now - NONCE_LIFE)
