"""Direct merchants: the secrets their postbacks are signed with, what was agreed with them, and what they sent."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from affiliate.connections.fields import Unreadable
from affiliate.connections.models import Merchant, MerchantMessage, MerchantTerms, MessageKind, UsedNonce
from affiliate.networks.api import Reauthorise

LONGEST_NONCE = 80
NONCE_LIFE = timedelta(days=1)
MESSAGE_LIFE = timedelta(days=90)


def merchant_secrets(slug: str) -> list[str]:
    """The secrets that a merchant's postback may be signed with, the newest first; empty where the merchant is unknown
    or has none. NETWORK_DIRECT_<MERCHANT>_SECRET stands for the newest. After a rotation the one before counts until
    its time is over.

    A merchant that is no longer active keeps its secret: refunds of old orders still arrive. Raises Reauthorise where
    no key reads the secret that is kept.
    """
    merchant = Merchant.objects.filter(slug=slug).first()
    if merchant is None:
        return []
    name = f"NETWORK_DIRECT_{slug.upper().replace('-', '_')}_SECRET"
    named = settings.NETWORK_ENVIRONMENT.get(name)
    if isinstance(merchant.secret, Unreadable) and not named:
        raise Reauthorise(
            "The postback secret of the merchant %(merchant)s cannot be read with any of ENCRYPTION_KEYS; nothing was "
            "deleted. Put the key back that it was written with, or give the merchant a new secret.",
            network="direct",
            code="unreadable",
            values={"merchant": merchant.slug},
        )
    kept = merchant.secret or {}
    found = [named or kept.get("current") or ""]
    if (until := overlap_ends(merchant)) is not None and until > timezone.now():
        found.append(kept.get("previous") or "")
    return [secret for secret in found if secret]


def merchant_secret(slug: str) -> str | None:
    """The newest of them, None where there is none."""
    return next(iter(merchant_secrets(slug)), None)


def overlap_ends(merchant: Merchant) -> datetime | None:
    """Until when the secret before the last rotation counts; None where there is none."""
    try:
        return datetime.fromisoformat((merchant.secret or {}).get("previous_until", ""))
    except ValueError:
        return None


def renew_secret(merchant: Merchant, overlap: timedelta = timedelta(0)) -> str:
    """Give the merchant a new secret. The answer is the only time it is shown. The old one counts for `overlap` more,
    so that the merchant can change over without losing a message.
    """
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        locked = Merchant.objects.select_for_update().get(pk=merchant.pk)
        old = (locked.secret or {}).get("current", "")
        kept = {"current": secret}
        if old and overlap > timedelta(0):
            kept |= {"previous": old, "previous_until": (timezone.now() + overlap).isoformat()}
        merchant.secret = locked.secret = kept
        locked.save(update_fields=["secret"])
    return secret


def end_overlap(merchant: Merchant) -> None:
    """The secret before the last rotation counts no more, from now on."""
    with transaction.atomic():
        locked = Merchant.objects.select_for_update().get(pk=merchant.pk)
        merchant.secret = locked.secret = {"current": (locked.secret or {}).get("current", "")}
        locked.save(update_fields=["secret"])


def terms_at(slug: str, at: datetime) -> MerchantTerms | None:
    """What was agreed with a merchant at a time; the first agreement for anything before it, None for a stranger."""
    versions = MerchantTerms.objects.filter(merchant__slug=slug)
    in_force = versions.filter(valid_from__lte=at).order_by("-valid_from", "-pk").first()
    return in_force or versions.order_by("valid_from", "pk").first()


def keep_message(slug: str, kind: MessageKind, status: int, answer: str, body: dict[str, Any]) -> None:
    """Keep a message that made no order. The body must hold nothing about the buyer."""
    if (merchant := Merchant.objects.filter(slug=slug).first()) is not None:
        MerchantMessage.objects.create(merchant=merchant, kind=kind, status=status, answer=answer[:300], body=body)


def old_messages(now: datetime) -> QuerySet[MerchantMessage]:
    """Kept messages older than 90 days."""
    return MerchantMessage.objects.filter(at__lt=now - MESSAGE_LIFE)


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
